"""How a point is laid out for a function and its derivative: as it came, by entries, as one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from softgrad.checking.calls.entrywise import EntryByEntry, wants_numbers
from softgrad.checking.calls.forward import Forward, returns_more
from softgrad.checking.frameworks import Framework, Numbers, to_numpy
from softgrad.checking.rows import RowFunction
from softgrad.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Way:
    """A layout in which the function can be called.

    Attributes:
        forward: the function.
        function: what is called in its place: itself, unless it returns more than its result.
        rows: the same over rows, at this layout's point.
        by_entries: whether the derivative is called entry by entry.
        limit: what a verdict is limited to; None for the point as it came.
    """

    forward: Forward
    function: Callable[[Any], Any]
    rows: RowFunction
    by_entries: bool = False
    limit: str | None = None


class Ways:
    """Layouts of a point.

    Args:
        function: the caller's.
        framework: of x.
        x: the caller's.

    Raises:
        ParameterError: if x has no entries, or NaN.
    """

    def __init__(self, function: Callable[[Any], Any], framework: Framework, x: Any) -> None:
        given = to_numpy(x, "x")
        self._point = np.asarray(given, dtype=np.float64)
        if self._point.size == 0:
            raise ParameterError(f"x has no entries: its shape is {self._point.shape}")
        if np.any(np.isnan(self._point)):
            raise ParameterError("x has NaN: no derivative is known there, so give another point")
        self._function, self._dtype = function, given.dtype
        self._framework = replace(framework, digits=float(np.finfo(given.dtype).eps))

    def __iter__(self) -> Iterator[Way]:
        """Those in which the function runs, as it came first.

        Raises:
            ParameterError: if it runs in none.
        """
        first = self._attempt(self._point, None)
        runs = isinstance(first, Way)
        if isinstance(first, Way):
            yield first
            if not first.by_entries:
                yield replace(first, by_entries=True)
        for point, limit in _layouts(self._point):
            way = self._attempt(point, limit)
            if isinstance(way, Way):
                runs = True
                yield way
        if not runs and isinstance(first, Exception):
            raise ParameterError(
                f"the function fails at x: {type(first).__name__}: {first}"
            ) from first

    def _attempt(self, point: Numbers, limit: str | None) -> Way | Exception:
        try:
            return self._way(self._function, point, limit)
        except Exception as error:
            if not wants_numbers(error):
                return error
            try:
                one = EntryByEntry(self._function, self._framework)
                way = self._way(one, point, limit)
            except Exception:  # it wants something else then
                return error
            return replace(way, by_entries=True)

    def _way(self, function: Callable[[Any], Any], point: Numbers, limit: str | None) -> Way:
        """Over rows of float64; of x's own dtype where the function refuses float64."""
        kinds = [self._framework]
        if self._dtype.kind == "f" and self._dtype.itemsize < 8:
            kinds.append(self._framework.of_dtype(self._dtype))
        failure: Exception = ParameterError("x has no dtype")
        for kind in kinds:
            try:
                given = kind.make(point)
                more = returns_more(function(given), given)
                forward = Forward(function, returns_more=more)
                called = forward if more else function
                return Way(forward, called, RowFunction(called, kind, point), limit=limit)
            except Exception as error:
                failure = error
        raise failure


def _layouts(x: Numbers) -> Iterator[tuple[Numbers, str]]:
    """One row of a batch, and vectors as columns and rows of a matrix."""
    row = x
    while row.ndim > 1:
        row = row.ravel() if min(row.shape) == 1 else row[0]
    if row.size < 2:
        return
    several = x.size > row.size
    yield from (
        (row.reshape(shape), f"for one row, of shape {shape}" if several else f"for shape {shape}")
        for shape in ((row.size,), (row.size, 1), (1, row.size))
        if shape != x.shape
    )
