"""Activations by the compiled stages: their output, and products with their derivatives."""

from __future__ import annotations

from logging import DEBUG
from typing import TYPE_CHECKING, Any, cast

from softgrad.arrays.namespaces import Array
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import MapKernel, Work
from softgrad.kernels.description import describe, logger
from softgrad.kernels.parameters import is_of_catalogue, reader_of_parameters

if TYPE_CHECKING:
    from types import ModuleType


def map_kernel(native: ModuleType, kind: type[Activation], number: int) -> MapKernel:
    """The stages of a class of activations.

    A function, not an object that can be called: that takes a tenth of a microsecond less, and
    the softmax of ten numbers takes less than one.
    """
    native_map, by_entry, read = native.map, not kind.rowwise, reader_of_parameters(kind)
    is_logged = logger.isEnabledFor
    # The last activation and its parameters, in one: another thread may set it in between.
    last: tuple[Any, tuple[float, ...]] = (None, ())

    def run(
        work: Work,
        activation: Any,
        z: Any,
        axis: Any,
        where: Any,
        out: Any,
        g: Any = None,
        v: Any = None,
        /,
    ) -> Array | None:
        """See `softgrad.contracts.fast_paths.MapKernel`."""
        nonlocal last
        known, parameters = last
        if known is not activation:
            parameters = read(activation)
            last = activation, parameters
        result = native_map(work, number, by_entry, parameters, z, axis, where, out, g, v)
        if is_logged(DEBUG) and result is not None:
            threads: int = native.threads_of_last_run()
            name = f"{activation.name} {work.name.lower()}"
            logger.debug("%s", describe(native, name, z.dtype, threads))
        return result

    return run


def find_map(native: ModuleType, kind: type) -> MapKernel | None:
    """The stages of a class of activations, or None where there are none."""
    if not is_of_catalogue(kind, "activations"):
        return None
    activation = cast(type[Activation], kind)
    number: int = native.activation_number(activation.name)
    return None if number < 0 else map_kernel(native, activation, number)
