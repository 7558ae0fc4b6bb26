"""Losses of rows as autograd sees them: a function whose derivatives are itself with another work.

As in `map_function`.
"""

from __future__ import annotations

from typing import Any, Never

from torch import Tensor

from softgrad.layer.rows import RowsWork
from softgrad.torch.derivatives import (
    Keeping,
    for_another_forward_mode,
    in_front,
    plus,
    refuse,
    refuse_third,
)
from softgrad.torch.operators import by_definition, computed_rows, differentiate, rows_operator
from softgrad.torch.recipes import rows_recipe
from softgrad.torch.situation import by_operator

_VALUES, _GRADIENT, _HVP, _TARGET_GRADIENT, _DIAGONAL = (int(work) for work in RowsWork)


class Rows(Keeping):
    """The loss of each row times its weight, or a derivative of that: (z, target, weight, v)."""

    @staticmethod
    def forward(
        recipe: str, work: int, z: Tensor, target: Tensor, where: Any, weight: Any, v: Any
    ) -> Tensor:
        layer = rows_recipe(recipe).layer
        many_steps = layer is not None and layer.activation.takes_many_steps
        if many_steps or by_operator(z, target, where, weight, v):
            return rows_operator(recipe, work, z, target, where, weight, v)
        return by_definition(computed_rows, recipe, work, z, target, where, weight, v)

    @staticmethod
    def backward(ctx: Any, u: Tensor | None) -> Any:
        z, target, where, weight, v = ctx.saved_tensors
        recipe, work = ctx.called
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
            _refuse_by_target(recipe, "the target")
        if by_z:
            _refuse_beyond(recipe, work, _GRADIENT)
            dz = rows(recipe, _HVP, z, target, where, weight, u)
        if by_v:
            dv = rows(recipe, _HVP, z, target, where, weight, u)
        return None, None, dz, None, None, dw, dv

    @staticmethod
    def jvp(
        ctx: Any, _recipe: Any, _work: Any, tz: Any, tt: Any, _where: Any, tw: Any, tv: Any
    ) -> Any:
        z, target, where, weight, v = ctx.saved_tensors
        recipe, work = ctx.called
        change = None
        if tw is not None:  # (in which all of it is linear)
            change = rows(recipe, work, z, target, where, tw, v)
        if tz is not None:
            _refuse_beyond(recipe, work, _VALUES, _GRADIENT)
            if work == _VALUES:
                slopes = rows(recipe, _GRADIENT, z, target, where, weight, None)
                change = plus(change, _total(recipe, slopes, tz))
            else:
                change = plus(change, rows(recipe, _HVP, z, target, where, weight, tz))
        if tt is not None:
            if work != _VALUES:
                _refuse_by_target(recipe, "the target")
            slopes = rows(recipe, _TARGET_GRADIENT, z, target, where, weight, None)
            per_row = slopes.dim() < z.dim() or not rows_recipe(recipe).axes
            if per_row:
                with for_another_forward_mode():
                    change = plus(change, slopes * tt)
            else:
                change = plus(change, _total(recipe, slopes, tt))
        if tv is not None:
            change = plus(change, rows(recipe, _HVP, z, target, where, weight, tv))
        return change

    @staticmethod
    def vmap(info: Any, in_dims: Any, recipe: str, work: int, *tensors: Any) -> Any:
        size = info.batch_size
        moved = (in_front(size, x, d) for x, d in zip(tensors, in_dims[2:], strict=True))
        return rows(recipe, work, *moved), 0


def _refuse_by_target(recipe: str, what: str) -> Never:
    loss = rows_recipe(recipe).loss
    refuse("a second derivative by the target", loss, f"detach() {what}")


def _refuse_beyond(recipe: str, work: int, *differentiable: int) -> None:
    if work in differentiable:
        return
    if work == _TARGET_GRADIENT:
        _refuse_by_target(recipe, "what it is taken by")
    refuse_third(rows_recipe(recipe).loss)


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


def rows(recipe: str, work: int, z: Any, target: Any, where: Any, weight: Any, v: Any) -> Tensor:
    """`Rows` of these."""
    return Rows.apply(recipe, work, z, target, where, weight, v)


differentiate(rows_operator, rows)
