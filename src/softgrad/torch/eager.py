"""The short ways of plain calls, where nothing but ordinary autograd looks on.

They compute on NumPy's view of the tensors, and save half of what a call of `Map` or `Rows` costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from softgrad.arrays.layout import Layout
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import Wanted, Work
from softgrad.layer import OutputLayer
from softgrad.layer.rows import RowsWork, along_rows, axes_from_the_end
from softgrad.torch.calls import Call
from softgrad.torch.memory import as_numpy, as_scalar, as_tensor, without_tensors
from softgrad.torch.untyped import Function, is_batched_of_old

_VALUES, _GRADIENT = int(Wanted.VALUES), int(Wanted.GRADIENT)
_VALUE_AND_GRADIENT = _VALUES | _GRADIENT


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
    """The value of a layer; of one that is reduced to a number with its gradient in the same pass.

    That gradient is handed over at the first backward, as it is or scaled in place, for nobody
    else has seen it; whoever comes back has it computed anew, as has a value of each row.
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
            options = {name: without_tensors(x) for name, x in _options(ctx, values).items()}
        ctx.save_for_backward(z, target, *values)
        if options.get("reduction", layer.request.reduction) == "none":
            ctx.gradient = None
            return as_tensor(layer.parts(_VALUES, as_numpy(z), as_numpy(target), options)[0])
        value, gradient, _ = layer.parts(
            _VALUE_AND_GRADIENT, as_numpy(z), as_numpy(target), options
        )
        ctx.gradient = as_tensor(gradient)
        return as_scalar(value, z.dtype)

    @staticmethod
    def backward(ctx: Any, u: Tensor) -> Any:
        return (None, _gradient_times(ctx, u), None, None, *(None for _ in ctx.names))


def _options(ctx: Any, tensors: Iterable[Any]) -> dict[str, Any]:
    """The options of the call, of which tensors were saved by themselves."""
    if not ctx.names:
        return {}
    values = (x if y is None else y for x, y in zip(ctx.others, tensors, strict=True))
    return dict(zip(ctx.names, values, strict=True))


def _gradient_times(ctx: Any, u: Tensor) -> Tensor:
    gradient: Tensor | None = ctx.gradient
    plain = not torch.is_grad_enabled() and not is_batched_of_old(u)
    if plain and gradient is not None:
        above = u.item()
        if above == 1.0:
            ctx.gradient = None
            return gradient
        if gradient.dtype.itemsize > 2:  # (those of 16 bits are rounded once, after scaling)
            ctx.gradient = None
            return gradient.mul_(above)
    z, target, *tensors = ctx.saved_tensors
    options = _options(ctx, tensors)
    if plain and z.dtype.itemsize > 2:
        return _scaled_rows(ctx.layer, z, target, options, u)
    return Call(ctx.layer, z, target, options).derivative(RowsWork.GRADIENT, above=u)


def _scaled_rows(layer: OutputLayer, z: Tensor, target: Tensor, options: Any, u: Tensor) -> Tensor:
    """The gradient times what comes from above, where 0 silences even a NaN or infinite row."""
    views: Any = {name: without_tensors(x) for name, x in options.items()}
    # (With the value as at first, so that every backward pass gives the same bits.)
    wanted = _GRADIENT if u.dim() else _VALUE_AND_GRADIENT
    gradient = as_tensor(layer.parts(wanted, as_numpy(z), as_numpy(target), views)[1])
    if u.dim():
        layout = Layout.of(tuple(z.shape), views.get("axis", layer.request.axis), "z")
        u = along_rows(u, axes_from_the_end(layout))
    silent = u == 0
    gradient *= u
    return gradient.masked_fill_(silent, 0.0) if bool(silent.any()) else gradient
