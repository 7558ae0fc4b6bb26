"""The place where faster implementations of what the contracts define are registered.

The contracts and the output layer may not know hardware. They ask here first; a kernel that
cannot serve a call answers None, and the array-API definition runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any, Protocol, TypeAlias

from softgrad.arrays.namespaces import Array
from softgrad.contracts.forms import Form


class Wanted(IntFlag):
    """Which parts of a loss a kernel is asked for."""

    VALUES = 1
    GRADIENT = 2
    DIAGONAL = 4


# Values, gradient, diagonal of the Hessian; None for what was not asked for.
Parts: TypeAlias = tuple[Any, Any, Any]


class Work(IntEnum):
    """What a map's kernel is asked for: the output, or a product with a derivative."""

    FORWARD = 0
    VJP = 1
    JVP = 2
    HVP = 3


def by_definition(work: Work, output: Form, g: Array | None, v: Array | None) -> Array:
    """What a map's kernel is asked for, by the activation's own formulas, shape (..., n)."""
    if work is Work.VJP:
        return output.jacobian().T @ g
    if work is Work.JVP:
        return output.jacobian() @ v
    if work is Work.HVP:
        return output.curvature(g) @ v
    return output.value


class MapKernel(Protocol):
    """Computes an activation and products with its derivatives, for arrays of one shape."""

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
        """The result, of z's shape and dtype; None where this path cannot serve the call."""
        ...


class PairKernel(Protocol):
    """Computes a loss of an activation's output with its derivatives by the logits."""

    def run(
        self,
        wanted: int,
        z: Any,
        target: Any,
        request: Any,
        out: Any = None,
        out_diagonal: Any = None,
        v: Any = None,
        /,
    ) -> Parts | None:
        """What was asked for (a sum of `Wanted`), as a `softgrad.layer.request.Request` says.

        Where `v` is given the Hessian times v stands in the place of the gradient.
        Values come reduced, and every part in the promised dtype. None where it cannot be served.
        """
        ...

    def describe(self, *, copied: bool) -> str:
        """What ran last: kernel, precision, instruction set, threads, and whether on copies."""
        ...


class ByClass(dict[type, Any]):
    """What a function finds for a class, asked for once: `paths[type(activation)]`."""

    def __init__(self, find: Callable[[type], Any]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, kind: type) -> Any:
        """Find and keep."""
        found = self[kind] = self._find(kind)
        return found


def _nothing(*_: Any) -> None:
    """No kernel for anything."""


@dataclass
class FastPaths:
    """Kernels by what they serve.

    Attributes:
        maps: a `MapKernel` or None by the class of the activation.
        pair: the kernel of (activation, loss), or None.
    """

    maps: ByClass = field(default_factory=lambda: ByClass(_nothing))
    pair: Callable[[Any, Any], PairKernel | None] = _nothing


fast_paths = FastPaths()
