"""The options of an output layer, set once on the layer or given with a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from softgrad.arrays.layout import Axis
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
    """

    axis: Axis
    reduction: Reduction
    class_weight: Sequence[float] | Mapping[int, float] | Any | None
    label_smoothing: float
    ignore_label: int | None
    margin: float


class Options(Settings, total=False):
    """What a call may be given: the layer's settings, and what belongs to the data.

    Keys:
        where: mask that broadcasts to z's shape, True = keep.
        sample_weight: one non-negative weight a row.
    """

    where: Any
    sample_weight: Any


def check_settings(settings: Settings) -> None:
    """Raise for what a layer cannot be made with."""
    _check(settings, Settings.__annotations__)


def check_options(options: Options) -> None:
    """Raise for what a call cannot be given."""
    _check(options, {**Settings.__annotations__, **Options.__annotations__})


def _check(settings: Settings | Options, known: Mapping[str, Any]) -> None:
    unknown = [name for name in settings if name not in known]
    if unknown:
        raise InputTypeError(f"unexpected option {unknown[0]!r}; known are {', '.join(known)}")
    reduction = settings.get("reduction", "none")
    if reduction not in ("none", "sum", "mean"):
        raise ParameterError(f"reduction is {reduction!r}; expected 'none', 'sum' or 'mean'")
    smoothing = settings.get("label_smoothing", 0.0)
    if not 0.0 <= smoothing < 1.0:
        raise ParameterError(f"label_smoothing is {smoothing!r}; expected 0 <= e < 1")
    margin = settings.get("margin", 0.0)
    if not 0.0 <= margin < float("inf"):
        raise ParameterError(f"margin is {margin!r}; expected a finite number >= 0")
