"""What PyTorch's losses mean by their arguments, said in softgrad's: classes, weights, means.

Where the two differ, this is PyTorch's meaning: of weights with soft or smoothed targets, each
class's share has its weight (softgrad weighs the row), and the mean of soft targets is by rows.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from softgrad.contracts.pair_facts import is_separable
from softgrad.errors import ParameterError, ShapeError
from softgrad.layer import OutputLayer
from softgrad.torch.arguments import beside
from softgrad.torch.operators import along_rows, of_rows

Reduction = Literal["none", "mean", "sum", "batchmean"]


class Settings(NamedTuple):
    """What `Loss` was made with; see there."""

    reduction: Reduction
    weight: Tensor | None
    ignore_index: int
    label_smoothing: float
    pos_weight: Tensor | None


def loss_of(layer: OutputLayer, z: Tensor, target: Any, settings: Settings) -> Tensor:
    """The loss of logits (N, C, ...) or (C,), as PyTorch's module of that kind gives it."""
    kind = z.device.type
    if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind):
        z = z.float()
    target = beside(target, z, "target")
    if is_separable(layer.activation, layer.loss) and target.shape == z.shape:
        value = _of_entries(layer, z, target, settings)
    else:
        value = _of_classes(layer, z, target, settings)
    if settings.reduction == "batchmean":
        return value / max(1, z.shape[0] if z.dim() else 1)
    return value


def _rule(settings: Settings) -> Any:
    return "sum" if settings.reduction == "batchmean" else settings.reduction


def _of_entries(layer: OutputLayer, z: Tensor, target: Tensor, settings: Settings) -> Tensor:
    """A loss an entry; the mean is over all of them, whatever they weigh."""
    weights, smoothing = None, settings.label_smoothing
    if settings.pos_weight is not None:
        if smoothing:
            target, smoothing = (1.0 - smoothing) * target + 0.5 * smoothing, 0.0
        target, weights = _heads_weighed(target.to(z.dtype), settings.pos_weight)
    if settings.weight is not None:
        own = _broadcast(settings.weight, z, "weight")
        weights = own if weights is None else weights * own
    options: dict[str, Any] = {"axis": (), "label_smoothing": smoothing}
    if weights is None:
        return layer.value(z, target, reduction=_rule(settings), **options)
    options["sample_weight"] = weights.to(of_rows(z.dtype))
    if settings.reduction == "mean":
        return layer.value(z, target, reduction="sum", **options) / max(1, z.numel())
    return layer.value(z, target, reduction=_rule(settings), **options)


def _heads_weighed(target: Tensor, pos_weight: Tensor) -> tuple[Tensor, Tensor]:
    """pos_weight t psi_1 + (1 - t) psi_0 is a coin of another share, times a weight."""
    heads = target * _broadcast(pos_weight, target, "pos_weight")
    weights = heads + (1.0 - target)
    return torch.where(weights > 0, heads / weights, target), weights


def _broadcast(weight: Tensor, z: Tensor, name: str) -> Tensor:
    weight = beside(weight, z, name)
    try:
        return weight.expand(z.shape)
    except RuntimeError:
        raise ShapeError(
            f"{name} has shape {tuple(weight.shape)}, which does not broadcast to {tuple(z.shape)}"
        ) from None


def _of_classes(layer: OutputLayer, z: Tensor, target: Tensor, settings: Settings) -> Tensor:
    """A loss a row, with the classes in axis 1 (or 0, of logits that have no other)."""
    if settings.pos_weight is not None:
        raise ParameterError(
            f"pos_weight is given, but {layer.loss!r} of {layer.activation!r} has no two sides an "
            "entry; expected None"
        )
    axis = 1 if z.dim() > 1 else 0
    has_labels = target.shape != z.shape
    options: dict[str, Any] = {"axis": axis}
    if has_labels and not target.is_floating_point():
        options["ignore_label"] = settings.ignore_index
    smoothing, weight = settings.label_smoothing, settings.weight
    by_share = all(term.linear_in_target for _, term in layer.loss.terms)
    if weight is None or not by_share or (has_labels and not smoothing):
        options["label_smoothing"], options["class_weight"] = smoothing, weight
        return layer.value(z, target, reduction=_rule(settings), **options)
    weight = beside(weight, z, "weight").to(of_rows(z.dtype))
    if has_labels:
        target, counted = _one_hot(target, z, axis, settings.ignore_index)
        total = (weight[target.argmax(axis)] * counted).sum()
    else:
        counted = None
        total = z.numel() / z.shape[axis]
    shares = _smoothed(target.to(of_rows(z.dtype)), smoothing, z.shape[axis])
    weighed = shares * along_rows(weight, tuple(range(1 + axis - z.dim(), 0)))
    rows = weighed.sum(axis)
    target = torch.where((rows > 0).unsqueeze(axis), weighed / rows.unsqueeze(axis), shares).to(
        z.dtype
    )
    options["sample_weight"] = rows if counted is None else rows * counted
    if settings.reduction == "mean":
        return layer.value(z, target, reduction="sum", **options) / total
    return layer.value(z, target, reduction=_rule(settings), **options)


def _one_hot(labels: Tensor, z: Tensor, axis: int, ignored: int) -> tuple[Tensor, Tensor]:
    """Rows of zeros and a one with the class axis where it was, and 1.0 for rows that count."""
    counted = labels != ignored
    places = torch.arange(z.shape[axis], device=z.device)
    shown = torch.where(counted, labels, 0).unsqueeze(axis)
    hot = shown == places.reshape((-1, *(1,) * (z.dim() - axis - 1)))
    return hot.to(z.dtype), counted.to(of_rows(z.dtype))


def _smoothed(target: Tensor, smoothing: float, classes: int) -> Tensor:
    return (1.0 - smoothing) * target + smoothing / classes if smoothing else target
