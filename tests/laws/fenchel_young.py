"""The Fenchel-Young loss by its meaning alone: an integral of a(z) - t along a path.

The loss is 0 where a(w) = t, and its gradient is a(z) - t. So its value at z is the integral of
(a - t) . dz from any such w; for a target at the border of the domain, which only infinite
logits reach, along a ray on which the loss falls to 0. Nothing of the library but `exact` of the
activation is used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from mpmath import mp, mpf, workdps

from laws.reference import DIGITS, Row, exact_activation
from laws.reference_pairs import ExactPair
from softgrad.testing.points import dyadic, starting_point

# Where 1 - p is 1e-52, as at a margin of 120, this leaves 28 digits of it.
QUADRATURE_DIGITS = 80
# The relative error that is asked of the integral: far below one ULP of float64 (1e-16).
RELATIVE = mpf(10) ** -19


def gauss_legendre(points: int) -> list[tuple[Any, Any]]:
    """Nodes and weights on [-1, 1] at 85 digits, by Newton's method on Legendre's recurrence."""
    with workdps(QUADRATURE_DIGITS + 5):
        found = []
        for k in range(1, points + 1):
            x = mp.cos(mp.pi * (k - mpf(1) / 4) / (points + mpf(1) / 2))
            for _ in range(10):
                p, slope = _legendre(points, x)
                x -= p / slope
            _, slope = _legendre(points, x)
            found.append((x, 2 / ((1 - x * x) * slope * slope)))
        return found


def _legendre(n: int, x: Any) -> tuple[Any, Any]:
    previous, current = mpf(1), x
    for k in range(2, n + 1):
        previous, current = current, ((2 * k - 1) * x * current - (k - 1) * previous) / k
    return current, n * (x * current - previous) / (x * x - 1)


_NODES = gauss_legendre(14)


def _at_right_end() -> list[Any]:
    """The weights that extrapolate values at the nodes to 1."""
    with workdps(QUADRATURE_DIGITS):
        return [
            mp.fprod((1 - y) / (x - y) for y, _ in _NODES if y != x) for x, _ in _NODES
        ]  # fmt: skip


_RIGHT = _at_right_end()
# A kink between the last node and the end of a panel hides from quadrature; it shows in the value
# at the end. Its effect on the integral goes with the square of that gap.
END_GAP = mpf(10) ** -9


class _Panel:
    """Quadrature over one panel."""

    def __init__(self, f: Callable[[Any], Any], a: Any, b: Any) -> None:
        middle, half = (a + b) / 2, (b - a) / 2
        self.values = [f(middle + half * x) for x, _ in _NODES]
        self.integral = half * mp.fdot(self.values, [w for _, w in _NODES])
        self.size = max(map(abs, self.values))

    def gap(self, value: Any, *, right: bool) -> Any:
        """How far the values at the nodes are from going on to the value at an end."""
        values = self.values if right == (_NODES[0][0] > _NODES[-1][0]) else self.values[::-1]
        nodes = _RIGHT if _NODES[0][0] > _NODES[-1][0] else _RIGHT[::-1]
        return abs(mp.fdot(values, nodes) - value)


def integrate(
    f: Callable[[Any], Any], a: Any, b: Any, size: Any, whole: _Panel | None = None
) -> Any:
    """The integral of f: panels are halved, at kinks to 1e-14, until it changes by 1e-19."""
    whole = _Panel(f, a, b) if whole is None else whole
    middle = (a + b) / 2
    left, right = _Panel(f, a, middle), _Panel(f, middle, b)
    both = left.integral + right.integral
    size = max(size, abs(both))
    if abs(both - whole.integral) <= RELATIVE * size:
        gap = max(left.gap(f(a), right=False), right.gap(f(b), right=True))
        if gap <= END_GAP * whole.size or gap * (b - a) <= RELATIVE * size:
            return both
    if b - a < mpf(10) ** -14:
        return both
    return integrate(f, a, middle, size, left) + integrate(f, middle, b, size, right)


def integrate_ray(f: Callable[[Any], Any]) -> Any:
    """The integral of a non-negative f that falls to 0, from 0 to infinity."""
    total, start, width = mpf(0), mpf(0), mpf(1)
    while True:
        part = integrate(f, start, start + width, total)
        total += part
        start += width
        if start > 2 and part <= RELATIVE * total / 100:
            return total
        width = min(2 * width, mpf(8))


class ExactFenchelYoung(ExactPair):
    """The Fenchel-Young loss of an activation at one row, with the interface of `ExactPair`."""

    def __init__(self, activation: Any, loss: Any, z: Row, t: Row) -> None:
        super().__init__(activation, loss, z, t)
        self.through = "logits"

    def output(self, z: list[Any]) -> list[Any]:
        return [mpf(x) for x in self.activation.exact(z)]

    @cached_property
    def value(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        # An activation that reaches 0 and 1 has no small 1 - p to resolve.
        with workdps(40 if self.activation.domain.has_low else QUADRATURE_DIGITS):
            z = [mpf(x) for x in self.z]
            ray = self._ray()
            if any(ray):
                return integrate_ray(
                    lambda s: self._fall([a + s * d for a, d in zip(z, ray, strict=True)], ray)
                )
            w = self._preimage(z)
            way = [b - a for a, b in zip(w, z, strict=True)]
            return integrate(
                lambda s: -self._fall([a + s * d for a, d in zip(w, way, strict=True)], way),
                mpf(0),
                mpf(1),
                0,
            )

    def _fall(self, z: list[Any], way: list[Any]) -> Any:
        """How fast the loss falls along `way`."""
        return mp.fsum(
            (t - a) * d for t, a, d in zip(self.t, self.output(z), way, strict=True) if d
        )

    def _ray(self) -> list[int]:
        """The direction to a target of ones and zeros; zeros for a target inside."""
        kind = self.activation.domain.kind
        border = all(x in (0, 1) for x in self.t)
        if kind in ("simplex", "sub-simplex") and border:
            return [int(x) for x in self.t]
        if kind == "coins" and border:
            return [1 if x else -1 for x in self.t]
        return [0] * self.n

    def _preimage(self, z: list[Any]) -> list[Any]:
        """A w with a(w) = t, by Newton's method from a point that `inside_targets` started at."""
        w = [mpf(x) for x in starting_point(self.n)]
        together = self.activation.domain.kind == "simplex"
        for _ in range(16):
            a = self.output(w)
            gap = [x - y for x, y in zip(a, self.t, strict=True)]
            if max(map(abs, gap)) < mpf(10) ** -30:  # the loss there is its square
                return w
            exact = exact_activation(self.activation, tuple(w))
            moving = [i for i in range(self.n) if gap[i] != 0 and exact.jacobian[i][i] != 0]
            if together:  # probabilities sum to 1: one equation follows from the others
                moving = [i for i in range(self.n) if self.t[i] > 0][1:]
            J = mp.matrix([[exact.jacobian[i][j] for j in moving] for i in moving])
            step = mp.lu_solve(J, mp.matrix([gap[i] for i in moving]))
            for i, change in zip(moving, step, strict=True):
                w[i] -= change
        raise AssertionError(f"no preimage of {self.t} under {self.activation!r} was found")

    @cached_property
    def gradient(self) -> list[Any]:
        with workdps(DIGITS):
            return [a - t for a, t in zip(self.source.value, self.t, strict=True)]

    @cached_property
    def hessian(self) -> Any:
        return self.source.jacobian

    @cached_property
    def gauss_newton(self) -> Any:
        return self.source.jacobian

    # -- condition numbers ----------------------------------------------------------------

    @cached_property
    def gradient_scale(self) -> np.ndarray:
        """|a - t| and the rounding of a (for a probability: of the smaller of p and 1 - p)."""
        bounded = self.activation.domain.kind in ("simplex", "coins")
        a = [min(abs(x), abs(1 - x)) if bounded else abs(x) for x in self.source.value]
        return np.array([float(abs(g) + u) for g, u in zip(self.gradient, a, strict=True)])

    @cached_property
    def value_scale(self) -> float:
        """The value, and what rounding the output once does to it."""
        return float(abs(self.value)) + float(np.sum(np.abs(np.array(self.gradient, dtype=float))))

    @cached_property
    def hessian_scale(self) -> Any:
        return np.zeros((self.n, self.n))

    @cached_property
    def gauss_newton_scale(self) -> Any:
        return np.zeros((self.n, self.n))


def inside_targets(activation: Any, n: int) -> list[float]:
    """Targets that the activation attains (nearly) at `starting_point`, by its definition."""
    with workdps(30):
        a = [float(x) for x in activation.exact([mpf(x) for x in starting_point(n)])]
    return dyadic(activation, a)
