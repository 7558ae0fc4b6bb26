"""The place where other implementations of what the contracts define are registered.

The contracts and the output layer may know neither hardware nor frameworks. They ask here first:
a kernel that cannot serve a call answers None, and the array-API definition runs; arrays of a
framework that has a bridge are the bridge's, which makes results that can be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from threading import local
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from softgrad.arrays.namespaces import Array


class Wanted(IntFlag):
    """Which parts of a loss a kernel is asked for."""

    VALUES = 1
    GRADIENT = 2
    DIAGONAL = 4
    WIDE_VALUES = 8  # beside VALUES: those of 16-bit logits before they are rounded
    GAUSS_NEWTON = 64  # beside GRADIENT, with a vector: by that matrix in the place of the Hessian


# Values, gradient, diagonal of the Hessian; None for what was not asked for.
Parts: TypeAlias = tuple[Any, Any, Any]


FormName: TypeAlias = Literal["output", "log", "complement"]


class Work(IntEnum):
    """What a map's kernel is asked for: the output, or a product with a derivative."""

    FORWARD = 0
    VJP = 1
    JVP = 2
    HVP = 3


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


class Bridge(Protocol):
    """Computes for the arrays of one framework, whose own differentiation goes through it."""

    def map(
        self,
        form: FormName,
        work: Work,
        activation: Any,
        z: Any,
        axis: Any,
        where: Any,
        out: Any,
        g: Any = None,
        v: Any = None,
    ) -> Array:
        """A form of an activation's output, or a product with its derivatives."""
        ...

    def layer(
        self, method: str, layer: Any, z: Any, target: Any, options: Any, **arrays: Any
    ) -> Any:
        """A method of an output layer, by name; `arrays` are v and out where it takes them."""
        ...

    def loss(
        self, method: str, loss: Any, prediction: Any, target: Any, axis: Any, where: Any
    ) -> Array:
        """A loss of a prediction (`value`), or its `gradient`."""
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
        bridges: a `Bridge` or None by the class of the array.
    """

    maps: ByClass = field(default_factory=lambda: ByClass(_nothing))
    pair: Callable[[Any, Any], PairKernel | None] = _nothing
    bridges: ByClass = field(default_factory=lambda: ByClass(_nothing))


fast_paths = FastPaths()


class _Crossing(local):
    """Whether this thread is on the other side of a bridge.

    (No context variable: code that asks is traced by torch.compile, which knows none.)
    """

    is_done = False


_crossing = _Crossing()


def bridge_of(array: Any) -> Bridge | None:
    """The bridge that serves an array of this class."""
    if type(array) is np.ndarray:
        return None
    bridge: Bridge | None = fast_paths.bridges[array.__class__]
    return None if bridge is None or _crossing.is_done else bridge


@contextmanager
def definitions() -> Generator[None]:
    """Inside, arrays of every framework are computed by the definitions: for a bridge's own use."""
    before, _crossing.is_done = _crossing.is_done, True
    try:
        yield
    finally:
        _crossing.is_done = before
