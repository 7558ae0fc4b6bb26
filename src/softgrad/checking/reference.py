"""The derivative that theirs is compared with, and how far it may be off itself.

It is made from values of the function alone: by a complex step where the function takes one
(Squire and Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40, 1998: Im f(x + ih) / h, without any subtraction), else by central differences at falling steps
that are extrapolated to step 0 (Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances
in Engineering Software 4, 1982).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.exceptions import ComplexWarning

from softgrad.checking.estimate import Estimate, better, reconciled
from softgrad.checking.frameworks import Numbers

Rows = Callable[[Numbers], Numbers]

_COMPLEX_STEP = 1e-20
#: Each series of differences starts at such a step, times the size of the logits but at least 1.
_FIRST_STEPS = (2.0**-3, 2.0**-7, 2.0**-12, 2.0**-20)
_LEVELS = 5
_QUICK = ((2.0**-5,), 3)
#: Values so far apart tell noise from slope; times the size of the logits.
_HAIR = 2.0**-36
_HAIRS = 6
#: The slopes to either side of a smooth point approach each other with the step, and differences
#: approach the slope with its square; where they are not this near, there is a kink or a jump.
_STRAIGHT = 2.4
#: A distance that is not so many times its rounding says nothing.
_ROUNDINGS = 64.0
#: What is known this well, relative to the largest entry, needs no other series.
_WELL_KNOWN = 1e-9
#: Complex steps are to agree this well: |z|^2 in place of z^2, for one, may differ by very little.
_AGREEMENT = 1e-10
#: What they are compared with.
_WELL_ENOUGH = 1e-4


class Reference:
    """Derivatives of a function from rows to rows, by values of the function alone.

    Args:
        function: from (batch, n) to (batch, m), each row by itself.
        may_be_complex: whether complex arguments are worth a try.
        precision: the distance from 1 to the next argument that the function can be given.
        quick: few differences, good enough to tell one mistake from another.
        noise: how far the function's own values may be off.
    """

    def __init__(
        self,
        function: Rows,
        *,
        may_be_complex: bool,
        precision: float = 2.0**-52,
        quick: bool = False,
        noise: float = 0.0,
    ) -> None:
        self._noise = noise
        self._shape: tuple[int, ...] = ()
        self._function = function
        self._quick = quick
        self._first_steps, self._levels = _QUICK if quick else (_FIRST_STEPS, _LEVELS)
        self._may_be_complex = may_be_complex
        self._precision = precision
        self._takes_complex = False

    @property
    def method(self) -> str:
        """How derivatives are taken, in words."""
        return "complex step" if self._takes_complex else "extrapolated central differences"

    def settle(self, x: Numbers) -> None:
        """Choose the method for a point: at a kink a complex step takes one side, and tells nobody.

        `jacobian` does it by itself; before that a Reference takes differences.
        """
        self._takes_complex = self._may_be_complex and self._agrees(x)

    def along(self, x: Numbers, direction: Numbers) -> Estimate:
        """J v for each row, shape (batch, m); x and direction of shape (batch, n)."""
        if self._takes_complex:
            return self._by_complex_step(x, direction)
        return self._by_differences(x, direction)

    def jacobian(self, x: Numbers) -> Estimate:
        """Of each row, shape (batch, m, n): n directions, each for all rows at once."""
        self.settle(x)
        columns: list[Estimate] = []
        for j in range(x.shape[1]):
            direction = np.zeros_like(x)
            direction[:, j] = 1.0
            columns.append(self.along(x, direction))
        return Estimate(
            np.stack([column.value for column in columns], axis=-1),
            np.stack([column.uncertainty for column in columns], axis=-1),
            np.stack([column.jump for column in columns], axis=-1),
        )

    def _agrees(self, x: Numbers) -> bool:
        """Whether complex steps give what differences give, along two dense directions."""
        random = np.random.default_rng(0)
        for _ in range(2):
            direction = random.standard_normal(x.shape)
            slow = self._by_differences(x, direction)
            size = np.max(np.abs(slow.value), initial=0.0)
            if not np.all(slow.uncertainty <= _WELL_ENOUGH * size):
                return False
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("error", ComplexWarning)
                    fast = self._by_complex_step(x, direction)
            except Exception:  # a function may do anything with a complex number
                return False
            if np.shape(fast.value) != np.shape(slow.value):
                return False
            allowed = 4.0 * slow.uncertainty + _AGREEMENT * size
            if not np.all(np.abs(fast.value - slow.value) <= allowed):
                return False
        return True

    def _by_complex_step(self, x: Numbers, direction: Numbers) -> Estimate:
        value, eps = self._imaginary(x, direction)
        # Rounded as often as the function itself: its entries' sizes say how far that reaches,
        # and an argument that is off by a rounding, what cancels inside of it.
        size = np.max(np.abs(value), axis=-1, keepdims=True, initial=0.0)
        noise = np.zeros(1)
        if not self._quick:
            beside, _ = self._imaginary(x * (1.0 + 4.0 * eps), direction)
            noise = np.max(np.abs(beside - value), axis=-1, keepdims=True, initial=0.0)
        rounding = 32.0 * eps * size + 8.0 * np.where(np.isfinite(noise), noise, 0.0)
        return Estimate(value, rounding * np.ones_like(value), np.zeros(value.shape))

    def _imaginary(self, x: Numbers, direction: Numbers) -> tuple[Numbers, float]:
        """Im f(x + ih) / h, and the precision of the function's numbers."""
        y: Any = np.asarray(self._function(x + 1j * _COMPLEX_STEP * direction))
        if y.dtype.kind != "c":
            raise TypeError("the function drops imaginary parts")
        return y.imag / _COMPLEX_STEP, float(np.finfo(y.dtype).eps)

    def _by_differences(self, x: Numbers, direction: Numbers) -> Estimate:
        scale = np.maximum(1.0, np.max(np.abs(x), axis=-1, keepdims=True, initial=0.0))
        floor = np.full(1, self._noise) if self._quick else self._scatter(x, direction, scale)
        series: list[Estimate] = []
        for step in self._first_steps:
            series.append(self._extrapolated(x, direction, step * scale, floor))
            best = reconciled(series)
            known = best.uncertainty <= _WELL_KNOWN * np.max(np.abs(best.value), initial=0.0)
            # A kink between the steps of one series may look like none: two have to agree.
            if len(series) > 1 and np.all(known):
                break
        return reconciled(series)

    def _values(self, x: Numbers) -> Numbers:
        """The function's; NaN where it raises, as at the edge of its domain."""
        try:
            found = self._function(x)
        except Exception:
            return np.full(self._shape or (len(x), 1), np.nan)
        self._shape = found.shape
        return found

    def _scatter(self, x: Numbers, direction: Numbers, scale: Numbers) -> Numbers:
        """How far values a hair apart are from a line: what cancels inside shows nowhere else.

        Second differences, as in More and Wild, "Estimating computational noise", SIAM Journal on
        Scientific Computing 33, 2011.
        """
        with np.errstate(all="ignore"):
            y = [self._values(x + k * _HAIR * scale * direction) for k in range(_HAIRS)]
            bends = [np.abs(a - 2.0 * b + c) for a, b, c in zip(y, y[1:], y[2:], strict=False)]
        found = np.max(bends, axis=0).astype(np.float64)
        return np.maximum(np.where(np.isfinite(found), found, 0.0), self._noise)

    def _extrapolated(
        self, x: Numbers, direction: Numbers, step: Numbers, floor: Numbers
    ) -> Estimate:
        """Ridders' tableau: of each entry, the column that changes least."""
        best: Estimate | None = None
        above: list[Numbers] = []
        slopes: list[Numbers] = []
        bends: list[Numbers] = []
        noise: Numbers = np.zeros(1)
        moved = np.max(np.abs(x) * (direction != 0.0), axis=-1, keepdims=True, initial=0.0)
        with np.errstate(all="ignore"):
            here = self._values(x)
            for level in range(self._levels):
                h = step / 2.0**level
                ahead, behind = self._values(x + h * direction), self._values(x - h * direction)
                row = [(ahead - behind).astype(np.float64) / (2.0 * h)]
                slopes.append(row[0])
                bends.append(np.abs((ahead - here) - (here - behind)).astype(np.float64) / h)
                # Neither value, nor argument, is known better than to its last digit.
                eps = np.finfo(ahead.dtype).eps
                noise = np.maximum(eps * np.maximum(np.abs(ahead), np.abs(behind)), floor) / h
                noise = noise + self._precision * moved / h * np.abs(row[0])
                for power, higher in enumerate(above, start=1):
                    weight = 4.0**power
                    row.append((weight * row[-1] - higher) / (weight - 1.0))
                    change = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - higher))
                    found = Estimate(row[-1], change + noise, np.zeros(row[-1].shape))
                    best = found if best is None else better(best, found)
                above = row
            assert best is not None  # noqa: S101
            shrunk = _STRAIGHT / 2.0 ** (self._levels - 1)
            kink = (bends[-1] > shrunk * bends[0]) & (bends[-1] > 1e-3 * np.abs(best.value))
            kink &= bends[-1] > _ROUNDINGS * noise
            jump = np.where(kink, bends[-1], 0.0)
            # The last slope should be much nearer than the first: where it is not, as for steps,
            # numbers that agree with each other do so by chance.
            first, last = (np.abs(slope - best.value) for slope in (slopes[0], slopes[-1]))
            chance = (last > shrunk * first) & (last > _ROUNDINGS * noise)
            unsure = np.where(chance, np.maximum(first, last), 0.0)
            return Estimate(best.value, best.uncertainty + jump + unsure, jump)
