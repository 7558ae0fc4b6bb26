"""Numbers that know the size of the terms they are sums of: what a rounding error is measured by.

A formula in these gives its value, and beside it the value with every minus turned into a plus.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Wide = NDArray[Any]


class Terms:
    """Numbers in long double, and the sizes of their terms; the closed forms are done in them."""

    def __init__(self, value: Wide, size: Wide | None = None) -> None:
        self.value = value
        self.size = np.abs(value) if size is None else size

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the numbers."""
        return self.value.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the numbers."""
        return self.value.dtype

    def sum(self) -> Terms:
        """Of all of them."""
        return Terms(np.sum(self.value), np.sum(self.size))

    def __neg__(self) -> Terms:
        return Terms(-self.value, self.size)

    def __add__(self, other: Any) -> Terms:
        value, size = _parts(other)
        return Terms(self.value + value, self.size + size)

    def __sub__(self, other: Any) -> Terms:
        return self + -_terms(other)

    def __mul__(self, other: Any) -> Terms:
        value, size = _parts(other)
        return Terms(self.value * value, self.size * size)

    def __truediv__(self, number: Any) -> Terms:
        return Terms(self.value / number, self.size / np.abs(number))

    def __rsub__(self, other: Any) -> Terms:
        return _terms(other) - self

    def __gt__(self, other: Any) -> Wide:
        return self.value > _parts(other)[0]

    __radd__, __rmul__ = __add__, __mul__
    __array_ufunc__ = None  # an array on the left leaves the work to the methods here


def _terms(other: Any) -> Terms:
    return other if isinstance(other, Terms) else Terms(np.asarray(other))


def _parts(other: Any) -> tuple[Wide, Wide]:
    terms = _terms(other)
    return terms.value, terms.size


def exp(x: Terms) -> Terms:
    """Its terms are itself."""
    return Terms(np.exp(x.value))


def log(x: Terms) -> Terms:
    """Its terms are itself."""
    return Terms(np.log(x.value))


def where(condition: Wide, x: Any, y: Any) -> Terms:
    """One or the other, with its own terms."""
    (one, its_size), (two, other_size) = _parts(x), _parts(y)
    return Terms(np.where(condition, one, two), np.where(condition, its_size, other_size))


def arange(*limits: int, dtype: Any = np.int64) -> Wide:
    """As NumPy has it."""
    return np.arange(*limits, dtype=dtype)


def total(x: Terms, axis: int, keepdims: bool) -> Terms:
    """The sum along an axis."""
    return Terms(*(np.sum(part, axis=axis, keepdims=keepdims) for part in (x.value, x.size)))


def cumsum(x: Terms, axis: int) -> Terms:
    """Running sums."""
    return Terms(np.cumsum(x.value, axis), np.cumsum(x.size, axis))


def pick(x: Terms, labels: Wide) -> Terms:
    """The number of each row's label."""
    return Terms(*(np.take_along_axis(p, labels[:, None], -1) for p in (x.value, x.size)))


def falling(x: Terms) -> Terms:
    """Each row sorted, the largest first."""
    return Terms(np.sort(x.value, axis=-1)[..., ::-1])


def largest(x: Terms) -> Terms:
    """The largest of each row, with its own terms."""
    return pick(x, np.argmax(x.value, axis=-1))
