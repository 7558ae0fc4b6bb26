"""XGBoost: the start in base_score, the best rounds by a slice of the booster."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting.point import Library
from softgrad.errors import ParameterError
from softgrad.sklearn.boosting.engine import Engine, module_of
from softgrad.sklearn.boosting.job import Job
from softgrad.sklearn.boosting.measured import Followed, Measured
from softgrad.sklearn.rows import Rows

_RESERVED = frozenset("[]<")


@final
class XGBoostEngine(Engine):
    """Boosters of `xgboost.train`."""

    library: ClassVar[Library] = "xgboost"
    common: ClassVar[Mapping[str, str]] = {"n_jobs": "nthread", "random_state": "seed"}
    file_name: ClassVar[str] = "model.ubj"

    def train(self, job: Job) -> Any:
        """By quantised matrices where the tree method takes them, as its own estimators do."""
        xgboost = module_of("xgboost")
        objective: Any = job.objective
        train = _matrix(xgboost, job, job.train, None)
        validations = [
            (_matrix(xgboost, job, rows, train), f"validation_{number}")
            for number, rows in enumerate(job.validations)
        ]
        followed = Followed(job, np.float32)
        exact = _Exact(job, [matrix for matrix, _ in validations])
        start = 0.0 if job.start == "zero" else None
        parameters = objective.params(job.train.target, job.train.weights, start=start)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            booster = xgboost.train(
                {**parameters, **job.parameters},
                train,
                job.rounds,
                evals=validations,
                obj=followed.begin_round,
                custom_metric=exact,
                callbacks=[_watching(xgboost, exact, train, followed)],
                verbose_eval=False,
                xgb_model=job.previous,
            )
        _refuse_unused(caught)
        return booster

    def scores(self, model: Any, X: Any) -> Any:
        """The margin."""
        data = module_of("xgboost").DMatrix(
            X,
            feature_names=model.feature_names,
            feature_types=_categories(X, model),
            enable_categorical=True,
        )
        return model.predict(data, output_margin=True)

    def rounds(self, model: Any) -> int:
        """Boosted rounds."""
        return model.num_boosted_rounds()

    def first_rounds(self, model: Any, rounds: int) -> Any:
        """A slice, and the categories, which a slice lacks."""
        cut = model[:rounds]
        if model.get_categories().empty():
            return cut
        whole, part = _as_json(model), _as_json(cut)
        _trees(part)["cats"] = _trees(whole)["cats"]
        return self.from_bytes(json.dumps(part).encode())

    def importances(self, model: Any, features: int) -> np.ndarray:
        """Mean gain of the splits."""
        names = model.feature_names or [f"f{number}" for number in range(features)]
        gains = model.get_score(importance_type="gain")
        found = np.array([gains.get(name, 0.0) for name in names], dtype=np.float64)
        return found.reshape(features, -1).sum(axis=1)

    def to_bytes(self, model: Any) -> bytes:
        """Universal binary JSON."""
        return bytes(model.save_raw("ubj"))

    def from_bytes(self, data: bytes) -> Any:
        """A booster."""
        return module_of("xgboost").Booster(model_file=bytearray(data))


def _refuse_unused(caught: Sequence[warnings.WarningMessage]) -> None:
    """Raise `ParameterError` for names that XGBoost but warns of, and pass other warnings on."""
    for one in caught:
        if "are not used" in str(one.message):
            names = ", ".join(re.findall(r'"(\w+)"', str(one.message)))
            raise ParameterError(f"XGBoost has no parameter {names}, or no use of it here")
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def _matrix(xgboost: Any, job: Job, rows: Rows, train: Any) -> Any:
    given: dict[str, Any] = {
        "label": rows.target,
        "weight": rows.weights,
        "feature_names": _names(job.names),
        "nthread": job.parameters.get("nthread"),
        "feature_types": _categories(rows.X, train or job.previous),
        "enable_categorical": True,
    }
    is_quantised = (
        job.parameters.get("tree_method", "auto") in ("auto", "hist")
        and job.parameters.get("booster", "gbtree") != "gblinear"
    )
    if not is_quantised:
        return xgboost.DMatrix(rows.X, **given)
    bins = job.parameters.get("max_bin")
    return xgboost.QuantileDMatrix(rows.X, ref=train, max_bin=bins, **given)


def _names(names: list[str] | None) -> list[str] | None:
    """As they are, or positions where one has what XGBoost's files have for themselves."""
    if names is None or not any(_RESERVED & set(name) for name in names):
        return names
    return [f"f{number}" for number in range(len(names))]


def _categories(X: Any, source: Any) -> Any:
    """Those of training, for a frame of pandas, whose codes are numbered by its own rows alone."""
    if source is None or not hasattr(X, "iloc"):
        return None
    found = source.get_categories()
    return None if found.empty() else found


def _as_json(model: Any) -> dict[str, Any]:
    return json.loads(model.save_raw("json"))


def _trees(told: dict[str, Any]) -> dict[str, Any]:
    booster = told["learner"]["gradient_booster"]
    return booster.get("gbtree", booster)["model"]  # DART has its trees one level below


class _Exact:
    """The loss as a metric, with all its digits: XGBoost rounds what it tells to six places."""

    def __init__(self, job: Job, validations: Sequence[Any]) -> None:
        self._measured = {
            id(matrix): Measured(job.objective, rows, np.float32)
            for matrix, rows in zip(validations, job.validations, strict=True)
        }
        self._losses: list[float] = []

    def __call__(self, scores: Any, data: Any) -> tuple[str, float]:
        """As XGBoost calls a metric, for one set of rows after the other."""
        loss = self._measured[id(data)].loss(scores)
        self._losses.append(loss)
        return "loss", loss

    def of_round(self) -> list[float]:
        """Those of the round that ended."""
        losses, self._losses = self._losses, []
        return losses


def _watching(xgboost: Any, exact: _Exact, train: Any, followed: Followed) -> Any:
    class Watching(xgboost.callback.TrainingCallback):  # its base class is known only here
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            return followed.end_round(
                lambda: model.predict(train, output_margin=True), exact.of_round()
            )

    return Watching()
