"""What PyTorch's losses mean by their arguments, said in softgrad's: classes, weights, means.

Where the two differ, this is PyTorch's meaning: of weights with soft or smoothed targets, each
class's share has its weight (softgrad weighs the row), and the mean of soft targets is by rows.
"""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Arithmetic
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.contracts.pair_facts import counts_by_entry
from softgrad.contracts.targets import read_target
from softgrad.errors import InputTypeError, ParameterError, ShapeError, WeightError
from softgrad.layer import OutputLayer
from softgrad.layer.rows import along_rows
from softgrad.torch.arguments import beside, xp
from softgrad.torch.layers import of_layer
from softgrad.torch.operators import of_rows

Reduction = Literal["none", "mean", "sum", "batchmean"]


class Convention:
    """One of PyTorch's losses: a pair with the settings of `softgrad.torch.Loss`; see there.

    What needs no weights is asked of a layer that was made once.
    """

    def __init__(
        self,
        activation: str | Activation,
        loss: str | Loss,
        reduction: Reduction,
        ignore_index: int,
        label_smoothing: float,
        check_target: bool = True,
    ) -> None:
        if isinstance(ignore_index, bool) or not isinstance(ignore_index, int):
            raise InputTypeError(f"ignore_index is {ignore_index!r}; expected an integer")
        if reduction not in ("none", "mean", "sum", "batchmean"):
            raise ParameterError(
                f"reduction is {reduction!r}; expected 'none', 'mean', 'sum' or 'batchmean'"
            )
        rule: Any = "sum" if reduction == "batchmean" else reduction
        self.layer = OutputLayer(activation, loss, check_target=check_target)
        self._rule = rule
        self._by_row = reduction == "batchmean"
        self._ignore_index = ignore_index
        self._smoothing = label_smoothing
        pair = self.layer.activation, self.layer.loss
        self._by_entry = counts_by_entry(*pair)
        settings: Any = {
            "reduction": rule,
            "label_smoothing": label_smoothing,
            "check_target": check_target,
        }
        self._of_entries = OutputLayer(*pair, axis=(), **settings)
        settings["ignore_label"] = ignore_index
        self._by_axis = tuple(OutputLayer(*pair, axis=axis, **settings) for axis in (0, 1))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Convention) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    @property
    def _value(self) -> tuple[Any, ...]:
        return self._by_row, self._by_axis

    def __call__(
        self, z: Tensor, target: Any, weight: Tensor | None, pos_weight: Tensor | None
    ) -> Tensor:
        """The loss of logits (N, C, ...) or (C,), as PyTorch's module of that kind gives it."""
        if not isinstance(z, Tensor):
            raise InputTypeError(f"z is a {type(z).__name__}; expected a tensor")
        if _autocasts(z):
            z = z.float()
        if not isinstance(target, Tensor):
            target = beside(target, z, "target")
        dtype, is_weighted = z.dtype, weight is not None or pos_weight is not None
        if dtype.itemsize == 2 and (self._by_row or is_weighted):
            z = z.float()  # what is divided by another number than its own is rounded after that
        if self._by_entry:
            value = self._entries(z, target, weight, pos_weight)
        else:
            value = self._classes(z, target, weight, pos_weight)
        if self._by_row:
            value = value / max(1, z.shape[0] if z.dim() else 1)
        return value if value.dtype is dtype else value.to(dtype)

    def _entries(
        self, z: Tensor, target: Tensor, weight: Tensor | None, pos_weight: Tensor | None
    ) -> Tensor:
        """A loss an entry; the mean is over all of them, whatever they weigh."""
        if weight is None and pos_weight is None:
            return of_layer("value", self._of_entries, z, target, {})
        weights, smoothing = None, self._smoothing
        if pos_weight is not None:
            if smoothing:
                target, smoothing = (1.0 - smoothing) * target + 0.5 * smoothing, 0.0
            target, weights = _heads_weighed(target.to(z.dtype), pos_weight)
        if weight is not None:
            own = _broadcast(weight, z, "weight")
            weights = own if weights is None else weights * own
        options: Any = {"label_smoothing": smoothing, "sample_weight": weights}
        if self._rule == "mean":
            total = self._of_entries.value(z, target, reduction="sum", **options)
            return total / max(1, z.numel())
        return self._of_entries.value(z, target, **options)

    def _classes(
        self, z: Tensor, target: Tensor, weight: Tensor | None, pos_weight: Tensor | None
    ) -> Tensor:
        """A loss a row, with the classes in axis 1 (or 0, of logits that have no other)."""
        if pos_weight is not None:
            raise ParameterError(
                f"pos_weight is given, but {self.layer.loss!r} of {self.layer.activation!r} has no "
                "two sides an entry; expected None"
            )
        axis = 1 if z.dim() > 1 else 0
        layer = self._by_axis[axis]
        if weight is None:
            return of_layer("value", layer, z, target, {})
        if tuple(weight.shape) != (z.shape[axis],):
            raise WeightError(
                f"weight has shape {tuple(weight.shape)}; expected one a class, ({z.shape[axis]},)"
            )
        has_labels = target.shape != z.shape
        by_share = all(term.linear_in_target for _, term in layer.loss.terms)
        if not by_share or (has_labels and not self._smoothing):
            return layer.value(z, target, class_weight=weight)
        weight = beside(weight, z, "weight").to(of_rows(z.dtype))
        counted: Tensor | None = None
        total = torch.tensor(z.numel() / z.shape[axis], device=z.device)
        if has_labels:
            target, counted = _one_hot(target, z, axis, self._ignore_index)
        by_class = along_rows(weight, tuple(range(1 + axis - z.dim(), 0)))
        target = target.to(of_rows(z.dtype))
        if counted is not None:
            total = ((target * by_class).sum(axis) * counted).sum()
        shares = _smoothed(target, self._smoothing, z.shape[axis])
        weighed = shares * by_class
        rows = weighed.sum(axis)
        each = rows.unsqueeze(axis)
        options: Any = {
            "sample_weight": rows if counted is None else rows * counted,
            "label_smoothing": 0.0,
        }
        target = torch.where(each > 0, weighed / each, shares).to(z.dtype)
        if self._rule != "mean":
            return layer.value(z, target, **options)
        value = layer.value(z, target, reduction="sum", **options)
        return torch.where(total == 0, 0.0, value / torch.where(total == 0, 1.0, total))


def _autocasts(z: Tensor) -> bool:
    if z.is_cpu:
        return torch.is_autocast_enabled("cpu")
    kind = z.device.type
    return torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)


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


def _one_hot(labels: Tensor, z: Tensor, axis: int, ignored: int) -> tuple[Tensor, Tensor]:
    """Rows of zeros and a one with the class axis where it was, and 1.0 for rows that count."""
    layout = Layout.of(tuple(z.shape), axis, "z")
    like = Arithmetic(xp, of_rows(z.dtype), z.device)
    given = read_target(labels, like, layout, "classes", ignored)
    counted: Any = given.ignored  # (labels of another shape were refused)
    return layout.leave(xp, given.entries), (~counted).to(of_rows(z.dtype))


def _smoothed(target: Tensor, smoothing: float, classes: int) -> Tensor:
    return (1.0 - smoothing) * target + smoothing / classes if smoothing else target
