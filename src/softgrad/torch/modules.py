"""Modules: any activation, and any loss of any activation in the place of PyTorch's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import torch
from torch import Tensor, nn

from softgrad.arrays.namespaces import is_known
from softgrad.catalogue import find_activation
from softgrad.contracts.activation import Activation as AnyActivation
from softgrad.contracts.loss import Loss as AnyLoss
from softgrad.errors import InputTypeError, ParameterError, WeightError
from softgrad.layer import OutputLayer
from softgrad.torch.conventions import Convention, Reduction
from softgrad.torch.learnt import learnt as with_learnt
from softgrad.torch.untyped import is_compiling


class Activation(nn.Module):
    """An activation as a module: `Activation("sparsemax", dim=1)`.

    Args:
        activation: an activation or its name.
        dim: the class axis, or several. A number alone (logits without axes) is a row of its own.
        learnt: hyper-parameters that are tensors, most often `nn.Parameter`s, by name: what the
            activation divides its logits by (`temperature`), of any shape that broadcasts to the
            logits, and `alpha` of entmax, as one number or one for each row.

    Raises:
        ParameterError: the activation has no such hyper-parameter, or no derivative by it.
    """

    def __init__(
        self, activation: str | AnyActivation, dim: int | tuple[int, ...] = -1, **learnt: Tensor
    ) -> None:
        super().__init__()
        self.activation = find_activation(activation)
        self.dim = dim
        self._plain, self._divided_by, self._other = _roles(self.activation, tuple(learnt))
        for name, value in learnt.items():
            if not isinstance(value, Tensor):
                raise InputTypeError(
                    f"{name} is {value!r}; expected a tensor. A fixed number belongs to the "
                    f"activation: {type(self.activation).__name__}({name}={value!r})"
                )
            if isinstance(value, nn.Parameter):
                self.register_parameter(name, value)
            else:
                self.register_buffer(name, value)

    def forward(self, z: Tensor, where: Tensor | None = None) -> Tensor:
        """The output, of z's shape; `where` is a mask that broadcasts to it, True = keep."""
        if not isinstance(z, Tensor):
            raise InputTypeError(f"z is a {type(z).__name__}; expected a tensor")
        dim = self.dim if z.dim() else ()
        if not (self._divided_by or self._other):
            return self.activation(z, axis=dim, where=where)
        divisor = getattr(self, self._divided_by) if self._divided_by else None
        value = getattr(self, self._other) if self._other else None
        if is_compiling():
            from softgrad.torch.traced import traced_learnt, traced_name

            name = traced_name(self._plain)
            return traced_learnt(name, z, dim, where, divisor, self._other, value)
        return with_learnt(self._plain, z, dim, where, divisor, self._other, value)

    def extra_repr(self) -> str:
        """The activation and its axis."""
        return f"{self.activation!r}, dim={self.dim}"


def _roles(activation: AnyActivation, names: tuple[str, ...]) -> tuple[AnyActivation, str, str]:
    """The activation that divides its logits by 1, what they are divided by, and what is learnt.

    Raises:
        ParameterError: the activation has no derivative by one of the names.
    """
    divided_by = activation.divided_by if activation.divided_by in names else ""
    others = tuple(name for name in names if name != divided_by)
    can = [one for one in (activation.divided_by, *activation.differentiable_by) if one]
    for name in others:
        if name not in can:
            raise ParameterError(
                f"{activation!r} has no derivative by {name!r}; it has one by "
                f"{' and '.join(can) or 'nothing'}"
            )
    if divided_by:
        activation = replace(cast(Any, activation), **{divided_by: 1.0})
    return activation, divided_by, others[0] if others else ""


class Loss(nn.Module):
    """Any loss of any activation, with the arguments of PyTorch's: the logits come first.

    `Loss("softmax", "cross_entropy")` takes the place of `nn.CrossEntropyLoss`, and
    `Loss("sigmoid", "cross_entropy")` that of `nn.BCEWithLogitsLoss`. Where a row's loss is the sum
    of its entries', as there, each entry is a row of its own and the mean is over all of them;
    else the classes are axis 1 (or 0, of logits without another). The value has the dtype of the
    logits, and float32 under autocast.

    Args:
        activation: an activation or its name.
        loss: a loss, its name, or a weighted sum of losses.
        reduction: "mean" (of labels divided by the sum of their weights), "sum", "none", or
            "batchmean" (the sum divided by the length of the first axis).
        weight: a weight of each class, or, for a loss an entry, of each entry. Not negative.
        ignore_index: rows with this label count nothing.
        label_smoothing: e in [0, 1), the share of a target that is spread over the classes.
        pos_weight: for a loss of coins, what heads weigh beside tails. Not negative.
        check_target: whether numbers that the loss does not take as a target are an error, or
            computed with as they are. Labels are checked always.

    What departs from PyTorch's losses on purpose is in docs/pytorch.md: weights that are negative,
    infinite or NaN are refused, and a mean over nothing is 0, not NaN, to begin with.

    Raises:
        PairError: the activation's output is not in the loss's domain.
        ParameterError: a setting has a value that it cannot have.
    """

    weight: Tensor | None
    pos_weight: Tensor | None

    def __init__(
        self,
        activation: str | AnyActivation,
        loss: str | AnyLoss,
        *,
        reduction: Reduction = "mean",
        weight: Tensor | None = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        pos_weight: Tensor | None = None,
        check_target: bool = True,
    ) -> None:
        super().__init__()
        self._convention = Convention(
            activation, loss, reduction, ignore_index, label_smoothing, check_target
        )
        self._settings = reduction, ignore_index, label_smoothing
        for name, value in (("weight", weight), ("pos_weight", pos_weight)):
            self.register_buffer(name, None if value is None else _weights(value, name))
        if pos_weight is not None and not all(t.linear_in_target for _, t in self.layer.loss.terms):
            raise ParameterError(f"pos_weight is given, but {self.layer.loss!r} has no two sides")

    @property
    def reduction(self) -> Reduction:
        """How values become one; set when the module is made."""
        return self._settings[0]

    @property
    def ignore_index(self) -> int:
        """The label of rows that count nothing; set when the module is made."""
        return self._settings[1]

    @property
    def label_smoothing(self) -> float:
        """The share of a target that is spread; set when the module is made."""
        return self._settings[2]

    @property
    def layer(self) -> OutputLayer:
        """The activation and the loss."""
        return self._convention.layer

    def forward(self, z: Tensor, target: Any) -> Tensor:
        """The loss of logits z by a target: labels, or a number an entry."""
        # (Not by their attributes, which cost half a microsecond each.)
        weights = self._buffers["weight"], self._buffers["pos_weight"]
        if is_compiling():
            from softgrad.torch.traced import traced_convention, traced_name

            return traced_convention(traced_name(self._convention), z, target, *weights)
        return self._convention(z, target, *weights)

    def extra_repr(self) -> str:
        """The pair, and what was set."""
        names = ("reduction", "ignore_index", "label_smoothing")
        given = dict(zip(names, self._settings, strict=True))
        usual = {"reduction": "mean", "ignore_index": -100, "label_smoothing": 0.0}
        told = {name: value for name, value in given.items() if value != usual[name]}
        told |= {k: tuple(b.shape) for k, b in self._buffers.items() if b is not None}
        parts = [repr(self.layer.activation), repr(self.layer.loss)]
        return ", ".join([*parts, *(f"{name}={value!r}" for name, value in told.items())])


def _weights(value: Any, name: str) -> Tensor:
    """Of classes, or of the sides of coins.

    Raises:
        WeightError: one is negative, infinite or NaN, or no number.
    """
    weights = value if isinstance(value, Tensor) else torch.as_tensor(value)
    if weights.is_complex() or weights.dtype is torch.bool:
        raise WeightError(f"{name} has dtype {weights.dtype}; expected real numbers")
    if is_known(~((weights >= 0) & torch.isfinite(weights)).all()):
        raise WeightError(f"{name} has negative, infinite or NaN numbers; expected all >= 0")
    return weights
