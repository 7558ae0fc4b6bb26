"""The short ways of plain calls, where nothing but ordinary autograd looks on.

They compute on NumPy's view of the tensors, and save half of what a call of `Map` or `Rows` costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import Wanted, Work
from softgrad.layer import OutputLayer
from softgrad.torch.calls import Call
from softgrad.torch.memory import as_numpy, as_scalar, as_tensor, without_tensors
from softgrad.torch.operators import RowsWork
from softgrad.torch.untyped import Function, is_batched_of_old

_VALUES, _VALUE_AND_GRADIENT = int(Wanted.VALUES), int(Wanted.VALUES | Wanted.GRADIENT)


def through_numpy(method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What a method gives for NumPy's views, as a tensor or several."""
    named = {name: without_tensors(value) for name, value in options.items()}
    found: Any = method(*(without_tensors(one) for one in arguments), **named)
    if isinstance(found, tuple):
        several = cast("tuple[Any, ...]", found)
        return tuple(as_tensor(one) for one in several)
    return as_tensor(found)


def eager_value(layer: OutputLayer, z: Tensor, target: Any, options: Any) -> Tensor:
    """The value of a layer, of which no derivative will be asked."""
    if options:
        options = {name: without_tensors(value) for name, value in options.items()}
    found = layer.parts(_VALUES, as_numpy(z), without_tensors(target), options)
    value = found[0]
    return as_tensor(value) if type(value) is np.ndarray else as_scalar(value, z.dtype)


class EagerMap(Function):
    """A form of an activation's output."""

    @staticmethod
    def forward(
        ctx: Any, form: Any, activation: Any, z: Tensor, axis: Any, where: Tensor | None
    ) -> Tensor:
        ctx.called = form, activation, axis
        ctx.save_for_backward(z, where)
        mask = None if where is None else as_numpy(where)
        found = evaluate(activation, form, Work.FORWARD, as_numpy(z), axis, mask)
        return as_tensor(found)

    @staticmethod
    def backward(ctx: Any, u: Tensor) -> Any:
        z, where = ctx.saved_tensors
        form, activation, axis = ctx.called
        slopes = evaluate(activation, form, Work.VJP, z, axis, where, None, u)
        return None, None, slopes, None, None


class EagerValue(Function):
    """The value of a layer as one number, and its gradient in the same pass.

    The gradient is handed over at the first backward, as it is or scaled in place, for nobody
    else has seen it; whoever comes back has it computed anew.
    """

    @staticmethod
    def forward(
        ctx: Any, layer: OutputLayer, z: Tensor, target: Tensor, names: Any, *values: Any
    ) -> Tensor:
        options: Any = {}
        ctx.layer, ctx.names = layer, names
        if names:
            ctx.others = tuple(None if isinstance(one, Tensor) else one for one in values)
            values = tuple(one if isinstance(one, Tensor) else None for one in values)
            views = (
                without_tensors(x if y is None else y)
                for x, y in zip(ctx.others, values, strict=True)
            )
            options = dict(zip(names, views, strict=True))
        ctx.save_for_backward(z, target, *values)
        value, gradient, _ = layer.parts(
            _VALUE_AND_GRADIENT, as_numpy(z), as_numpy(target), options
        )
        ctx.gradient = as_tensor(gradient)
        return as_scalar(value, z.dtype)

    @staticmethod
    def backward(ctx: Any, u: Tensor) -> Any:
        return (None, _gradient_times(ctx, u), None, None, *(None for _ in ctx.names))


def _gradient_times(ctx: Any, u: Tensor) -> Tensor:
    gradient: Tensor | None = ctx.gradient
    if gradient is not None and not torch.is_grad_enabled() and not is_batched_of_old(u):
        above = u.item()
        if above == 1.0:
            ctx.gradient = None
            return gradient
        if gradient.dtype.itemsize > 2:  # (those of 16 bits are rounded once, after scaling)
            ctx.gradient = None
            return gradient.mul_(above)
    z, target, *tensors = ctx.saved_tensors
    others = ctx.others if ctx.names else ()
    values = (x if y is None else y for x, y in zip(others, tensors, strict=True))
    options = dict(zip(ctx.names, values, strict=True))
    return Call(ctx.layer, z, target, options).derivative(RowsWork.GRADIENT, above=u)
