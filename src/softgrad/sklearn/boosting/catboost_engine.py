"""CatBoost: the start is the model's bias; targets of several columns have an objective of rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting.point import Library
from softgrad.sklearn.boosting.engine import Engine, module_of
from softgrad.sklearn.boosting.job import Job, Watch
from softgrad.sklearn.frames import (
    as_sparse_matrix,
    columns_of_categories,
    has_categories,
    with_missing_named,
)
from softgrad.sklearn.rows import Rows


@final
class CatBoostEngine(Engine):
    """Models of `catboost.CatBoost`."""

    library: ClassVar[Library] = "catboost"
    common: ClassVar[Mapping[str, str]] = {"n_jobs": "thread_count", "random_state": "random_seed"}
    file_name: ClassVar[str] = "model.cbm"

    def train(self, job: Job) -> Any:
        """From the start, which is the bias of the model afterwards.

        CatBoost drops the bias of a model that it goes on from, if that was not cut: it is put
        back.
        """
        catboost, previous = module_of("catboost"), job.previous
        objective: Any = job.objective
        start: Any = None
        if previous is not None:
            start = _bias(previous)
        elif job.start == "best":
            start = objective.base_score(job.train.target, job.train.weights)
        baseline = start if previous is None else None
        if job.has_rows_of_targets and start is not None:
            objective, baseline = objective.starting_from(start), None
        train, *validations = (
            _pool(catboost, job, rows, baseline) for rows in (job.train, *job.validations)
        )
        parameters = {
            "verbose": False,
            "allow_writing_files": False,
            "iterations": job.rounds,
            "use_best_model": False,
            "allow_const_label": True,
            **_sampling(job.train.target, job.parameters),
            **objective.params(job.train.target),
            **job.parameters,
        }
        model = catboost.CatBoost(parameters)
        model.fit(
            train,
            eval_set=validations or None,
            init_model=previous,
            callbacks=[_Watching(job.watch)],
        )
        if previous is not None:  # whose trees it holds, and not the bias
            start = _bias(previous) - _bias(model)
        return model if start is None else objective.keep_start(model, start)

    def scores(self, model: Any, X: Any) -> Any:
        """Raw values."""
        return model.predict(
            with_missing_named(as_sparse_matrix(X)), prediction_type="RawFormulaVal"
        )

    def rounds(self, model: Any) -> int:
        """Trees, each of which has a value a score."""
        return model.tree_count_

    def first_rounds(self, model: Any, rounds: int) -> Any:
        """By shrinking a copy."""
        shrunk = model.copy()
        shrunk.shrink(ntree_end=rounds)
        return shrunk

    def importances(self, model: Any, features: int) -> np.ndarray:
        """How much predictions change with the feature."""
        return np.asarray(model.get_feature_importance(), dtype=np.float64)

    def to_bytes(self, model: Any) -> bytes:
        """Its binary format, which it writes to files alone."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.file_name
            model.save_model(str(path))
            return path.read_bytes()

    def from_bytes(self, data: bytes) -> Any:
        """A plain model."""
        return module_of("catboost").CatBoost().load_model(blob=data)


def _bias(model: Any) -> np.ndarray:
    return np.atleast_1d(model.get_scale_and_bias()[1])


def _sampling(target: np.ndarray, given: Mapping[str, Any]) -> dict[str, str]:
    """None where all rows are one: CatBoost finds none to draw where all gradients are 0."""
    is_given = "bootstrap_type" in given or "subsample" in given
    is_constant = bool(np.all(target == target[:1]))
    return {"bootstrap_type": "No"} if is_constant and not is_given else {}


def _pool(catboost: Any, job: Job, rows: Rows, start: np.ndarray | None) -> Any:
    objective: Any = job.objective
    categories = job.parameters.get("cat_features")
    if categories is None and has_categories(rows.X):
        categories = columns_of_categories(rows.X)
    baseline = None if start is None else np.tile(start, (len(rows.target), 1))
    return catboost.Pool(
        with_missing_named(as_sparse_matrix(rows.X)),
        objective.target_rows(rows.target),
        weight=rows.weights,
        baseline=baseline,
        cat_features=categories,
        feature_names=job.names,
    )


class _Watching:
    """A callback: CatBoost tells of its metrics after each iteration."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def after_iteration(self, info: Any) -> bool:
        """Whether to go on."""
        curves = {name: _own(told) for name, told in info.metrics.items()}
        train = curves.pop("learn")
        is_over = self._watch.round_ended(lambda: train[-1], [one[-1] for one in curves.values()])
        self._watch.found(train[-1])
        return not is_over


def _own(told: Mapping[str, Any]) -> Any:
    """The metric that is the objective's loss, the only one that is asked for."""
    *_, last = told.values()
    return last
