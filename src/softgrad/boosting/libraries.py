"""The libraries by name: which objective and which metric each of them is given."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from softgrad.boosting.catboost import CatBoostClasses, CatBoostObjective, CatBoostScore
from softgrad.boosting.grouped import (
    GroupedLightGBMObjective,
    GroupedMetric,
    GroupedObjective,
    GroupedXGBoostObjective,
)
from softgrad.boosting.lightgbm import LightGBMObjective
from softgrad.boosting.metric import CatBoostMetric, LightGBMMetric, Metric, XGBoostMetric
from softgrad.boosting.objective import Objective, has_dead_classes
from softgrad.boosting.xgboost import XGBoostObjective
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.errors import CapabilityError, InputTypeError, ParameterError, UnknownNameError


def _catboost(activation: str | Activation, loss: str | Loss, **options: Any) -> CatBoostObjective:
    """CatBoost looks at which method an objective has, so there is one kind for each."""
    single = options.get("classes") in (None, 1)
    kind = CatBoostScore if single else CatBoostClasses
    return kind(activation, loss, **options)


_OBJECTIVES: dict[str, Callable[..., Objective]] = {
    "xgboost": XGBoostObjective,
    "lightgbm": LightGBMObjective,
    "catboost": _catboost,
}
_GROUPED: dict[str, Callable[..., GroupedObjective]] = {
    "xgboost": GroupedXGBoostObjective,
    "lightgbm": GroupedLightGBMObjective,
}
_METRICS: dict[str, type[Metric]] = {
    "xgboost": XGBoostMetric,
    "lightgbm": LightGBMMetric,
    "catboost": CatBoostMetric,
}


def objective(
    activation: str | Activation,
    loss: str | Loss,
    *,
    library: str,
    curvature: str = "auto",
    classes: int | None = None,
    class_weight: Sequence[float] | Mapping[int, float] | None = None,
    label_smoothing: float = 0.0,
    groups: bool = False,
) -> Any:
    """An output layer as the objective of a boosting library.

    Args:
        activation: what turns raw scores into predictions, or its name.
        loss: what is minimised, or its name.
        library: "xgboost", "lightgbm" or "catboost".
        curvature: what stands for the second derivative, a key of `CURVATURES`.
        classes: how many raw scores a row has; left out where it is one (binary, regression).
        class_weight: one weight a class, as a sequence or {label: weight}.
        label_smoothing: e in [0, 1): the target becomes (1 - e) t + e / classes.
        groups: whether a row of the loss is a group of rows of the data, each with one score: for
            ranking and `cox`. XGBoost and LightGBM tell the groups; classes, class_weight and
            label_smoothing have no meaning there.

    Returns:
        What the library takes as its objective, an `Objective` with `predict`, `base_score`,
        `params`, `value` and `derivatives`.

    Raises:
        UnknownNameError: of activation, loss, library or curvature.
        PairError: the activation's output is not in the loss's domain.
        ParameterError: `classes` is missing or does not fit, or the loss takes no smoothing.
        CapabilityError: groups for CatBoost, which tells custom objectives of none.

    Warns:
        UserWarning: a class can fall to a probability of 0, where the loss has no gradient.
    """
    make = _OBJECTIVES.get(library)
    if make is None:
        raise UnknownNameError(f"no library is called {library!r}; known: {', '.join(_OBJECTIVES)}")
    if groups:
        if classes is not None or class_weight is not None or label_smoothing:
            raise ParameterError(
                "groups is True, where a row has one score and no class; leave out classes, "
                "class_weight and label_smoothing"
            )
        if library not in _GROUPED:
            raise CapabilityError(
                "CatBoost tells a custom objective nothing of groups, so that no loss of a group "
                "can be one; use library='xgboost' or 'lightgbm', or CatBoost's own YetiRank, "
                "QuerySoftMax or Cox"
            )
        return _GROUPED[library](activation, loss, curvature=curvature)
    made = make(
        activation,
        loss,
        curvature=curvature,
        classes=classes,
        class_weight=class_weight,
        label_smoothing=label_smoothing,
    )
    if has_dead_classes(made.layer):
        warnings.warn(
            f"{made.layer.activation!r} gives probabilities of exactly 0, where "
            f"{made.layer.loss!r} has no gradient: a class that has fallen to 0 stays there. Use "
            "the loss 'fenchel_young', or the activation 'softmax'",
            UserWarning,
            stacklevel=2,
        )
    return made


def metric(objective: Objective | GroupedObjective) -> Any:
    """The objective's own mean loss as a metric of its library.

    Returns:
        A callable for XGBoost (`custom_metric=`, `eval_metric=`) and LightGBM (`feval=`,
        `eval_metric=`), an object for CatBoost (`eval_metric=`).
    """
    if isinstance(objective, GroupedObjective):
        return GroupedMetric(objective)
    if not isinstance(objective, Objective):
        raise InputTypeError(
            f"objective is a {type(objective).__name__}; expected what "
            "softgrad.boosting.objective(...) gave"
        )
    return _METRICS[objective.library](objective)
