"""Training a booster and judging its raw scores after every round, by any number of measures.

XGBoost or LightGBM, at a learning rate of 0.1, from the constant that minimises the loss, on one
thread. Trees have depth 4 (XGBoost) or 15 leaves (LightGBM); all else is as the library has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.boosting import Objective
from softgrad.errors import UnknownNameError
from softgrad.nn.data import Dataset, load_bundled

#: What a row of raw scores is measured by: (scores, labels) to a number.
Judge = Callable[[np.ndarray, np.ndarray], float]
#: Parameters by library.
Settings = Mapping[str, Mapping[str, float]]
LEARNING_RATE = 0.1
_WAVES_ROWS, _WAVES_INPUTS, _WAVES_CLASSES = 4000, 10, 5


@dataclass(frozen=True)
class Parts:
    """Rows to train on, to choose the number of rounds by, and to report."""

    train: Dataset
    validation: Dataset
    test: Dataset

    @classmethod
    def of(cls, data: Dataset, seed: int) -> Parts:
        """60 %, 20 % and 20 % of each class, drawn by `seed`."""
        rest, test = data.split(0.2, seed)
        train, validation = rest.split(0.25, seed + 1000)
        return cls(train, validation, test)


def load(name: str) -> Dataset:
    """A data set of scikit-learn, or "waves": 4000 made-up rows, 10 inputs, 5 classes.

    A wave's class is the largest of five scores, linear and sinusoidal in the inputs, with the
    noise that makes the classes' true probabilities a softmax: no booster can be sure.
    """
    if name != "waves":
        return load_bundled(name)
    rng = np.random.default_rng(7)
    inputs = rng.normal(size=(_WAVES_ROWS, _WAVES_INPUTS))
    weights = rng.normal(size=(_WAVES_INPUTS, _WAVES_CLASSES))
    scores = inputs @ weights + 2.0 * np.sin(2.0 * inputs[:, :_WAVES_CLASSES])
    labels = np.argmax(scores + rng.gumbel(size=scores.shape), axis=1)
    return Dataset(
        name=name,
        inputs=inputs,
        targets=labels,
        classes=tuple(str(k) for k in range(_WAVES_CLASSES)),
        features=tuple(f"x{k}" for k in range(_WAVES_INPUTS)),
    )


def accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows whose largest score is that of the label."""
    hits: np.ndarray = np.argmax(scores, axis=1) == labels
    return float(hits.mean())


#: By library, what makes a leaf that holds less curvature than 1 impossible: XGBoost's defaults.
CAREFUL_LEAVES: Settings = {"lightgbm": {"min_sum_hessian_in_leaf": 1.0, "lambda_l2": 1.0}}
#: By library, what lets a leaf hold as little curvature as 1e-3: LightGBM's default.
LIGHT_LEAVES: Settings = {"xgboost": {"min_child_weight": 1e-3}}


def boost(
    objective: Objective,
    parts: Parts,
    judges: Sequence[Judge],
    rounds: int,
    *,
    settings: Settings | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Every judge's number after every round, on validation and on test rows.

    Args:
        objective: of several classes, for XGBoost or LightGBM.
        parts: the rows.
        judges: what to measure.
        rounds: how many rounds of one tree a class.
        settings: parameters of each library beside those of this module.

    Returns:
        Two arrays of shape (rounds, judges).
    """
    train: Any = {"xgboost": _xgboost, "lightgbm": _lightgbm}.get(objective.library)
    if train is None:
        raise UnknownNameError(f"boost does not train with {objective.library}")
    seen: list[list[float]] = [[], []]

    def judge(which: int, scores: np.ndarray, labels: np.ndarray) -> float:
        marks = [one(scores, labels) for one in judges]
        seen[which].extend(marks)
        return marks[0]

    train(objective, parts, judge, rounds, (settings or {}).get(objective.library, {}))
    validation, test = (np.array(one).reshape(-1, len(judges)) for one in seen)
    return validation, test


def _xgboost(
    objective: Any, parts: Parts, judge: Callable[..., float], rounds: int, own: Mapping[str, float]
) -> None:
    xgboost: Any = import_module("xgboost")
    train, *held_out = (
        xgboost.DMatrix(part.inputs, part.targets)
        for part in (parts.train, parts.validation, parts.test)
    )

    def watch(scores: np.ndarray, dataset: Any) -> tuple[str, float]:
        which = int(dataset is held_out[1])
        return "judge", judge(which, scores, dataset.get_label().astype(int))

    parameters = {
        **objective.params(parts.train.targets),
        **own,
        "eta": LEARNING_RATE,
        "max_depth": 4,
        "nthread": 1,
    }
    xgboost.train(
        parameters,
        train,
        rounds,
        obj=objective,
        evals=[(held_out[0], "validation"), (held_out[1], "test")],
        custom_metric=watch,
        verbose_eval=False,
    )


def _lightgbm(
    objective: Any, parts: Parts, judge: Callable[..., float], rounds: int, own: Mapping[str, float]
) -> None:
    lightgbm: Any = import_module("lightgbm")
    start = objective.base_score(parts.train.targets)

    def dataset(part: Dataset, reference: Any = None) -> Any:
        return lightgbm.Dataset(
            part.inputs,
            part.targets,
            init_score=np.tile(start, (len(part.targets), 1)),
            reference=reference,
        )

    train = dataset(parts.train)
    held_out = [dataset(part, train) for part in (parts.validation, parts.test)]

    def watch(scores: np.ndarray, dataset: Any) -> tuple[str, float, bool]:
        which = int(dataset is held_out[1])
        return "judge", judge(which, scores, dataset.get_label().astype(int)), False

    parameters = {
        **objective.params(),
        **own,
        "learning_rate": LEARNING_RATE,
        "num_leaves": 15,
        "num_threads": 1,
        "verbosity": -1,
        "deterministic": True,
        "force_col_wise": True,
    }
    lightgbm.train(parameters, train, rounds, valid_sets=held_out, feval=watch)
