"""Arrays that are used again once nobody holds them: fresh pages cost a quarter of a call."""

from __future__ import annotations

from threading import Lock
from typing import Any
from weakref import ref

import numpy as np

_MOST_ARRAYS = 4


class Memory:
    """The arrays that an objective gave its library, which copies what it is given.

    An array that is still held, or seen through a view, is never given out again. Goes empty
    through a pickle.
    """

    def __init__(self) -> None:
        self._kept: list[_Kept] = []
        self._lock = Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return Memory, ()

    def empty_like(self, array: np.ndarray, dtype: Any = None) -> np.ndarray:
        """As `numpy.empty_like`: uninitialised, of the same shape, dtype and memory order.

        Args:
            array: what it is to be like.
            dtype: another dtype than the array's.
        """
        kind = array.dtype if dtype is None else np.dtype(dtype)
        form = _form_of(array, kind)
        with self._lock:
            for kept in self._kept:
                if kept.form == form and kept.is_free():
                    break
            else:
                fresh = np.empty_like(array, dtype=kind)
                if _form_of(fresh, kind) != form:
                    return fresh
                kept = _Kept(fresh)
                self._kept = [*self._kept, kept][-_MOST_ARRAYS:]
            loan = kept.lend()
        return np.asarray(loan)


class _Loan:
    """The base of an array that was given out: it lives as long as that array or a view of it.

    The array itself may not: NumPy bases a view of a view on the array that owns the entries. But
    it looks no further than to what is no array, as this.
    """

    __slots__ = ("__array_interface__", "__weakref__", "_owner")

    def __init__(self, owner: np.ndarray, interface: dict[str, Any]) -> None:
        self._owner = owner
        self.__array_interface__ = interface


class _Kept:
    """An array and its last loan."""

    __slots__ = ("_array", "_interface", "_loan", "form")

    def __init__(self, array: np.ndarray) -> None:
        self.form = _form_of(array, array.dtype)
        self._array, self._interface = array, array.__array_interface__

    def lend(self) -> _Loan:
        loan = _Loan(self._array, self._interface)
        self._loan = ref(loan)
        return loan

    def is_free(self) -> bool:
        return self._loan() is None


def _form_of(array: np.ndarray, dtype: np.dtype) -> tuple[Any, ...]:
    """Shape, steps in entries, and dtype: what arrays that may stand for each other share."""
    steps = tuple(step // array.itemsize for step in array.strides)
    return array.shape, steps, dtype
