"""A claim about a few entries of a large array, with all others held where they are.

A loss with targets of its own takes arrays of one size only; a part of its derivative can still be
looked at entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.checking.claim import Claim
from softgrad.checking.frameworks import Numbers, to_numpy, to_real
from softgrad.checking.rows import RowFunction

#: A derivative is looked at entry by entry for so many inputs at most.
_MOST_ENTRIES = 1024
#: And a matrix of second derivatives, which takes the square of that many calls.
_MOST_OF_A_HESSIAN = 24


def windowed(claim: Claim, function: Callable[[Any], Any], derivative: Any) -> Claim | None:
    """The same claim about some whole rows of its point, or the first entries of a row.

    None where that makes no sense: the matrix of all is too large, or is that of one row already.
    """
    x, form = claim.function.first_point, claim.form
    if x.ndim == 0 or claim.function.view.axis not in (None, x.ndim - 1):
        return None
    independent = claim.function.view.axis is not None
    kept = _kept(x, independent=independent, entries_alone=form == "hessian")
    if kept is None or (claim.argument == "output" and form == "hessian"):
        return None
    window = _Window(claim, function, derivative, kept)
    rows = RowFunction(window.function, claim.function.framework, x[kept])
    try:
        found = Claim(window.derivative, claim.called_as, rows, claim.argument, x.shape)
        found.at(rows.view.to_rows(x[kept]))
    except Exception:  # its author may have meant another form
        return None
    return found


def _kept(x: Numbers, *, independent: bool, entries_alone: bool) -> tuple[Any, ...] | None:
    """The first rows: a few where they are independent, else as many as are small together."""
    first = (0,) * (x.ndim - 1)
    if entries_alone:
        return (*first, slice(0, _MOST_OF_A_HESSIAN))
    if x.shape[-1] > _MOST_ENTRIES:
        return None
    if x.ndim == 1:
        return (slice(None),)
    rows = 3 if independent else max(1, _MOST_ENTRIES // x.shape[-1])
    return (slice(0, rows), *first[1:], slice(None))


class _Window:
    """Function and derivative of the entries that are kept."""

    def __init__(
        self, claim: Claim, function: Callable[[Any], Any], derivative: Any, kept: tuple[Any, ...]
    ) -> None:
        self._claim, self._function, self._derivative = claim, function, derivative
        self._kept = kept
        self._x = claim.function.first_point
        self._y = claim.function.call(self._x)

    def function(self, entries: Any) -> Numbers:
        full = self._filled(self._x, to_numpy(entries, "x"))
        return self._result(to_numpy(self._function(self._made(full)), "the function's result"))

    def derivative(self, point: Any, *vector: Any) -> Numbers:
        start = self._y if self._claim.argument == "output" else self._x
        given = self._made(self._filled(start, to_numpy(point, "x")))
        if not vector:
            return self._block(to_real(self._derivative(given), "the derivative"))
        like = self._y if self._claim.form == "vjp" else self._x
        v = self._filled(np.zeros_like(like), to_numpy(vector[0], "vector"))
        found = to_real(self._derivative(given, self._made(v)), "the derivative")
        return self._result(found)

    def _made(self, x: Numbers) -> Any:
        return self._claim.function.framework.make(x)

    def _filled(self, start: Numbers, entries: Numbers) -> Numbers:
        full = start.astype(np.result_type(start, entries))
        if full.shape == self._x.shape:
            full[self._kept] = entries
        elif full.shape == self._x.shape[:-1]:
            full[self._kept[:-1]] = entries
        else:
            full[...] = entries
        return full

    def _result(self, y: Numbers) -> Numbers:
        if y.shape == self._x.shape:
            return y[self._kept]
        return y[self._kept[:-1]] if y.shape == self._x.shape[:-1] else y

    def _block(self, found: Numbers) -> Numbers:
        """What belongs to the kept entries: of a number each, or of a matrix."""
        if found.shape == self._x.shape:
            return found[self._kept]
        if found.shape == (*self._x.shape, *self._x.shape):
            return found[(*self._kept, *self._kept)]
        return found[self._kept[:-1]] if self._x.ndim > 1 else found
