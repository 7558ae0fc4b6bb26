"""A function of the caller's arrays, seen as one from rows of numbers to rows of numbers.

Softmax of a batch treats each row by itself, and its derivative is one small matrix a row. Which
axis holds a row is found by trying: what one row gives must not depend on the others. A function
where no axis is like that has one row of all its numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from softgrad.checking.domain import moves_in_domain
from softgrad.checking.frameworks import Framework, Numbers, to_numpy
from softgrad.errors import ShapeError

#: How far the first row is moved, in parts of its own size.
_ELSEWHERE = 0.5
_ROUNDINGS = 256.0


@dataclass(frozen=True, slots=True)
class View:
    """Where the rows of the caller's arrays are.

    Attributes:
        shape: of the argument.
        result: the shape of the function's result.
        axis: of both that a row runs along; None if all numbers are one row.
    """

    shape: tuple[int, ...]
    result: tuple[int, ...]
    axis: int | None

    def to_rows(self, x: Numbers) -> Numbers:
        """Arguments, shape (batch, n)."""
        if self.axis is None:
            return x.reshape(1, -1)
        return np.moveaxis(x, self.axis, -1).reshape(-1, self.shape[self.axis])

    def from_rows(self, rows: Numbers) -> Numbers:
        """Arguments in the caller's shape."""
        return self._placed(rows, self.shape)

    def results_to_rows(self, y: Numbers) -> Numbers:
        """Results, shape (batch, m); m is 1 for one number a row."""
        if self.axis is None:
            return y.reshape(1, -1)
        if not self._keeps_axis:
            return y.reshape(-1, 1)
        return np.moveaxis(y, self.axis, -1).reshape(-1, self.result[self.axis])

    def results_from_rows(self, rows: Numbers) -> Numbers:
        """Results in the caller's shape."""
        if self.axis is not None and not self._keeps_axis:
            return rows.reshape(self.result)
        return self._placed(rows, self.result)

    @property
    def width(self) -> int:
        """How many numbers a row has; of the last axis, where all of them are one row."""
        if self.axis is not None:
            return self.shape[self.axis]
        return next((size for size in reversed(self.shape) if size > 1), 1)

    def in_its_axes(self, code: str) -> str:
        """A line of NumPy that is written for rows along the last axis, for those of the view."""
        if self.axis is None and self.result == self.shape and len(self.shape) > 1:
            return code.replace(", axis=-1, keepdims=True", "")
        if self.axis is None or self.axis == len(self.shape) - 1:
            return code
        return code.replace("axis=-1", f"axis={self.axis}").replace(
            ".shape[-1]", f".shape[{self.axis}]"
        )

    @property
    def _keeps_axis(self) -> bool:
        return len(self.result) == len(self.shape)

    def _placed(self, rows: Numbers, shape: tuple[int, ...]) -> Numbers:
        if self.axis is None:
            return rows.reshape(shape)
        moved = list(shape)
        moved.append(moved.pop(self.axis))
        return np.moveaxis(rows.reshape(moved), -1, self.axis)


class RowFunction:
    """The function under test over rows.

    Args:
        function: the caller's.
        framework: of its argument.
        x: where it is to be looked at, in the caller's shape; kept as `first_point`.

    Attributes:
        given: the caller's function.
        framework: of its argument.
        first_point: x.
        view: where its rows are.
    """

    def __init__(self, function: Callable[..., Any], framework: Framework, x: Numbers) -> None:
        self.given = function
        self.framework = framework
        self.first_point = x
        result = self.call(x)
        self.view = View(x.shape, result.shape, self._axis_of_rows(x, result))

    def call(self, x: Numbers) -> Numbers:
        """In the caller's shape."""
        return to_numpy(self.given(self.framework.make(x)), "the function's result")

    def __call__(self, rows: Numbers) -> Numbers:
        """From (batch, n) to (batch, m); `batch` may be any number of the view's rows."""
        y = self.call(self.view.from_rows(rows))
        if y.shape != self.view.result:
            raise ShapeError(
                f"the function's result has shape {y.shape}, and had {self.view.result} before"
            )
        return self.view.results_to_rows(y)

    def _axis_of_rows(self, x: Numbers, y: Numbers) -> int | None:
        if x.ndim < 2 or x.size == 0:
            return None
        for axis in (x.ndim - 1, *range(x.ndim - 1)):
            without = x.shape[:axis] + x.shape[axis + 1 :]
            fits = y.shape == without or (
                y.ndim == x.ndim and y.shape[:axis] + y.shape[axis + 1 :] == without
            )
            if fits and self._rows_are_independent(x, y, axis):
                return axis
        return None

    def _rows_are_independent(self, x: Numbers, y: Numbers, axis: int) -> bool:
        """Whether another first row changes no other row's result, but for rounding."""
        view = View(x.shape, y.shape, axis)
        rows = view.to_rows(x).copy()
        noise = np.random.default_rng(1).standard_normal(x.shape)
        rows[0] = view.to_rows(moves_in_domain(x)(noise, _ELSEWHERE))[0]
        with np.errstate(all="ignore"):
            changed = view.results_to_rows(self.call(view.from_rows(rows)))
        before = view.results_to_rows(y)
        # A maximum over the whole batch, taken off first, leaves nothing else.
        rounding = _ROUNDINGS * float(np.finfo(y.dtype).eps)
        return np.allclose(before[1:], changed[1:], rtol=rounding, atol=0.0, equal_nan=True)
