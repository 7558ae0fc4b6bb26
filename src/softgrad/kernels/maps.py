"""Activations by the compiled stages: their output, and products with their derivatives."""

from __future__ import annotations

from logging import DEBUG
from typing import TYPE_CHECKING, Any, cast

from softgrad.arrays.namespaces import Array
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import Work
from softgrad.kernels.description import describe, logger
from softgrad.kernels.parameters import is_of_catalogue, reader_of_parameters

if TYPE_CHECKING:
    from types import ModuleType


class Map:
    """The stages of one class of activations."""

    def __init__(self, native: ModuleType, kind: type[Activation], number: int) -> None:
        self._native = native
        self._map = native.map  # saves a look-up in calls of half a microsecond
        self._number = number
        self._by_entry = not kind.rowwise
        self._parameters = reader_of_parameters(kind)

    def __call__(
        self,
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
        result = self._map(
            work,
            self._number,
            self._by_entry,
            self._parameters(activation),
            z,
            axis,
            where,
            out,
            g,
            v,
        )
        if result is not None and logger.isEnabledFor(DEBUG):
            threads: int = self._native.threads_of_last_run()
            name = f"{activation.name} {work.name.lower()}"
            logger.debug("%s", describe(self._native, name, z.dtype, threads))
        return result


def find_map(native: ModuleType, kind: type) -> Map | None:
    """The stages of a class of activations, or None where there are none."""
    if not is_of_catalogue(kind, "activations"):
        return None
    activation = cast(type[Activation], kind)
    number: int = native.activation_number(activation.name)
    return None if number < 0 else Map(native, activation, number)
