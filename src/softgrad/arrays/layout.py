"""Bring the class axis (or axes) to the end, and take results back to where they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import cast

from softgrad.arrays.namespaces import Array, Namespace, as_integer
from softgrad.errors import AxisError, ShapeError

Axis = int | tuple[int, ...]

_EXPECTED = "an integer, a tuple of integers, or () for a row an entry"


def named_axes(axis: object) -> tuple[int, ...]:
    """The axes that `axis` names: an integer is one of them, a list is taken as a tuple.

    Raises:
        InputTypeError: anything else, True and 1.0 included.
    """
    several = isinstance(axis, tuple | list)
    named = cast("Sequence[object]", axis) if several else (axis,)
    return tuple(as_integer(one, "axis", _EXPECTED) for one in named)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the classes of an array of shape `shape` are: rows are all its other axes.

    Inside, every formula works on (..., n): batch axes first, one class axis last. A tuple of
    axes is flattened into that one axis; the empty tuple makes every entry a row of its own.
    """

    shape: tuple[int, ...]
    axes: tuple[int, ...]

    @classmethod
    def of(cls, shape: tuple[int, ...], axis: Axis, argument: str) -> Layout:
        """Check `axis` against `shape`. An axis that is missing or empty is an error."""
        named = named_axes(axis)
        rank = len(shape)
        if rank == 0 and named:
            raise AxisError(
                f"axis {axis} does not exist: {argument} has no axes (shape ()); "
                "give at least one dimension, or axis=() to make the number a row of its own"
            )
        for one in named:
            if not -rank <= one < rank:
                raise AxisError(f"axis {one} does not exist: {argument} has shape {shape}")
        axes = tuple(sorted(one % rank for one in named))
        if len(set(axes)) != len(axes):
            raise AxisError(f"axis {axis} names one axis of {argument} twice (shape {shape})")
        if any(shape[one] == 0 for one in axes):
            raise ShapeError(f"the class axis {axis} of {argument} is empty (shape {shape})")
        return cls(shape, axes)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of one value a row."""
        return tuple(size for i, size in enumerate(self.shape) if i not in self.axes)

    @property
    def classes(self) -> int:
        """How many entries a row has."""
        return prod(self.shape[one] for one in self.axes)

    @property
    def already_last(self) -> bool:
        """Whether the one class axis is already the last."""
        return self.axes == (len(self.shape) - 1,)

    def enter(self, xp: Namespace, array: Array) -> Array:
        """Move the class axes of `array` (of this layout's shape) to the end as one."""
        if self.already_last:
            return array
        batch = [i for i in range(len(self.shape)) if i not in self.axes]
        moved = xp.permute_dims(array, (*batch, *self.axes))
        return xp.reshape(moved, (*self.batch_shape, self.classes))

    def leave(self, xp: Namespace, array: Array) -> Array:
        """Undo `enter`."""
        if self.already_last:
            return array
        batch = [i for i in range(len(self.shape)) if i not in self.axes]
        order = (*batch, *self.axes)
        moved = xp.reshape(array, tuple(self.shape[i] for i in order))
        inverse = tuple(order.index(i) for i in range(len(order)))
        return xp.permute_dims(moved, inverse)
