"""Where training started from, put into the trained model, which then needs no telling.

LightGBM's `init_score` and CatBoost's `baseline` belong to rows and are not kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.boosting.point import Library
from softgrad.errors import CapabilityError, ParameterError, ShapeError


def keep_start(model: Any, base_score: Any, columns: int, library: Library) -> None:
    """Add a constant to every raw score of a model, in place.

    Args:
        model: a native or scikit-learn model of LightGBM, or a model of CatBoost.
        base_score: the constant, one for each of the columns.
        columns: how many scores a row has.
        library: whose model it is.

    Raises:
        ParameterError: the model is XGBoost's, which keeps its start, or has no tree.
        ShapeError: the start is no constant a score, or not a finite one.
        CapabilityError: LightGBM's trees are linear, whose constants cannot be set.
    """
    start = np.asarray(base_score, dtype=np.float64)
    if start.shape not in ((), (1,)) if columns == 1 else start.shape != (columns,):
        raise ShapeError(
            f"base_score has shape {start.shape}; expected ({columns},): only a constant can be "
            "kept. Starts of one a row go to predict(base_score=)"
        )
    if not np.isfinite(start).all():
        raise ShapeError("base_score has NaN or infinite entries")
    if library == "xgboost":
        raise ParameterError(
            "XGBoost keeps its base_score in the model: start from obj.params(y), or with "
            "base_margin give base_score= to predict"
        )
    put = _into_first_trees if library == "lightgbm" else _into_bias
    put(model, start.reshape(-1))


def _into_first_trees(model: Any, start: np.ndarray) -> None:
    """Each score has a tree an iteration, and each row a leaf in the first of them."""
    booster = getattr(model, "booster_", model)
    trees = booster.dump_model(num_iteration=1, start_iteration=0)["tree_info"]
    if len(trees) < len(start):
        raise ParameterError("the model has no tree that could keep base_score")
    if any(_is_linear(tree["tree_structure"]) for tree in trees):
        raise CapabilityError(
            "LightGBM lets nobody set the constants of linear trees: give base_score= to predict"
        )
    for i, shift in enumerate(start):
        for leaf in range(trees[i]["num_leaves"]):
            booster.set_leaf_output(i, leaf, booster.get_leaf_output(i, leaf) + shift)


def _is_linear(node: dict[str, Any]) -> bool:
    while "left_child" in node:
        node = node["left_child"]
    return "leaf_const" in node


def _into_bias(model: Any, start: np.ndarray) -> None:
    scale, bias = model.get_scale_and_bias()
    total = np.asarray(bias) + start
    model.set_scale_and_bias(scale, total.tolist() if len(total) > 1 else float(total[0]))
