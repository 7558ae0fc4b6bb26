"""The options of an output layer, set once on the layer or given with a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from numbers import Real
from typing import Any, Literal, TypedDict, cast

import numpy as np

from softgrad.arrays.layout import Axis, named_axes
from softgrad.arrays.namespaces import as_integer
from softgrad.errors import InputTypeError, ParameterError

Reduction = Literal["none", "sum", "mean"]


class Settings(TypedDict, total=False):
    """What a layer may be made with; each can be given anew with a call.

    Keys:
        axis: the class axis, or several; () makes every entry a row of its own.
        reduction: "none" (one value a row), "sum", or "mean" (a weighted mean: divided by the
            sum of the weights, 0 where they sum to 0).
        class_weight: one weight a class (a sequence of n, or a dict of label to weight, 1 where
            absent). A row's weight is sum_c class_weight_c t_c, with t before smoothing. A row
            that is one coin has the classes 0 and 1.
        label_smoothing: e in [0, 1): t becomes (1 - e) t + e / n over the classes that are not
            masked; on coins (1 - e) t + e / 2.
        ignore_label: rows with this label count nothing and leave the mean's denominator.
        margin: m >= 0: the logits become z - m t while training (SM-softmax); predict ignores it.
        check_target: whether numbers that the loss does not take as a target are an error (True),
            or computed with as they are. Labels are checked always.
    """

    axis: Axis
    reduction: Reduction
    class_weight: Sequence[float] | Mapping[int, float] | Any | None
    label_smoothing: float
    ignore_label: int | None
    margin: float
    check_target: bool


class Options(Settings, total=False):
    """What a call may be given: the layer's settings, and what belongs to the data.

    Keys:
        where: mask that broadcasts to z's shape, True = keep.
        sample_weight: one non-negative weight a row.
    """

    where: Any
    sample_weight: Any


_DEFAULTS: Settings = {
    "axis": -1,
    "reduction": "none",
    "class_weight": None,
    "label_smoothing": 0.0,
    "ignore_label": None,
    "margin": 0.0,
    "check_target": True,
}


def value_of_settings(settings: Settings) -> tuple[Any, ...]:
    """The settings as one value that compares and hashes: what is not given has its default."""
    whole: dict[str, Any] = {**_DEFAULTS, **settings}
    whole["axis"] = named_axes(whole["axis"])
    weights = whole["class_weight"]
    if isinstance(weights, Mapping):
        whole["class_weight"] = frozenset(cast(Mapping[Any, Any], weights).items())
    elif weights is not None:
        whole["class_weight"] = tuple(np.asarray(weights).ravel().tolist())
    return tuple(whole.values())


def check_settings(settings: Settings) -> None:
    """Raise for what a layer cannot be made with."""
    _check(settings, Settings.__annotations__)


def check_options(options: Options) -> None:
    """Raise for what a call cannot be given."""
    _check(options, {**Settings.__annotations__, **Options.__annotations__})


def _check(settings: Settings | Options, known: Mapping[str, Any]) -> None:
    unknown = [name for name in settings if name not in known]
    if unknown:
        from difflib import get_close_matches

        close = get_close_matches(str(unknown[0]), known, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise InputTypeError(
            f"unexpected option {unknown[0]!r}; {hint}known are {', '.join(known)}"
        )
    named_axes(settings.get("axis", -1))
    reduction = cast(object, settings.get("reduction", "none"))
    if not isinstance(reduction, str) or reduction not in ("none", "sum", "mean"):
        raise ParameterError(f"reduction is {reduction!r}; expected 'none', 'sum' or 'mean'")
    smoothing = settings.get("label_smoothing", 0.0)
    if not 0.0 <= _real(smoothing, "label_smoothing", "0 <= e < 1") < 1.0:
        raise ParameterError(f"label_smoothing is {smoothing!r}; expected 0 <= e < 1")
    margin = settings.get("margin", 0.0)
    if not 0.0 <= _real(margin, "margin", "a finite number >= 0") < inf:
        raise ParameterError(f"margin is {margin!r}; expected a finite number >= 0")
    ignored = settings.get("ignore_label")
    if ignored is not None:
        as_integer(ignored, "ignore_label", "an integer, or None")
    by_class = settings.get("class_weight")
    if isinstance(by_class, str):
        raise InputTypeError(
            f"class_weight is {by_class!r}; expected one number a class, or a dict of them by label"
        )
    checked = cast(object, settings.get("check_target", True))
    if not isinstance(checked, bool | np.bool_):
        raise InputTypeError(f"check_target is {checked!r}; expected True or False")


def _real(value: object, name: str, expected: str) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise InputTypeError(f"{name} is {value!r}; expected a number, {expected}")
    return float(value)
