"""What a bridge asks of the rows of a call: the loss of each, without weights, or a derivative."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, TypeAlias, cast

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Array, Like, namespace_of
from softgrad.contracts.fast_paths import Wanted
from softgrad.contracts.loss import Loss
from softgrad.contracts.target_domains import entries_are_coins
from softgrad.contracts.targets import read_target
from softgrad.errors import CapabilityError
from softgrad.layer.options import Options
from softgrad.layer.output_layer import OutputLayer
from softgrad.layer.request import Request
from softgrad.layer.weights import RowWeights

#: The class axes, counted from the end, so that what is batched in front moves none.
Axes: TypeAlias = tuple[int, ...]

_VALUES = int(Wanted.VALUES | Wanted.WIDE_VALUES)
_SETTINGS = ("label_smoothing", "ignore_label", "margin", "check_target")


class RowsWork(IntEnum):
    """What is asked of the loss of each row."""

    VALUES = 0
    GRADIENT = 1
    HVP = 2
    TARGET_GRADIENT = 3
    DIAGONAL = 4


def axes_from_the_end(layout: Layout) -> Axes:
    """The class axes as negative numbers."""
    return tuple(axis - len(layout.shape) for axis in layout.axes)


def rows_shape(shape: tuple[int, ...], axes: Axes) -> tuple[int, ...]:
    """The shape of one number a row."""
    rank = len(shape)
    return tuple(size for i, size in enumerate(shape) if i - rank not in axes)


def along_rows(rows: Any, axes: Axes) -> Any:
    """One number a row with class axes of length 1 (an array of any framework)."""
    for axis in sorted(axes, reverse=True):
        # (From the last on, for each axis is counted from the end.)
        rows = rows[(..., None, *(slice(None),) * (-axis - 1))]
    return rows


def settings_of_rows(request: Request) -> tuple[tuple[str, Any], ...]:
    """Of what a layer is made with, that which a row by itself depends on."""
    return tuple((name, getattr(request, name)) for name in _SETTINGS)


def weights_of_rows(
    layer: OutputLayer, request: Request, like: Like, layout: Layout, target: Any, where: Any
) -> Array | None:
    """`RowWeights.of_rows` of a call whose mask `where` has the shape of the logits, or is None."""
    given = read_target(target, like, layout, layer.loss.target_kind, request.ignore_label)
    keep = None if where is None else layout.enter(like.xp, where)
    has_coins = entries_are_coins(layer.loss, layer.activation.domain, layout.classes)
    return RowWeights(request, like, layout, given, keep, has_coins).of_rows


def computed(
    layer: OutputLayer | None,
    loss: Loss,
    axes: Axes,
    work: RowsWork,
    z: Any,
    target: Any,
    v: Any,
    options: dict[str, Any],
) -> Array:
    """What is asked, of logits through `layer`, or of predictions where there is none."""
    if layer is None:
        return _of_prediction(loss, axes, work, z, target, v, options)
    if work == RowsWork.VALUES:
        return layer.parts(_VALUES, z, target, cast(Options, options))[0]
    if work == RowsWork.GRADIENT:
        return layer.gradient(z, target, **options)
    if work == RowsWork.HVP:
        return layer.hvp(z, target, v, **options)
    if work == RowsWork.TARGET_GRADIENT:
        return layer.target_gradient(z, target, **options)
    return layer.gradient_and_hessian_diagonal(z, target, **options)[1]


def _of_prediction(
    loss: Loss, axes: Axes, work: RowsWork, r: Any, target: Any, v: Any, options: dict[str, Any]
) -> Array:
    if work == RowsWork.VALUES:
        return loss(r, target, axis=axes, **options)
    if work == RowsWork.GRADIENT:
        return loss.gradient(r, target, axis=axes, **options)
    if work == RowsWork.HVP:
        xp, layout = namespace_of(r), Layout.of(tuple(r.shape), axes, "prediction")
        hessian = loss.hessian(r, target, axis=axes, **options)
        return layout.leave(xp, hessian @ layout.enter(xp, v))
    raise CapabilityError(f"{loss!r} of a prediction has no derivative by its target")
