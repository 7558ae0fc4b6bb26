"""Activations as autograd sees them: a function whose derivatives are itself with another work.

They stand around the operators and not under them: of five arrangements it is the one that every
transformation of torch differentiates rightly (an operator's own `register_autograd` has no
forward mode, and a function that Dynamo looks into gives zeros under a compiled `func.grad`).
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from softgrad.contracts.fast_paths import Work
from softgrad.torch.derivatives import Keeping, in_front, plus, refuse, refuse_third
from softgrad.torch.operators import by_definition, computed_map, differentiate, map_operator
from softgrad.torch.recipes import map_recipe
from softgrad.torch.situation import by_operator

_FORWARD, _VJP, _JVP, _HVP = (int(work) for work in Work)


class Map(Keeping):
    """A form of an activation's output (z), or a product with its derivatives (z, g, v).

    Where the Jacobian of the output is symmetric, J v is J^T v, which has a derivative by z.
    """

    @staticmethod
    def forward(
        recipe: str, work: int, z: Tensor, where: Any = None, g: Any = None, v: Any = None
    ) -> Tensor:
        if map_recipe(recipe).activation.takes_many_steps or by_operator(z, where, g, v):
            return map_operator(recipe, work, z, where, g, v)
        return by_definition(computed_map, recipe, work, z, where, g, v)

    @staticmethod
    def backward(ctx: Any, u: Tensor | None) -> Any:
        z, where, g, v = ctx.saved_tensors
        recipe, work = ctx.called
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
                refuse_third(map_recipe(recipe).activation)
        return None, None, dz, None, dg, dv

    @staticmethod
    def jvp(ctx: Any, _recipe: Any, _work: Any, tz: Any, _where: Any, tg: Any, tv: Any) -> Any:
        z, where, g, v = ctx.saved_tensors
        recipe, work = ctx.called
        change = None
        if tz is not None:
            if work == _FORWARD:
                change = map_(recipe, _JVP, z, where, None, tz)
            elif work == _VJP:
                change = map_(recipe, _HVP, z, where, g, tz)
            elif work == _JVP:
                change = _bend(recipe, z, where, v, tz)
            else:
                refuse_third(map_recipe(recipe).activation)
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
        refuse("forward over forward mode", activation, instead)
    return map_(recipe, _HVP, z, where, v, w)


def map_(recipe: str, work: int, z: Any, where: Any, g: Any, v: Any) -> Tensor:
    """`Map` of these."""
    return Map.apply(recipe, work, z, where, g, v)


differentiate(map_operator, map_)
