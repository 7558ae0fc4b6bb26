"""The one entry of a row where a derivative would cancel, and its exact value."""

from __future__ import annotations

from dataclasses import dataclass

from softgrad.arrays.namespaces import Array, Namespace


@dataclass(frozen=True, slots=True)
class Pivot:
    """Where p > 1/2 (at most one entry a row; none where p is flat), and the diagonal there.

    Attributes:
        mask: bool, shape (..., n), True at the pivot.
        diagonal: shape (..., n) or (..., 1); read only where `mask` is True.
    """

    mask: Array
    diagonal: Array

    def put(self, xp: Namespace, values: Array) -> Array:
        """`values` with the exact diagonal at the pivot."""
        return xp.where(self.mask, self.diagonal, values)

    def valued(self, diagonal: Array) -> Pivot:
        """The same place with another value."""
        return Pivot(self.mask, diagonal)

    def scaled(self, factor: Array) -> Pivot:
        """The same place, the value multiplied."""
        return Pivot(self.mask, self.diagonal * factor)

    def masked(self, keep: Array) -> Pivot:
        """Without the pivots of entries that are masked out."""
        return Pivot(self.mask & keep, self.diagonal)
