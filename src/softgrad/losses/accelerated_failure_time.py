"""Accelerated failure time: the likelihood of a time, or of the bounds that it lies between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log as log_of_number
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import round_to, wants_float64
from softgrad.arrays.time_distributions import (
    Curve,
    Interval,
    extreme_density,
    extreme_interval,
    logistic_density,
    logistic_interval,
    normal_density,
    normal_interval,
)
from softgrad.contracts.domains import REAL, TIMES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.parameters import choice, parameter
from softgrad.contracts.targets import TargetKind
from softgrad.errors import ParameterError
from softgrad.operators import DiagonalPlusLowRank

_Function = Callable[[Any], Any]
_DISTRIBUTIONS = {
    "normal": (normal_density, normal_interval),
    "logistic": (logistic_density, logistic_interval),
    "extreme": (extreme_density, extreme_interval),
}


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class AcceleratedFailureTime(RowLoss):
    """-log of the likelihood of a time T, log T = z + scale E, that is known as far as its bounds.

    Predictions are one score z a row; targets have the shape of the rows and an axis of two, a
    lower and an upper bound (l, u). With s(t) = (log t - z) / scale, f the density and F the
    distribution function of E, a row costs

    ================ ================================ ======================
    l = u            -log(f(s(l)) / (scale l))        the time was seen
    u = inf          -log(1 - F(s(l)))                right-censored
    l = 0            -log F(s(u))                     left-censored
    0 < l < u < inf  -log(F(s(u)) - F(s(l)))          interval-censored
    ================ ================================ ======================

    and nothing where the bounds are 0 and inf. Convex. exp(z) is the median of T for "normal" and
    "logistic"; for "extreme" 1 - 1/e of all times lie below. It has no derivative by its target.

    Args:
        distribution: of E, "normal" (T is log-normal), "logistic" (log-logistic) or "extreme"
            (Weibull: F(s) = 1 - exp(-e^s)).
        scale: > 0, what E is multiplied by.

    Source: Wei 1992; Barnwal, Cho and Hocking 2022 (the same loss, `survival:aft` of XGBoost).
    """

    name: ClassVar[str] = "accelerated_failure_time"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "bounds"
    target_domain: ClassVar[Domain | None] = TIMES
    row_length: ClassVar[int | None] = 1

    distribution: str = choice("normal", examples=("logistic", "extreme"))
    scale: float = parameter(1.0, low=0.0, open_low=True, examples=(0.5,))

    def validate(self) -> None:
        """One of the three."""
        if self.distribution not in _DISTRIBUTIONS:
            raise ParameterError(
                f"AcceleratedFailureTime: distribution is {self.distribution!r}; "
                f"expected {', '.join(map(repr, _DISTRIBUTIONS))}"
            )

    def row_value(self, r: Forms, t: Array) -> Array:
        """The cost of the table above."""
        xp, seen, log_time, curve = self._at(r, t)
        constant = xp.where(seen, log_time + log_of_number(self.scale), 0.0)
        return _kept(r, curve.value + constant)[..., 0]

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """The slope by s, over -scale."""
        return _kept(r, self._at(r, t)[-1].slope / -self.scale)

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """The second derivative by s, over scale^2."""
        return DiagonalPlusLowRank(_kept(r, self._at(r, t)[-1].bend / self.scale / self.scale))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import erfc, exp, inf, log, mpf, pi, sqrt

        table: dict[str, tuple[_Function, _Function, _Function]] = {
            "normal": (
                lambda s: exp(-s * s / 2) / sqrt(2 * pi),
                lambda s: erfc(-s / sqrt(2)) / 2,
                lambda s: erfc(s / sqrt(2)) / 2,
            ),
            "logistic": (
                lambda s: exp(-s) / (1 + exp(-s)) ** 2,
                lambda s: 1 / (1 + exp(-s)),
                lambda s: 1 / (1 + exp(s)),
            ),
            "extreme": (
                lambda s: exp(s - exp(s)),
                lambda s: 1 - exp(-exp(s)),
                lambda s: exp(-exp(s)),
            ),
        }
        density, below, above = table[self.distribution]
        low, high = map(mpf, t)
        scale = mpf(self.scale)
        a, b = ((log(x) - r[0]) / scale if 0 < x < inf else None for x in (low, high))
        if low == high:
            return -log(density(a) / (scale * low))
        if a is not None and a > 0:  # beyond the middle what lies above tells more digits
            return -log(above(a) - (0 if b is None else above(b)))
        return -log((1 if b is None else below(b)) - (0 if a is None else below(a)))

    def _at(self, r: Forms, t: Array) -> tuple[Namespace, Array, Array, Curve]:
        """Whether each time was seen, its logarithm, and the cost by s: all of shape (..., 1)."""
        xp, z = r.xp, r.p
        is_rounded = wants_float64(xp, z)
        wide = xp.asarray(z, dtype=xp.float64) if is_rounded else z
        low, high = (xp.asarray(x, dtype=wide.dtype) for x in (t[..., :1], t[..., 1:]))
        seen = low == high
        never, ever = (low == 0.0) & ~seen, high == xp.inf
        log_low, log_high = xp.log(xp.where(low == 0.0, high, low)), xp.log(high)
        density, interval = _DISTRIBUTIONS[self.distribution]
        of_seen = density(xp, (log_low - wide) / self.scale)

        a = xp.where(never, -xp.inf, (log_low - wide) / self.scale)
        b = xp.where(ever, xp.inf, (log_high - wide) / self.scale)
        width = _log_ratio(xp, low, high) / self.scale
        sure = (a == -xp.inf) & (b == xp.inf) & ~seen
        # Where the time was seen, or is sure to lie between its bounds, any interval does.
        fills = ((a, -1.0), (b, 1.0), (width, 2.0))
        a, b, width = (xp.where(seen | sure, fill, x) for x, fill in fills)
        of_bounds = interval(xp, Interval(a, b, width))
        parts = (
            xp.where(seen, x, xp.where(sure, 0.0, y))
            for x, y in zip(of_seen, of_bounds, strict=True)
        )
        known = (wide == wide) & (low == low) & (high == high)
        curve = Curve(*(xp.where(known, x, xp.nan) for x in parts))
        if is_rounded:
            curve = Curve(*(round_to(xp, x, z.dtype) for x in curve))
            log_low = round_to(xp, log_low, z.dtype)
        return xp, seen, log_low, curve


def _log_ratio(xp: Namespace, low: Array, high: Array) -> Array:
    """log(high / low), also of two that are near each other; inf where one of them is no bound."""
    near = high <= 2.0 * low
    start = xp.where(low > 0.0, low, 1.0)
    close = xp.log1p(xp.where(near, (high - low) / start, 1.0))
    far = xp.log(high) - xp.log(start)
    is_open = (low == 0.0) | (high == xp.inf)
    return xp.where(is_open, xp.inf, xp.where(near, close, far))


def _kept(r: Forms, entries: Array) -> Array:
    """0 in a row that is masked."""
    return r.xp.where(r.weights > 0.0, entries, 0.0 * r.weights)
