"""What users may write: settings of an output layer, and options of a call, with their types.

Defaults and checks are those of `softgrad.layer.request`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from softgrad.arrays.layout import Axis

Rule = Literal["none", "sum", "mean"]


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
            masked; on coins (1 - e) t + e / 2. An error where targets are no shares of classes.
        ignore_label: rows with this label count nothing and leave the mean's denominator.
        margin: m >= 0: the logits become z - m t while training (SM-softmax); predict ignores it.
        check_target: whether numbers that the loss does not take as a target are an error (True),
            or computed with as they are. Labels are checked always.
    """

    axis: Axis
    reduction: Rule
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
