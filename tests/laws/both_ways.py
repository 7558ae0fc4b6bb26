"""Both ways to one result: by the compiled kernels, and by the array-API definition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from softgrad import OutputLayer
from softgrad.contracts.fast_paths import ByClass, fast_paths
from softgrad.kernels.availability import availability


@contextmanager
def by_definition() -> Iterator[None]:
    """No kernel is found: activations, and layers made inside, take the definition."""
    before = fast_paths.maps, fast_paths.pair
    fast_paths.maps, fast_paths.pair = ByClass(lambda kind: None), lambda *_: None
    try:
        yield
    finally:
        fast_paths.maps, fast_paths.pair = before


def definition_of(layer: OutputLayer) -> OutputLayer:
    """The same layer without its kernel."""
    with by_definition():
        return OutputLayer(layer.activation, layer.loss, **layer.settings)


def each_instruction_set() -> Iterator[str]:
    """Every instruction set that can run here, in use while it is the turn of its name."""
    native = availability().native
    if native is None:
        return
    before = native.instruction_set()
    try:
        for name in native.available_instruction_sets():
            assert native.use_instruction_set(name)
            yield name
    finally:
        native.use_instruction_set(before)


def each_path() -> Iterator[str]:
    """The definition, then every instruction set, in use while it is the turn of its name.

    A layer takes the path at whose turn it was made.
    """
    with by_definition():
        yield "definition"
    yield from each_instruction_set()


def agree(kernel: Any, definition: Any, sizes: Any, limit: float, where: Any = None) -> None:
    """Fail where a kernel is more than `limit` ULP from the definition in float64.

    ULP of the kernel's dtype, at the definition's value or at `sizes` where that is larger. NaN
    and infinities must be the same, rounding to the dtype included.
    """
    got, wanted = np.asarray(kernel), np.asarray(definition)
    assert got.shape == wanted.shape, (got.shape, wanted.shape, where)
    limits = np.finfo(got.dtype)
    with np.errstate(all="ignore"):
        rounded = wanted.astype(got.dtype)
        equal = (got == rounded) | (np.isnan(got) & np.isnan(rounded))
        size = np.fmax(np.abs(wanted), np.where(np.isfinite(sizes), sizes, 0.0))
        size = np.clip(size, float(limits.smallest_normal), float(limits.max))
        spacing = np.ldexp(1.0, np.frexp(size)[1] - 1 - limits.nmant)
        errors = np.where(equal, 0.0, np.abs(got.astype(np.float64) - wanted) / spacing)
    wrong = ~(errors <= limit)
    if np.any(wrong):
        at = np.unravel_index(np.argmax(np.where(wrong, errors, -1.0)), errors.shape)
        raise AssertionError(
            f"{errors[at]:.4g} ULP > {limit:g} at {tuple(map(int, at))}: kernel {got[at]!r}, "
            f"definition {wanted[at]!r} (size {size[at]:.3g}); {where}"
        )


def vector(z: Any) -> Any:
    """What Hessians are multiplied by at logits z: exact in every dtype."""
    row = np.resize([1.5, -0.75, 0.25, 2.0, -1.25], z.shape[-1:])
    return np.broadcast_to(row, z.shape).astype(z.dtype)


def parts(
    layer: OutputLayer, z: Any, target: Any, *, second: bool = True, **options: Any
) -> list[Any]:
    """Value, gradient; from other calls the gradient again, the Hessian's diagonal, a product."""
    found = [*layer.value_and_gradient(z, target, **options)]
    if second:
        found += layer.gradient_and_hessian_diagonal(z, target, **options)
        found.append(layer.hvp(z, target, vector(z), **options))
    return found
