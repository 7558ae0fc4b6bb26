"""LightGBM: a Dataset has one label a row, so targets of any shape go past it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting.point import Library
from softgrad.errors import DataError, ParameterError
from softgrad.sklearn.boosting.engine import Engine, module_of
from softgrad.sklearn.boosting.job import Job
from softgrad.sklearn.boosting.measured import Followed, Measured
from softgrad.sklearn.boosting.reserved import drops_trees, refuse_unknown
from softgrad.sklearn.frames import as_sparse_matrix
from softgrad.sklearn.rows import Rows

# What its file format has for itself.
_RESERVED = frozenset('[]{}:,"')

_NO_FEATURE = "(train_data->num_features()) > (0)"


@final
class LightGBMEngine(Engine):
    """Boosters of `lightgbm.train`."""

    library: ClassVar[Library] = "lightgbm"
    common: ClassVar[Mapping[str, str]] = {"n_jobs": "num_threads", "random_state": "seed"}
    file_name: ClassVar[str] = "model.txt"

    def train(self, job: Job) -> Any:
        """From the start, which goes into the leaves of the first trees at the end."""
        lightgbm, objective, previous = module_of("lightgbm"), job.objective, job.previous
        refuse_unknown(job.parameters, _known_to(lightgbm))
        start: Any = None
        if job.start != "zero" and previous is None:
            _refuse_start(job.parameters)
            start = objective.base_score(job.train.target, job.train.weights)
        try:
            booster = _train(lightgbm, job, start, {})
        except lightgbm.basic.LightGBMError as error:
            if _NO_FEATURE not in str(error):
                raise
            booster = _train_without_filter(lightgbm, job, start)
        return booster if start is None else objective.keep_start(booster, start)

    def scores(self, model: Any, X: Any) -> Any:
        """Raw scores; LightGBM predicts of sparse matrices, and not of sparse arrays."""
        return model.predict(as_sparse_matrix(X), raw_score=True)

    def rounds(self, model: Any) -> int:
        """Rounds, each of which has a tree a score."""
        return model.num_trees() // model.num_model_per_iteration()

    def first_rounds(self, model: Any, rounds: int) -> Any:
        """Through its text."""
        text = model.model_to_string(num_iteration=rounds, start_iteration=0)
        return module_of("lightgbm").Booster(model_str=text)

    def importances(self, model: Any, features: int) -> np.ndarray:
        """Gain of the splits."""
        return np.asarray(model.feature_importance(importance_type="gain"), dtype=np.float64)

    def to_bytes(self, model: Any) -> bytes:
        """Its text, with all rounds."""
        return model.model_to_string(num_iteration=-1).encode()

    def from_bytes(self, data: bytes) -> Any:
        """A booster."""
        return module_of("lightgbm").Booster(model_str=data.decode())


def _known_to(lightgbm: Any) -> list[str]:
    """Names and aliases of its parameters; it passes over others without a word."""
    groups = lightgbm.basic._ConfigAliases._get_all_param_aliases()
    return [name for group in groups.values() for name in group]


def _refuse_start(parameters: Mapping[str, Any]) -> None:
    if any(parameters.get(name) for name in ("linear_tree", "linear_trees")):
        raise ParameterError("LightGBM lets nobody put a start into linear trees; use start='zero'")


def _train(lightgbm: Any, job: Job, start: Any, more: Mapping[str, Any]) -> Any:
    parameters = {"verbosity": -1, **job.objective.params(), **job.parameters, **more}
    sets = _Sets(lightgbm, job, start, parameters)

    def derivatives(scores: Any, data: Any) -> tuple[np.ndarray, np.ndarray]:
        return sets.followed.begin_round(scores, data)

    return lightgbm.train(
        # (It copies its parameters deeply: a method with all that it belongs to.)
        {**parameters, "objective": derivatives},
        sets.train,
        job.rounds,
        valid_sets=sets.validations,
        valid_names=[f"validation_{i}" for i in range(len(sets.validations))],
        feval=sets.loss,
        init_model=job.previous,
        callbacks=[_watching(lightgbm, sets)],
    )


def _train_without_filter(lightgbm: Any, job: Job, start: Any) -> Any:
    """With too few rows for a split LightGBM drops every feature, and then refuses objectives."""
    try:
        return _train(lightgbm, job, start, {"feature_pre_filter": False})
    except lightgbm.basic.LightGBMError as error:
        if _NO_FEATURE not in str(error):
            raise
        raise DataError(
            f"X has no feature that takes two values ({len(job.train.target)} samples): LightGBM "
            "cannot train an objective on that; use library='xgboost'"
        ) from None


class _Sets:
    """The data sets, and what measures the targets that belong to each."""

    def __init__(self, lightgbm: Any, job: Job, start: Any, parameters: dict[str, Any]) -> None:
        self._parameters = {**parameters, "objective": "none"}
        self._job, self._start = job, start
        self.followed = Followed(job, np.float64)
        self.train = self._dataset(lightgbm, job, job.train, start, None)
        self.validations = [
            self._dataset(lightgbm, job, rows, start, self.train) for rows in job.validations
        ]
        self._measured = {
            id(data): Measured(job.objective, rows, np.float64)
            for data, rows in zip(self.validations, job.validations, strict=True)
        }

    def scores(self, booster: Any) -> np.ndarray:
        """Of the training rows; what DART hands over lacks the trees that its next round drops."""
        if not drops_trees(self._job.parameters):
            return _scores_in(booster)
        found = booster.predict(as_sparse_matrix(self._job.train.X), raw_score=True)
        return found if self._start is None else found + self._start

    def loss(self, scores: Any, data: Any) -> tuple[str, float, bool]:
        """As LightGBM calls a metric."""
        return "loss", self._measured[id(data)].loss(scores), False

    def _dataset(
        self, lightgbm: Any, job: Job, rows: Rows, start: np.ndarray | None, train: Any
    ) -> Any:
        count = len(rows.target)
        begin = None if start is None else np.tile(start, (count, 1))
        if begin is not None and len(begin[0]) == 1:
            begin = begin[:, 0]
        label = rows.target if rows.target.ndim == 1 else np.zeros(count)
        names = job.names
        is_told = names is not None and not any(_RESERVED & set(name) for name in names)
        return lightgbm.Dataset(
            rows.X,
            label,
            weight=rows.weights,
            init_score=begin,
            reference=train,
            feature_name=names if is_told else "auto",
            params=self._parameters,
            free_raw_data=False,
        )


def _watching(lightgbm: Any, sets: _Sets) -> Any:
    def watching(environment: Any) -> None:
        validations = [one[2] for one in environment.evaluation_result_list]
        if sets.followed.end_round(lambda: sets.scores(environment.model), validations):
            raise lightgbm.callback.EarlyStopException(environment.iteration, [])

    return watching


def _scores_in(booster: Any) -> np.ndarray:
    """Of the training rows, which a booster hands to metrics alone."""
    found: list[np.ndarray] = []

    def look(scores: np.ndarray, data: Any) -> tuple[str, float, bool]:
        found.append(scores)
        return "", 0.0, False

    booster.eval_train(look)
    return found[0]
