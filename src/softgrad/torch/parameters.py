"""Activations of which a hyper-parameter is a tensor: one number, or one for each row.

As in `map_function`: an operator that knows nothing of derivatives, and one function around it,
here with the derivative by the hyper-parameter, which is offered once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from torch import Tensor

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import namespace_of
from softgrad.contracts.activation import Activation
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import Work
from softgrad.errors import AutodiffError, ShapeError
from softgrad.layer.rows import along_rows, axes_from_the_end, rows_shape
from softgrad.torch.arguments import beside, mask_beside
from softgrad.torch.derivatives import Keeping, for_another_forward_mode, in_front, plus
from softgrad.torch.operators import define, differentiate, of_rows
from softgrad.torch.recipes import map_recipe, map_text, name_of

_BY_PARAMETER = len(Work)  # beside Work: how the output changes with the hyper-parameter


def with_parameter(
    activation: Activation, name: str, z: Tensor, dim: Any, where: Any, value: Tensor
) -> Tensor:
    """The output of the activation with `value` as its hyper-parameter `name`.

    Raises:
        ShapeError: `value` does not broadcast to one number a row.
    """
    layout = Layout.of(tuple(z.shape), dim, "z")
    axes = axes_from_the_end(layout)
    row = [1 if i - z.dim() in axes else size for i, size in enumerate(z.shape)]
    value = beside(value, z, name)
    try:
        rows = value.expand(row)
    except RuntimeError:
        raise ShapeError(
            f"{name} has shape {tuple(value.shape)}; expected one that broadcasts to {tuple(row)}, "
            "a number a row"
        ) from None
    rows = rows.reshape(rows_shape(z.shape, axes)).to(of_rows(z.dtype))
    text = map_text(name_of(activation), "output", axes)
    return _with(text, name, int(Work.FORWARD), z, mask_beside(where, z, layout), rows, None, None)


class WithParameter(Keeping):
    """An activation's output, or a product with its derivatives, with its hyper-parameter."""

    @staticmethod
    def forward(recipe: str, name: str, work: int, *tensors: Tensor | None) -> Tensor:
        return _operator(recipe, name, work, *tensors)

    @staticmethod
    def backward(ctx: Any, u: Tensor | None) -> Any:
        z, where, rows, g, v = ctx.saved_tensors
        by_z, by_rows, by_g, by_v = (ctx.needs_input_grad[i] for i in (3, 5, 6, 7))
        recipe, name, work = ctx.called
        dz = drows = dg = dv = None
        if u is None:
            return (None,) * 8
        if by_rows:
            _refuse_unless(work == Work.FORWARD, name)
            slopes = _with(recipe, name, _BY_PARAMETER, z, where, rows, None, None)
            drows = (u * slopes).sum(map_recipe(recipe).axes).to(rows.dtype)
        if work == Work.FORWARD:
            dz = _with(recipe, name, Work.VJP, z, where, rows, u, None) if by_z else None
        elif work == Work.VJP:
            dz = _with(recipe, name, Work.HVP, z, where, rows, g, u) if by_z else None
            dg = _with(recipe, name, Work.JVP, z, where, rows, None, u) if by_g else None
        elif work == Work.JVP:
            dz = _with(recipe, name, Work.HVP, z, where, rows, u, v) if by_z else None
            dv = _with(recipe, name, Work.VJP, z, where, rows, u, None) if by_v else None
        else:
            _refuse_unless(not (by_z or by_g), name)
            dv = _with(recipe, name, Work.HVP, z, where, rows, g, u) if by_v else None
        return None, None, None, dz, None, drows, dg, dv

    @staticmethod
    def jvp(
        ctx: Any, _r: Any, _n: Any, _w: Any, tz: Any, _where: Any, trows: Any, tg: Any, tv: Any
    ) -> Any:
        z, where, rows, g, v = ctx.saved_tensors
        recipe, name, work = ctx.called
        change = None
        if tz is not None:
            _refuse_unless(work in (Work.FORWARD, Work.VJP), name)
            onward = Work.JVP if work == Work.FORWARD else Work.HVP
            change = _with(recipe, name, onward, z, where, rows, g, tz)
        if trows is not None:
            _refuse_unless(work == Work.FORWARD, name)
            slopes = _with(recipe, name, _BY_PARAMETER, z, where, rows, None, None)
            with for_another_forward_mode():
                by_rows = along_rows(trows, map_recipe(recipe).axes) * slopes
                by_rows = by_rows.to(z.dtype)
            change = plus(change, by_rows)
        if tg is not None:
            change = plus(change, _with(recipe, name, work, z, where, rows, tg, v))
        if tv is not None:
            change = plus(change, _with(recipe, name, work, z, where, rows, g, tv))
        return change

    @staticmethod
    def vmap(info: Any, in_dims: Any, recipe: str, name: str, work: int, *tensors: Any) -> Any:
        size = info.batch_size
        moved = (in_front(size, x, d) for x, d in zip(tensors, in_dims[3:], strict=True))
        return _with(recipe, name, work, *moved), 0


def _with(recipe: str, name: str, work: int, *tensors: Any) -> Tensor:
    return WithParameter.apply(recipe, name, int(work), *tensors)


def _refuse_unless(offered: bool, name: str) -> None:
    if not offered:
        raise AutodiffError(
            f"a second derivative by {name}, or a third by the logits, is not offered"
        )


def _computed(
    recipe: str, name: str, work: int, z: Any, where: Any, rows: Any, g: Any, v: Any
) -> Any:
    """Rows of one value together, for there are as many activations as values."""
    activation, _, axes = map_recipe(recipe)
    xp, layout = namespace_of(z), Layout.of(tuple(z.shape), axes, "z")
    logits, mask, g, v = (
        None if x is None else xp.reshape(layout.enter(xp, x), (-1, layout.classes))
        for x in (z, where, g, v)
    )
    found, flat = xp.empty_like(logits), xp.reshape(rows, (-1,))
    for value in xp.unique_values(flat).tolist():
        one = replace(cast(Any, activation), **{name: value})
        at = flat == value
        chosen = (None if x is None else x[at] for x in (logits, mask, g, v))
        found[at] = _of_one(one, name, work, *chosen)
    return layout.leave(xp, xp.reshape(found, (*layout.batch_shape, layout.classes)))


def _of_one(one: Activation, name: str, work: int, z: Any, where: Any, g: Any, v: Any) -> Any:
    if work == _BY_PARAMETER:
        return one.parameter_derivative(z, name, where=where)
    return evaluate(one, "output", Work(work), z, -1, where, None, g, v)


def _like_logits(recipe: str, name: str, work: int, z: Tensor, *_: Any) -> Tensor:
    return z.new_empty(z.shape)


_operator = define(
    "with_parameter",
    "str recipe, str name, int work, Tensor z, Tensor? where, Tensor rows, Tensor? g, Tensor? v",
    _computed,
    _like_logits,
)
differentiate(_operator, _with)
