"""The operators that traced programs hold: a text that says what, the work, and the tensors.

On the CPU they are softgrad on NumPy's view of the tensors, kernels and all; elsewhere, and for
types that NumPy lacks, the definitions. They know nothing of derivatives: see `map_function`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Array, namespace_of
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import Wanted, Work, definitions
from softgrad.errors import CapabilityError
from softgrad.layer.options import Options
from softgrad.layer.reduction import weighed
from softgrad.torch.memory import as_tensor, has_numpy_dtype, without_tensors
from softgrad.torch.recipes import Axes, RowsRecipe, map_recipe, rows_recipe
from softgrad.torch.situation import records
from softgrad.torch.untyped import (
    after_autograd,
    below_autograd,
    forward_ad,
    forward_mode_is_on,
    library,
    operators,
)

_VALUES = int(Wanted.VALUES | Wanted.WIDE_VALUES)


class RowsWork(IntEnum):
    """What is asked of the loss of each row."""

    VALUES = 0
    GRADIENT = 1
    HVP = 2
    TARGET_GRADIENT = 3
    DIAGONAL = 4


def rows_shape(shape: torch.Size, axes: Axes) -> tuple[int, ...]:
    """The shape of one number a row."""
    rank = len(shape)
    return tuple(size for i, size in enumerate(shape) if i - rank not in axes)


def along_rows(rows: Any, axes: Axes) -> Any:
    """One number a row with class axes of length 1 (a tensor, or an array of NumPy's)."""
    for axis in sorted(axes, reverse=True):
        # (From the last on, for each axis is counted from the end.)
        rows = rows[(..., None, *(slice(None),) * (-axis - 1))]
    return rows


def of_rows(dtype: torch.dtype) -> torch.dtype:
    """What numbers of rows are computed in, for logits of that dtype."""
    return torch.float64 if dtype is torch.float64 else torch.float32


def computed_map(recipe: str, work: int, z: Any, where: Any, g: Any, v: Any) -> Array:
    """What an operator of maps gives, of arrays of one namespace."""
    activation, form, axes = map_recipe(recipe)
    return evaluate(activation, form, Work(work), z, axes, where, None, g, v)


def computed_rows(
    recipe: str, work: int, z: Any, target: Any, where: Any, weight: Any, v: Any
) -> Array:
    """What an operator of rows gives, of arrays of one namespace.

    A weight may be any number: it is what comes from above, times what the row counts.
    """
    of = rows_recipe(recipe)
    if weight is not None and not _are_weights(weight):
        xp = namespace_of(z)
        # (What is of 16 bits is rounded once, after this.)
        wide = xp.astype(z, xp.float32) if z.dtype.itemsize < 4 else z
        found = computed_rows(recipe, work, wide, target, where, None, v)
        if work == RowsWork.VALUES:
            return weighed(xp, weight, found)
        if tuple(found.shape) == tuple(z.shape):
            weight = along_rows(weight, of.axes)
        return xp.astype(weighed(xp, weight, found), z.dtype)
    options: Any = {"where": where, "sample_weight": weight}
    options = {name: value for name, value in options.items() if value is not None}
    if of.layer is None:
        return _of_prediction(of, work, z, target, options, v)
    if work == RowsWork.VALUES:
        return of.layer.parts(_VALUES, z, target, cast(Options, options))[0]
    if work == RowsWork.GRADIENT:
        return of.layer.gradient(z, target, **options)
    if work == RowsWork.HVP:
        return of.layer.hvp(z, target, v, **options)
    if work == RowsWork.TARGET_GRADIENT:
        return of.layer.target_gradient(z, target, **options)
    return of.layer.gradient_and_hessian_diagonal(z, target, **options)[1]


def _of_prediction(
    of: RowsRecipe, work: int, r: Any, target: Any, options: dict[str, Any], v: Any
) -> Array:
    xp, weight = namespace_of(r), options.pop("sample_weight", None)
    if work == RowsWork.VALUES:
        found = of.loss(r, target, axis=of.axes, **options)
    elif work == RowsWork.GRADIENT:
        found = of.loss.gradient(r, target, axis=of.axes, **options)
    elif work == RowsWork.HVP:
        layout = Layout.of(tuple(r.shape), of.axes, "prediction")
        hessian = of.loss.hessian(r, target, axis=of.axes, **options)
        found = layout.leave(xp, hessian @ layout.enter(xp, v))
    else:
        raise CapabilityError(f"{of.loss!r} of a prediction has no derivative by its target")
    if weight is None:
        return found
    weight = weight if work == RowsWork.VALUES else along_rows(weight, of.axes)
    return xp.astype(weighed(xp, weight, found), found.dtype)


def _are_weights(weight: Any) -> bool:
    """Whether they are numbers that a layer takes; of those of a tensor it is not asked."""
    given: Any = weight
    if not isinstance(given, np.ndarray):
        return False
    return bool(np.all((weight >= 0) & np.isfinite(weight)))


def on_arrays(compute: Callable[..., Any], *arguments: Any) -> Tensor:
    """What is computed of NumPy's views where there are such; else by definition."""
    tensors = [one for one in arguments if isinstance(one, Tensor)]
    if all(one.device.type == "cpu" and has_numpy_dtype(one) for one in tensors):
        return as_tensor(compute(*(without_tensors(one) for one in arguments)))
    return by_definition(compute, *arguments)


def by_definition(compute: Callable[..., Any], *arguments: Any) -> Tensor:
    """The same by the definitions on tensors, of which autograd sees nothing."""
    with torch.no_grad(), definitions():
        plain = (one.detach() if isinstance(one, Tensor) else one for one in arguments)
        found: Tensor = compute(*plain)
        return found.contiguous()


def _like_logits(
    recipe: str, work: int, z: Tensor, where: Any = None, g: Any = None, v: Any = None
) -> Tensor:
    return z.new_empty(z.shape)


def _like_rows(
    recipe: str, work: int, z: Tensor, target: Tensor, where: Any, weight: Any, v: Any
) -> Tensor:
    if work == RowsWork.VALUES:
        axes = rows_recipe(recipe).axes
        return z.new_empty(rows_shape(z.shape, axes), dtype=of_rows(z.dtype))
    return z.new_empty(target.shape if work == RowsWork.TARGET_GRADIENT else z.shape)


# Kept for the life of the process: with it go the operators.
LIBRARY = library.Library("softgrad", "DEF")


def define(name: str, arguments: str, compute: Any, fake: Any) -> Any:
    """The operator `name` on every device, with a fake that knows the shape of its result."""
    LIBRARY.define(f"{name}({arguments}) -> Tensor", tags=(torch.Tag.pt2_compliant_tag,))
    LIBRARY.impl(name, partial(on_arrays, compute), "CompositeExplicitAutograd")
    library.register_fake(f"softgrad::{name}", fake, lib=LIBRARY)
    return getattr(operators.softgrad, name).default


def differentiate(operator: Any, function: Callable[..., Tensor]) -> None:
    """Have an operator that a graph calls by itself differentiated as `function` is.

    The graph of an exported program has the operator in it, and not the function around.
    """

    def kernel(keys: Any, *arguments: Any) -> Tensor:
        if _are_differentiated(arguments):
            return function(*arguments)
        with below_autograd():
            return operator.redispatch(keys & after_autograd, *arguments)

    LIBRARY.impl(operator, kernel, "Autograd", with_keyset=True)


def _are_differentiated(arguments: tuple[Any, ...]) -> bool:
    tensors = [one for one in arguments if isinstance(one, Tensor)]
    if records(*tensors):
        return True
    if forward_ad._current_level < 0 or not forward_mode_is_on():
        return False
    return any(forward_ad.unpack_dual(one).tangent is not None for one in tensors)


map_operator = define(
    "map",
    "str recipe, int work, Tensor z, Tensor? where, Tensor? g, Tensor? v",
    computed_map,
    _like_logits,
)
rows_operator = define(
    "rows",
    "str recipe, int work, Tensor z, Tensor target, Tensor? where, Tensor? weight, Tensor? v",
    computed_rows,
    _like_rows,
)
