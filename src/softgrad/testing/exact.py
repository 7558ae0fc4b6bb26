"""What is true: values by `exact` in mpmath, derivatives by differentiating `exact` numerically.

A closed form that is wrong cannot hide here, because no closed form of a derivative is used:
central differences at 240 digits with steps of 1e-40 leave 50 correct digits even where a second
derivative is 1e-100. Everything is cached by its arguments, so laws share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from itertools import product
from typing import Any, cast

import numpy as np
from mpmath import mp, mpf, workdps

DIGITS = 240
STEP = mpf(10) ** -40
# What is left of two equal numbers after subtracting them and dividing by STEP^2: below, it is 0.
NOISE = mpf(10) ** -150

Row = tuple[float, ...]
Vector = list[Any]
Matrix = list[list[Any]]

LOGARITHMS = ("log-simplex", "log-coins")
PROBABILITIES = ("simplex", "sub-simplex", "coins")


def as_rows(array: Any) -> list[Row]:
    """The rows of an array (..., n), as tuples of Python floats (which are exact)."""
    flat = np.asarray(array, dtype=np.float64)
    return [tuple(row) for row in flat.reshape(-1, flat.shape[-1]).tolist()]


class ExactActivation:
    """The output of an activation at one row of logits, with first and second derivatives."""

    def __init__(self, activation: Any, z: Row) -> None:
        self.activation = activation
        self.z = z
        self._at: dict[tuple[tuple[int, int], ...], Vector] = {}
        self._exponential_at: dict[tuple[tuple[int, int], ...], Vector] = {}

    def at(self, *moves: tuple[int, int]) -> Vector:
        """The output where each (index, sign) moves one logit by a step."""
        key = tuple(sorted(moves))
        if key not in self._at:
            with workdps(DIGITS):
                z = [mpf(x) for x in self.z]
                for index, sign in moves:
                    z[index] += sign * STEP
                self._at[key] = [mpf(x) for x in self.activation.exact(z)]
        return self._at[key]

    def exponential_at(self, *moves: tuple[int, int]) -> Vector:
        """exp of the output: the probability, of activations that give its logarithm."""
        key = tuple(sorted(moves))
        if key not in self._exponential_at:
            with workdps(DIGITS):
                self._exponential_at[key] = [mp.exp(x) for x in self.at(*moves)]
        return self._exponential_at[key]

    @property
    def n(self) -> int:
        """How many logits."""
        return len(self.z)

    @property
    def value(self) -> Vector:
        """The output itself."""
        return self.at()

    @cached_property
    def jacobian(self) -> Matrix:
        """Entry [i][j]: output i by input j."""
        with workdps(DIGITS):
            columns = [
                [quotient(a, b) for a, b in zip(self.at((j, 1)), self.at((j, -1)), strict=True)]
                for j in range(self.n)
            ]
            return [list(row) for row in zip(*columns, strict=True)]

    @cached_property
    def second(self) -> list[Matrix]:
        """Entry [k][i][j]: the second derivative of output k."""

        def output(k: int) -> Callable[..., Any]:
            return lambda *moves: self.at(*moves)[k]

        with workdps(DIGITS):
            return [second_differences(self.n, output(k)) for k in range(len(self.value))]

    @cached_property
    def value_scale(self) -> np.ndarray:
        """Of f(z): |f| + |z f'|, what rounding z does to it."""
        return magnitudes(self.value) + magnitudes(self.jacobian) @ np.abs(np.array(self.z))

    @cached_property
    def slope_scale(self) -> np.ndarray:
        """Of f'(z), entry by entry: |f'| + |z f''|, what rounding z does to it."""
        z = np.abs(np.array(self.z))
        return magnitudes(self.jacobian) + np.einsum("kij,j->ki", magnitudes(self.second), z)

    @cached_property
    def log_scale(self) -> np.ndarray:
        """Of log f(z), entry by entry: |log f| + |z f' / f|."""
        with workdps(DIGITS):
            f, J = self.value, self.jacobian
            return np.array(
                [float(abs(mp.log(f[i])) + abs(self.z[i] * J[i][i] / f[i])) for i in range(self.n)]
            )

    @cached_property
    def second_scale(self) -> np.ndarray:
        """|second|; of maps of whole rows, of its terms r (d log r)^2 and r (d^2 log r).

        Both have factors such as 1 - 2 p, which is near 0 where no term that makes it is.
        """
        with workdps(DIGITS):
            J, C = magnitudes(self.jacobian), magnitudes(self.second)
            if not self.activation.rowwise:
                return C
            rates = np.array([float(abs(1 / x)) if x else 0.0 for x in self.value])
            return C + np.einsum("k,ki,kj->kij", rates, J, J)

    @cached_property
    def felt_second_scale(self) -> np.ndarray:
        """`second_scale`, and of maps entry by entry what rounding z does to it."""
        if self.activation.rowwise:
            return self.second_scale
        scale = self.second_scale.copy()
        with workdps(DIGITS):
            for i in range(self.n):
                far = self.at((i, 1), (i, 1))[i] - self.at((i, -1), (i, -1))[i]
                near = self.at((i, 1))[i] - self.at((i, -1))[i]
                scale[i, i, i] += float(abs(self.z[i] * (far - 2 * near) / (2 * STEP**3)))
        return scale


def quotient(above: Any, below: Any) -> Any:
    """The central difference quotient."""
    slope = (above - below) / (2 * STEP)
    return slope if abs(slope) > NOISE * max(abs(above), 1) else mpf(0)


def second_differences(n: int, f: Callable[..., Any]) -> Matrix:
    """The Hessian of f, a function of moves."""
    hessian: Matrix = [[None] * n for _ in range(n)]
    for i, j in product(range(n), repeat=2):
        if i == j:
            bend = (f((i, 1)) - 2 * f() + f((i, -1))) / STEP**2
        elif i < j:
            crossed = [a * b * f((i, a), (j, b)) for a, b in product((1, -1), repeat=2)]
            bend = mp.fsum(crossed) / (4 * STEP**2)
        else:
            bend = hessian[j][i]
        hessian[i][j] = bend if abs(bend) > NOISE * max(abs(f()), 1) else mpf(0)
    return hessian


@cache
def exact_activation(activation: Any, z: Row) -> ExactActivation:
    """Made once: laws share the work."""
    return ExactActivation(activation, z)


class ExactLoss:
    """A loss at one row of predictions, with first and second derivatives by the prediction."""

    def __init__(self, loss: Any, r: Sequence[Any], t: Row, side: str) -> None:
        self.loss = loss
        self.r = list(r)
        self.t = [mpf(x) for x in t]
        self.side = side
        with workdps(DIGITS):
            # Relative to the distance from 0 and 1, where losses of probabilities are singular.
            self.steps = [STEP * step_scale(x) for x in self.r]

    def at(self, *moves: tuple[int, int]) -> Any:
        """The loss where each (index, sign) moves one prediction by its step."""
        r = list(self.r)
        for index, sign in moves:
            if r[index] not in (0, 1):  # at an end of its range a prediction does not move
                r[index] += sign * self.steps[index]
        return self.loss.exact(r, self.t, self.side)

    @property
    def n(self) -> int:
        """How many predictions."""
        return len(self.r)

    @cached_property
    def value(self) -> Any:
        """The loss itself."""
        with workdps(DIGITS):
            return mpf(self.at())

    @cached_property
    def gradient(self) -> Vector:
        """By each prediction."""
        with workdps(DIGITS):
            return [
                (self.at((i, 1)) - self.at((i, -1))) / (2 * self.steps[i]) for i in range(self.n)
            ]

    @cached_property
    def hessian(self) -> Matrix:
        """By each two predictions."""
        with workdps(DIGITS):
            h = self.steps
            # second_differences divides by STEP^2; undo that, and divide by the true steps.
            raw = second_differences(self.n, self.at)
            return [
                [raw[i][j] * STEP**2 / (h[i] * h[j]) for j in range(self.n)] for i in range(self.n)
            ]


def step_scale(r: Any) -> Any:
    """How far a prediction is from 0 and 1; 1 where it is there."""
    near = min(abs(r), abs(1 - r))
    return near if near > 0 else mpf(1)


@cache
def exact_loss(loss: Any, r: tuple[Any, ...], t: Row, side: str) -> ExactLoss:
    """Made once: laws share the work."""
    return ExactLoss(loss, r, t, side)


def times(A: Matrix, v: Any) -> Vector:
    """A v."""
    with workdps(DIGITS):
        return [mp.fsum(a * mpf(x) for a, x in zip(row, v, strict=True)) for row in A]


def transposed(A: Matrix) -> Matrix:
    """A^T."""
    return [list(row) for row in zip(*A, strict=True)]


def magnitudes(x: Any) -> np.ndarray:
    """|x|, as floats: for scales of errors."""
    return np.abs(np.array(_floats(x), dtype=np.float64))


def _floats(x: Any) -> Any:
    return [_floats(y) for y in cast("list[Any]", x)] if isinstance(x, list) else float(x)
