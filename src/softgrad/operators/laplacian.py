"""What Laplacians, the Hessians of losses that compare entries, have in common."""

from __future__ import annotations

from abc import ABC
from copy import copy
from typing import Any, Self, final

from softgrad.arrays.namespaces import Array, device_of
from softgrad.operators.operator import Operator


class Laplacian(Operator, ABC):
    """(H v)_i = scale sum_j w_ij (v_i - v_j) with symmetric weights: rows sum to 0.

    A kind supplies `shape`, `apply`, `diagonal` and `row`; `_scale` has the shape of the batch.
    """

    _scale: Array

    @final
    @property
    def dtype(self) -> Any:
        """The dtype of the entries."""
        return self._scale.dtype

    @final
    @property
    def device(self) -> Any:
        """Where the entries are."""
        return device_of(self.xp, self._scale)

    @final
    @property
    def T(self) -> Self:
        """Itself: it is symmetric."""
        return self

    @final
    def scaled(self, factor: Array) -> Self:
        """Multiply by a number or by one number a row."""
        made = copy(self)
        made._scale = self._scale * factor
        return made

    @final
    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={self.shape})"
