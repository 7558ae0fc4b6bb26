"""The value of a layer as one number where it is traced: one operator forward, one backward.

Nothing is kept but the logits, and no loop of Inductor's stands beside the operators: its threads
would spin while softgrad's compute. Inside torch.func's transformations, and where more than the
logits is differentiated, a call is made of `Rows`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from softgrad.arrays.namespaces import Array
from softgrad.contracts.fast_paths import Wanted
from softgrad.layer.rows import RowsWork
from softgrad.torch.calls import Call
from softgrad.torch.operators import define, differentiate
from softgrad.torch.recipes import rows_recipe
from softgrad.torch.situation import records
from softgrad.torch.untyped import Function, transforms_are_active

_VALUE, _GRADIENT = int(Wanted.VALUES), int(Wanted.GRADIENT)


class ReducedValue(Function):
    """The value of float32 or float64 logits."""

    @staticmethod
    def forward(
        ctx: Any,
        recipe: str,
        z: Tensor,
        target: Tensor,
        where: Tensor | None,
        sample_weight: Tensor | None,
        class_weight: Tensor | None,
    ) -> Tensor:
        ctx.recipe = recipe
        ctx.save_for_backward(z, target, where, sample_weight, class_weight)
        return _value(recipe, z, target, where, sample_weight, class_weight)

    @staticmethod
    def backward(ctx: Any, u: Tensor) -> Any:
        z, target, *arrays = ctx.saved_tensors
        if torch.is_grad_enabled():
            slopes = _again(ctx.recipe, z, target, *arrays, u)
        else:
            slopes = _gradient(ctx.recipe, z, target, *arrays, u)
        return None, slopes, None, None, None, None


def _options(where: Any, sample_weight: Any, class_weight: Any) -> dict[str, Any]:
    given = {"where": where, "sample_weight": sample_weight, "class_weight": class_weight}
    return {name: value for name, value in given.items() if value is not None}


def _part(wanted: int, recipe: str, z: Any, target: Any, *arrays: Any) -> Any:
    layer: Any = rows_recipe(recipe).layer
    return layer.parts(wanted, z, target, _options(*arrays))


def _computed_value(recipe: str, *arrays: Any) -> Array:
    return _part(_VALUE, recipe, *arrays)[0]


def _computed_gradient(recipe: str, *arrays: Any) -> Array:
    *called, above = arrays
    gradient = _part(_GRADIENT, recipe, *called)[1]
    return gradient if above == 1.0 else gradient * above


def _like_value(_: str, z: Tensor, *__: Any) -> Tensor:
    return z.new_empty(())


def _like_logits(_: str, z: Tensor, *__: Any) -> Tensor:
    return z.new_empty(z.shape)


_CALL = (
    "str recipe, Tensor z, Tensor target, Tensor? where, Tensor? sample_weight, "
    "Tensor? class_weight"
)
_value = define("reduced_value", _CALL, _computed_value, _like_value)
_gradient = define("reduced_gradient", f"{_CALL}, Tensor above", _computed_gradient, _like_logits)


def _call(recipe: str, z: Tensor, target: Tensor, *arrays: Any) -> Call:
    layer: Any = rows_recipe(recipe).layer
    return Call(layer, z, target, _options(*arrays))


def _again(recipe: str, z: Tensor, target: Tensor, *others: Any) -> Tensor:
    """The gradient, where it is differentiated itself."""
    *arrays, above = others
    return _call(recipe, z, target, *arrays).derivative(RowsWork.GRADIENT, above=above)


def _whole(recipe: str, z: Tensor, target: Tensor, *arrays: Any) -> Tensor:
    """The value, where it is differentiated: by what its weights are derived by, too."""
    if records(*(one for one in (target, *arrays) if one is not None)) or transforms_are_active():
        return _call(recipe, z, target, *arrays).value()
    return ReducedValue.apply(recipe, z, target, *arrays)


differentiate(_value, _whole)
differentiate(_gradient, _again)
