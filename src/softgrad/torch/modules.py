"""Modules: any activation, and any loss of any activation in the place of PyTorch's."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from softgrad.catalogue import find_activation
from softgrad.contracts.activation import Activation as AnyActivation
from softgrad.contracts.loss import Loss as AnyLoss
from softgrad.errors import InputTypeError, ParameterError
from softgrad.layer import OutputLayer
from softgrad.torch.conventions import Reduction, Settings, loss_of
from softgrad.torch.learnt import Learnt


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
        self._learnt = Learnt(self.activation, tuple(learnt))
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
        dim = self.dim if z.dim() else ()
        if not self._learnt.names:
            return self.activation(z, axis=dim, where=where)
        values = tuple(getattr(self, name) for name in self._learnt.names)
        return self._learnt(z, dim, where, values)

    def extra_repr(self) -> str:
        """The activation and its axis."""
        return f"{self.activation!r}, dim={self.dim}"


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

    Two departures from PyTorch's losses: negative weights are refused, and a mean over nothing
    but ignored rows is 0, not NaN.

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
        self.layer = OutputLayer(
            activation, loss, label_smoothing=label_smoothing, ignore_label=ignore_index
        )
        if reduction not in ("none", "mean", "sum", "batchmean"):
            raise ParameterError(
                f"reduction is {reduction!r}; expected 'none', 'mean', 'sum' or 'batchmean'"
            )
        self.reduction: Reduction = reduction
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        for name, value in (("weight", weight), ("pos_weight", pos_weight)):
            if value is not None and bool((torch.as_tensor(value) < 0).any()):
                raise ParameterError(f"{name} has a negative number; expected none below 0")
            self.register_buffer(name, None if value is None else torch.as_tensor(value))
        if pos_weight is not None and not all(t.linear_in_target for _, t in self.layer.loss.terms):
            raise ParameterError(f"pos_weight is given, but {self.layer.loss!r} has no two sides")
        self.layer = OutputLayer(self.layer.activation, self.layer.loss, check_target=check_target)

    def forward(self, z: Tensor, target: Any) -> Tensor:
        """The loss of logits z by a target: labels, or a number an entry."""
        settings = Settings(
            self.reduction,
            self.weight,
            self.ignore_index,
            self.label_smoothing,
            self.pos_weight,
        )
        return loss_of(self.layer, z, target, settings)

    def extra_repr(self) -> str:
        """The pair, and what was set."""
        return f"{self.layer.activation!r}, {self.layer.loss!r}, reduction={self.reduction!r}"
