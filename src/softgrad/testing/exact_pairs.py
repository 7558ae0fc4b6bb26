"""What is true of a pair: the loss at one row of logits, with its derivatives and their scales."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

import numpy as np
from mpmath import mp, mpf, workdps

from softgrad.contracts.forms import LivesOn
from softgrad.testing.exact import (
    DIGITS,
    LOGARITHMS,
    PROBABILITIES,
    STEP,
    ExactLoss,
    Matrix,
    Row,
    Vector,
    exact_activation,
    exact_loss,
    magnitudes,
    quotient,
    second_differences,
)

# Names whose log p is neither convex nor concave: its second derivative passes through 0 at no
# special number, and errors are measured in ULP of the two terms r'' / r and (r' / r)^2 of it.
NO_CONVEXITY = ("taylor_softmax", "spherical_softmax")


def through(activation: Any, loss: Any) -> str:
    """In what a pair's loss is exact: "logits", "output" or (of activations giving logs) "exp"."""
    if loss.lives_on.value == "logits":
        return "logits"
    written_on_log = loss.lives_on is LivesOn.LOG
    return "exp" if written_on_log and activation.domain.kind in LOGARITHMS else "output"


class ExactPair:
    """loss(activation(z), t) at one row, with its derivatives by z, and the scale of its terms.

    The scales are condition numbers: the sum of the absolute terms of the chain rule, where each
    entry of the representation that the loss lives on may be off by a relative error (for a
    probability, relative to the smaller of p and 1 - p). An error of one ULP of the scale is
    what rounding the representation once does to the result.
    """

    def __init__(self, activation: Any, loss: Any, z: Row, t: Row) -> None:
        self.source = exact_activation(activation, z)
        self.activation, self.loss, self.z = activation, loss, z
        self.t = [mpf(x) for x in t]
        self.through = through(activation, loss)
        self.side = "coin" if activation.domain.kind in ("coins", "log-coins") else "class"
        self._at: dict[tuple[tuple[int, int], ...], Any] = {}

    def prediction(self, *moves: tuple[int, int]) -> Vector:
        """What the loss is exact in."""
        if self.through == "logits":
            z = [mpf(x) for x in self.z]
            for index, sign in moves:
                z[index] += sign * STEP
            return z
        return (self.source.exponential_at if self.through == "exp" else self.source.at)(*moves)

    def at(self, *moves: tuple[int, int]) -> Any:
        """The loss where each (index, sign) moves one logit by a step."""
        key = tuple(sorted(moves))
        if key not in self._at:
            with workdps(DIGITS):
                found = self.loss.exact(self.prediction(*moves), self.t, self.side)
                self._at[key] = mpf(found)
        return self._at[key]

    @property
    def n(self) -> int:
        """How many logits."""
        return len(self.z)

    @property
    def value(self) -> Any:
        """The loss itself."""
        return self.at()

    @cached_property
    def gradient(self) -> Vector:
        """By each logit."""
        with workdps(DIGITS):
            return [quotient(self.at((j, 1)), self.at((j, -1))) for j in range(self.n)]

    @cached_property
    def hessian(self) -> Matrix:
        """By each two logits."""
        with workdps(DIGITS):
            return second_differences(self.n, self.at)

    @cached_property
    def inner(self) -> ExactLoss:
        """The loss by what it is exact in."""
        return exact_loss(self.loss, tuple(self.prediction()), tuple(map(float, self.t)), self.side)

    @cached_property
    def jacobian(self) -> Matrix:
        """Of what the loss is exact in, by the logits."""
        n = self.n
        with workdps(DIGITS):
            if self.through == "logits":
                return [[mpf(int(i == j)) for j in range(n)] for i in range(n)]
            J = self.source.jacobian
            if self.through == "exp":
                return [[p * x for x in row] for p, row in zip(self.prediction(), J, strict=True)]
            return J

    @cached_property
    def gauss_newton(self) -> Matrix:
        """J^T H J by the output (by the probability, for losses of log-probabilities)."""
        with workdps(DIGITS):
            return congruence(self.jacobian, self.inner.hessian)

    # -- condition numbers, as floats -----------------------------------------------------

    @cached_property
    def _chain(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(J, C, g, H, u) of the representation that the loss lives on, and its uncertainty."""
        with workdps(DIGITS):
            r, J, g, H = self.prediction(), self.jacobian, self.inner.gradient, self.inner.hessian
            n = self.n
            if self.through == "logits":
                straight = np.zeros((n, n, n))
                return _sizes(J, straight, g, H, [abs(x) for x in r])
            if self.loss.lives_on.value == "output":
                bounded = self.activation.domain.kind in PROBABILITIES
                u = [min(abs(x), abs(1 - x)) if bounded else abs(x) for x in r]
                return _sizes(J, self.source.second_scale, g, H, u)
            # s = log r, wherever r > 0
            by_log, curvatures = self._of_logarithms(r)
            bends = [
                [r[k] * H[k][m] * r[m] + (r[k] * g[k] if k == m else 0) for m in range(n)]
                for k in range(n)
            ]
            slopes = [r[k] * g[k] for k in range(n)]
            u = [abs(mp.log(x)) if x > 0 else mpf(0) for x in r]
            return _sizes(by_log, curvatures, slopes, bends, u)

    def _of_logarithms(self, r: Vector) -> tuple[Matrix, np.ndarray]:
        """The Jacobian of log r, and the sizes of its second derivatives."""
        n, J, plain = self.n, self.jacobian, self.source.second
        if self.through == "exp":
            return self.source.jacobian, magnitudes(plain)
        rate = [1 / x if x > 0 else mpf(0) for x in r]
        curvatures = [
            [
                [rate[k] * plain[k][i][j] - rate[k] ** 2 * J[k][i] * J[k][j] for j in range(n)]
                for i in range(n)
            ]
            for k in range(n)
        ]
        by_log = [[rate[k] * x for x in J[k]] for k in range(n)]
        sizes = magnitudes(curvatures)
        if self.activation.name in NO_CONVEXITY:
            slopes = magnitudes(by_log)
            sizes = sizes + np.einsum("ki,kj->kij", slopes, slopes)
        return by_log, sizes

    @cached_property
    def slope_scale(self) -> np.ndarray:
        """|g_k| and what rounding the representation does to it."""
        _, _, g, H, u = self._chain
        return g + _times(H, u)

    @cached_property
    def value_scale(self) -> float:
        """Of the value."""
        _, _, g, _, u = self._chain
        return float(abs(self.value) + float(_times(g, u)))

    @cached_property
    def gradient_scale(self) -> np.ndarray:
        """Of the gradient."""
        J = self._chain[0]
        return _times(J.T, self.slope_scale)

    @cached_property
    def hessian_scale(self) -> np.ndarray:
        """Of the Hessian."""
        J, C, _, H, _ = self._chain
        return self._carried(J, H) + np.einsum("k,kij->ij", self.slope_scale, C)

    @cached_property
    def gauss_newton_scale(self) -> np.ndarray:
        """Of Gauss-Newton."""
        J, _, g, H, _ = self._chain
        extra = np.diag(g) if self.loss.lives_on is LivesOn.LOG else 0.0
        return self._carried(J, H + extra)

    @staticmethod
    def _carried(J: np.ndarray, H: np.ndarray) -> np.ndarray:
        return np.einsum("ki,kl,lj->ij", J, H, J)


def _sizes(J: Matrix, C: np.ndarray, g: Vector, H: Matrix, u: Vector) -> Any:
    return magnitudes(J), C, magnitudes(g), magnitudes(H), magnitudes(u)


def _times(a: np.ndarray, b: np.ndarray) -> Any:
    return a @ b


@cache
def exact_pair(activation: Any, loss: Any, z: Row, t: Row) -> ExactPair:
    """Made once: laws share the work."""
    return ExactPair(activation, loss, z, t)


def congruence(J: Matrix, H: Matrix) -> Matrix:
    """J^T H J."""
    n = len(J)
    HJ = [[mp.fsum(H[k][m] * J[m][j] for m in range(n)) for j in range(n)] for k in range(n)]
    return [[mp.fsum(J[k][i] * HJ[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
