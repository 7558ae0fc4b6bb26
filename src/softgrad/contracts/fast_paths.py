"""The place where faster implementations of what the contracts define are registered.

The contracts and the output layer may not know hardware. They ask here first; a kernel that
cannot serve a call answers None, and the array-API definition runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from softgrad.arrays.namespaces import Array


class Forward(Protocol):
    """Computes an activation's output."""

    def __call__(self, activation: Any, z: Any, axis: Any, where: Any, out: Any, /) -> Array | None:
        """The output, or None where this path cannot serve the call."""
        ...

    def describe(self, z: Any, /) -> str:
        """What runs for logits such as z, and on which instruction set."""
        ...


class ValueAndGradient(Protocol):
    """Computes the loss and its gradient by the logits, one row at a time."""

    def __call__(
        self,
        activation: Any,
        loss: Any,
        z: Array,
        target: Array,
        row_weight: Array | None,
        out: Array | None,
        /,
    ) -> tuple[Array, Array] | None:
        """(values, gradient), or None where this path cannot serve the call."""
        ...

    def describe(self, z: Any, /) -> str:
        """What runs for logits such as z, and on which instruction set."""
        ...


@dataclass
class FastPaths:
    """Kernels by the classes that they serve."""

    forward: dict[type, Forward] = field(default_factory=dict[type, Forward])
    value_and_gradient: dict[tuple[type, type], ValueAndGradient] = field(
        default_factory=dict[tuple[type, type], ValueAndGradient]
    )


fast_paths = FastPaths()
