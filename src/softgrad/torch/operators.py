"""The operators that traced programs hold: a text that says what, the work, and the tensors.

On the CPU they are softgrad on NumPy's view of the tensors, kernels and all; elsewhere, and for
types that NumPy lacks, the definitions. They know nothing of derivatives: see `map_function`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from softgrad.arrays.namespaces import Array, namespace_of
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import Work, definitions
from softgrad.layer.reduction import weighed
from softgrad.layer.rows import RowsWork, along_rows, computed, rows_shape
from softgrad.torch.memory import as_tensor, has_numpy_dtype, without_tensors
from softgrad.torch.recipes import map_recipe, rows_recipe
from softgrad.torch.situation import records
from softgrad.torch.untyped import (
    after_autograd,
    below_autograd,
    forward_ad,
    forward_mode_is_on,
    library,
    operators,
)


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
    if of.layer is not None:
        return computed(of.layer, of.loss, of.axes, RowsWork(work), z, target, v, options)
    weight = options.pop("sample_weight", None)
    found = computed(None, of.loss, of.axes, RowsWork(work), z, target, v, options)
    if weight is None:
        return found
    xp = namespace_of(z)
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
