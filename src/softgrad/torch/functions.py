"""The two functions that autograd sees; their derivatives are themselves with another work.

They stand around the operators and not under them: of five arrangements it is the one that every
transformation of torch differentiates rightly (an operator's own `register_autograd` has no
forward mode, and a function that Dynamo looks into gives zeros under a compiled `func.grad`).
"""

from __future__ import annotations

from typing import Any, Never

import torch
from torch import Tensor
from torch.autograd.forward_ad import _set_fwd_grad_enabled  # pyright: ignore[reportPrivateUsage]

from softgrad.contracts.fast_paths import Work
from softgrad.errors import AutodiffError
from softgrad.torch.operators import (
    RowsWork,
    by_definition,
    computed_map,
    computed_rows,
    differentiate,
    map_operator,
    rows_operator,
)
from softgrad.torch.recipes import map_recipe, rows_recipe
from softgrad.torch.situation import by_operator

_FORWARD, _VJP, _JVP, _HVP = (int(work) for work in Work)
_VALUES, _GRADIENT, _ROWS_HVP, _TARGET_GRADIENT, _DIAGONAL = (int(work) for work in RowsWork)


def _refuse(recipe: str, what: str, instead: str) -> Never:
    raise AutodiffError(f"{what} of {recipe} is not offered; {instead}")


def plus(total: Tensor | None, part: Tensor) -> Tensor:
    """The sum of two changes."""
    if total is None:
        return part
    with for_another_forward_mode():
        return total + part


def for_another_forward_mode() -> Any:
    """In which ordinary operations of a `jvp` are more than constants to a forward mode around it.

    torch calls `jvp` with forward mode off, which the modes around this one do not need.
    """
    return _set_fwd_grad_enabled(True)


def in_front(size: int, tensor: Tensor | None, axis: int | None) -> Tensor | None:
    """With the batched axis first; one that is not batched is repeated, not copied."""
    if tensor is None:
        return None
    if axis is None:
        return tensor.expand(size, *tensor.shape)
    return tensor.movedim(axis, 0)


class Map(torch.autograd.Function):
    """A form of an activation's output (z), or a product with its derivatives (z, g, v).

    Where the Jacobian of the output is symmetric, J v is J^T v, which has a derivative by z.
    """

    @staticmethod
    def forward(
        recipe: str, work: int, z: Tensor, where: Any = None, g: Any = None, v: Any = None
    ) -> Tensor:
        if by_operator(z, where, g, v):
            return map_operator(recipe, work, z, where, g, v)
        return by_definition(computed_map, recipe, work, z, where, g, v)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.recipe, ctx.work, *tensors = inputs
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, u: Tensor | None) -> Any:
        z, where, g, v = ctx.saved_tensors
        recipe, work = ctx.recipe, ctx.work
        by_z, by_g, by_v = (ctx.needs_input_grad[i] for i in (2, 4, 5))
        dz = dg = dv = None
        if u is None:
            pass
        elif work == _FORWARD:
            dz = map_(recipe, _VJP, z, where, u, None) if by_z else None
        elif work == _VJP:
            dz = map_(recipe, _HVP, z, where, g, u) if by_z else None
            dg = map_(recipe, _JVP, z, where, None, u) if by_g else None
        elif work == _JVP:
            dz = map_(recipe, _HVP, z, where, u, v) if by_z else None
            dv = map_(recipe, _VJP, z, where, u, None) if by_v else None
        else:
            dv = map_(recipe, _HVP, z, where, g, u) if by_v else None
            dg = _bend(recipe, z, where, v, u) if by_g else None
            if by_z:
                _refuse(recipe, "a third derivative", "differentiate twice at most")
        return None, None, dz, None, dg, dv

    @staticmethod
    def jvp(ctx: Any, _recipe: Any, _work: Any, tz: Any, _where: Any, tg: Any, tv: Any) -> Any:
        z, where, g, v = ctx.saved_tensors
        recipe, work = ctx.recipe, ctx.work
        change = None
        if tz is not None:
            if work == _FORWARD:
                change = map_(recipe, _JVP, z, where, None, tz)
            elif work == _VJP:
                change = map_(recipe, _HVP, z, where, g, tz)
            elif work == _JVP:
                change = _bend(recipe, z, where, v, tz)
            else:
                _refuse(recipe, "a third derivative", "differentiate twice at most")
        if tg is not None:
            work_of_g = (_VJP, None) if work == _VJP else (_HVP, v)
            change = plus(change, map_(recipe, work_of_g[0], z, where, tg, work_of_g[1]))
        if tv is not None:
            change = plus(change, map_(recipe, work, z, where, g, tv))
        return change

    @staticmethod
    def vmap(info: Any, in_dims: Any, recipe: str, work: int, *tensors: Any) -> Any:
        size = info.batch_size
        moved = (in_front(size, x, d) for x, d in zip(tensors, in_dims[2:], strict=True))
        return map_(recipe, work, *moved), 0


def _bend(recipe: str, z: Tensor, where: Any, v: Tensor, w: Tensor) -> Tensor:
    """How J v changes along w, which is what w^T (second derivative) v is of each output."""
    activation, form, _ = map_recipe(recipe)
    if form != "output" or not activation.symmetric:
        instead = "take reverse over forward, or forward over reverse"
        _refuse(recipe, "forward over forward mode", instead)
    return map_(recipe, _HVP, z, where, v, w)


class Rows(torch.autograd.Function):
    """The loss of each row times its weight, or a derivative of that: (z, target, weight, v)."""

    @staticmethod
    def forward(
        recipe: str, work: int, z: Tensor, target: Tensor, where: Any, weight: Any, v: Any
    ) -> Tensor:
        if by_operator(z, target, where, weight, v):
            return rows_operator(recipe, work, z, target, where, weight, v)
        return by_definition(computed_rows, recipe, work, z, target, where, weight, v)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.recipe, ctx.work, *tensors = inputs
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, u: Tensor | None) -> Any:
        z, target, where, weight, v = ctx.saved_tensors
        recipe, work = ctx.recipe, ctx.work
        by_z, by_target, by_weight, by_v = (ctx.needs_input_grad[i] for i in (2, 3, 5, 6))
        dz = dt = dw = dv = None
        if u is None:
            return (None,) * 7
        if by_weight:
            alone = rows(recipe, work, z, target, where, None, v)
            dw = _summed(recipe, work, u, alone).to(weight.dtype)
        if work == _VALUES:
            above = u if weight is None else u * weight
            if by_z:
                dz = rows(recipe, _GRADIENT, z, target, where, above, None)
            if by_target:
                dt = rows(recipe, _TARGET_GRADIENT, z, target, where, above, None).to(target.dtype)
            return None, None, dz, dt, None, dw, None
        if by_target:
            _refuse(recipe, "a second derivative by the target", "detach() the target")
        if by_z:
            _refuse_beyond(recipe, work, _GRADIENT)
            dz = rows(recipe, _ROWS_HVP, z, target, where, weight, u)
        if by_v:
            dv = rows(recipe, _ROWS_HVP, z, target, where, weight, u)
        return None, None, dz, None, None, dw, dv

    @staticmethod
    def jvp(
        ctx: Any, _recipe: Any, _work: Any, tz: Any, tt: Any, _where: Any, tw: Any, tv: Any
    ) -> Any:
        z, target, where, weight, v = ctx.saved_tensors
        recipe, work = ctx.recipe, ctx.work
        change = None
        if tw is not None:  # (in which all of it is linear)
            change = rows(recipe, work, z, target, where, tw, v)
        if tz is not None:
            _refuse_beyond(recipe, work, _VALUES, _GRADIENT)
            if work == _VALUES:
                slopes = rows(recipe, _GRADIENT, z, target, where, weight, None)
                change = plus(change, _total(recipe, slopes, tz))
            else:
                change = plus(change, rows(recipe, _ROWS_HVP, z, target, where, weight, tz))
        if tt is not None:
            if work != _VALUES:
                _refuse(recipe, "a second derivative by the target", "detach() the target")
            slopes = rows(recipe, _TARGET_GRADIENT, z, target, where, weight, None)
            per_row = slopes.dim() < z.dim() or not rows_recipe(recipe).axes
            if per_row:
                with for_another_forward_mode():
                    change = plus(change, slopes * tt)
            else:
                change = plus(change, _total(recipe, slopes, tt))
        if tv is not None:
            change = plus(change, rows(recipe, _ROWS_HVP, z, target, where, weight, tv))
        return change

    @staticmethod
    def vmap(info: Any, in_dims: Any, recipe: str, work: int, *tensors: Any) -> Any:
        size = info.batch_size
        moved = (in_front(size, x, d) for x, d in zip(tensors, in_dims[2:], strict=True))
        return rows(recipe, work, *moved), 0


def _refuse_beyond(recipe: str, work: int, *differentiable: int) -> None:
    if work in differentiable:
        return
    if work == _TARGET_GRADIENT:
        _refuse(recipe, "a second derivative by the target", "detach() what it is taken by")
    _refuse(recipe, "a third derivative", "differentiate twice at most")


def _total(recipe: str, slopes: Tensor, change: Tensor) -> Tensor:
    """slopes . change of each row, in what rows are computed in."""
    axes = rows_recipe(recipe).axes
    with for_another_forward_mode():
        product = (slopes * change) if slopes.dtype.itemsize > 2 else slopes.float() * change
        return product.sum(axes) if axes else product


def _summed(recipe: str, work: int, u: Tensor, alone: Tensor) -> Tensor:
    """How much u . (weight * alone) changes with the weight of each row."""
    if work == _VALUES or alone.dim() != u.dim():
        return u * alone
    return _total(recipe, u, alone)


def map_(recipe: str, work: int, z: Any, where: Any, g: Any, v: Any) -> Tensor:
    """`Map` of these."""
    return Map.apply(recipe, work, z, where, g, v)


def rows(recipe: str, work: int, z: Any, target: Any, where: Any, weight: Any, v: Any) -> Tensor:
    """`Rows` of these."""
    return Rows.apply(recipe, work, z, target, where, weight, v)


differentiate(map_operator, map_)
differentiate(rows_operator, rows)
