"""The libraries by name: which objective and which metric each of them is given."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Literal

from softgrad.boosting.catboost import CatBoostClasses, CatBoostObjective, CatBoostScore
from softgrad.boosting.first_row import has_dead_classes
from softgrad.boosting.grouped import (
    GroupedLightGBMObjective,
    GroupedMetric,
    GroupedObjective,
    GroupedXGBoostObjective,
)
from softgrad.boosting.kink import why_it_stands_still
from softgrad.boosting.lightgbm import LightGBMObjective
from softgrad.boosting.metric import LightGBMMetric, Metric, XGBoostMetric
from softgrad.boosting.objective import Objective
from softgrad.boosting.xgboost import XGBoostObjective
from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.errors import CapabilityError, InputTypeError, ParameterError, UnknownNameError

Targets = Literal["labels", "rows"]


def _catboost(
    activation: str | Activation, loss: str | Loss, *, targets: Targets | None, **options: Any
) -> CatBoostObjective:
    """CatBoost looks at which methods and bases an objective has: there is one kind for each."""
    pair = find_activation(activation), find_loss(loss)
    kinds = _kinds_of_targets(pair[1], options["classes"])
    if targets is None and len(kinds) == 2:
        of_values = pair[1].target_kind == "entries" and pair[0].domain.kind == "values"
        targets = "rows" if of_values else "labels"
    elif targets not in (None, *kinds):
        known = " or ".join(repr(kind) for kind in kinds) or "none, for one score a row"
        raise ParameterError(f"targets is {targets!r}; expected {known}")
    if not kinds:
        return CatBoostScore(*pair, **options)
    if (targets or kinds[0]) == "labels":
        return CatBoostClasses(*pair, **options)
    # The only one that has a base of CatBoost's, which is not imported for the others.
    return import_module("softgrad.boosting.catboost_rows").CatBoostRows(*pair, **options)


def _kinds_of_targets(loss: Loss, classes: int | None) -> tuple[Targets, ...]:
    """What a row's target may be; none of both where it is one number."""
    if loss.target_kind == "row":
        return ("rows",)
    return () if classes in (None, 1) else ("labels", "rows")


_OBJECTIVES: dict[str, Callable[..., Objective]] = {
    "xgboost": XGBoostObjective,
    "lightgbm": LightGBMObjective,
    "catboost": _catboost,
}
_GROUPED: dict[str, Callable[..., GroupedObjective]] = {
    "xgboost": GroupedXGBoostObjective,
    "lightgbm": GroupedLightGBMObjective,
}
_METRICS: dict[str, Callable[[Any], Metric]] = {
    "xgboost": XGBoostMetric,
    "lightgbm": LightGBMMetric,
    "catboost": lambda own: own.own_metric(),
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
    targets: Targets | None = None,
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
        targets: for CatBoost, which wants to know it beforehand: "labels", one a row, or "rows",
            one column a score (several labels, outputs, soft or one-hot labels); `target_rows`
            of the objective makes them. Left out, it is "labels" wherever those mean something.
            The other libraries take whichever comes.
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
        UserWarning: a class can fall to a probability of 0, where the loss has no gradient; or
            the curvature lets a flat loss (quantile, absolute error) learn nothing.
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
    options: dict[str, Any] = {
        "curvature": curvature,
        "classes": classes,
        "class_weight": class_weight,
        "label_smoothing": label_smoothing,
    }
    if library == "catboost":
        options["targets"] = targets
    elif targets is not None:
        raise ParameterError(f"targets is for CatBoost; {library} takes y in either shape")
    made = make(activation, loss, **options)
    if has_dead_classes(made.layer):
        warnings.warn(
            f"{made.layer.activation!r} gives probabilities of exactly 0, where "
            f"{made.layer.loss!r} has no gradient: a class that has fallen to 0 stays there. Use "
            "the loss 'fenchel_young', or the activation 'softmax'",
            UserWarning,
            stacklevel=2,
        )
    reason = why_it_stands_still(made.layer, made.columns, library, made.curvature)
    if reason:
        warnings.warn(reason, UserWarning, stacklevel=2)
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
