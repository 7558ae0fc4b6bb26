"""The risk sets of a stratum: at each event, those whose time is not earlier (Breslow's ties)."""

from __future__ import annotations

from functools import cached_property

from softgrad.arrays.logistic import softplus
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import inverse_order
from softgrad.arrays.scans import (
    first_of_equals,
    from_the_end,
    last_of_equals,
    log_running_sum,
    log_running_sum_since,
    moved,
)


class RiskSets:
    """Rows in the order of their times, shape (..., n), with sums over risk sets as logarithms.

    With W_i the sum of exp(z_k) over the risk set of i, every part is a sum of positive terms.

    Args:
        xp: the namespace.
        z: log-hazards; -inf is one who is never at risk.
        time: times, in whatever order.
        seen: 1.0 where the event was seen at that time, 0.0 where it was not.
    """

    def __init__(self, xp: Namespace, z: Array, time: Array, seen: Array) -> None:
        self.xp = xp
        self.order = xp.argsort(time, axis=-1, stable=True)
        self.back = inverse_order(xp, self.order)
        self.z = self._sorted(z)
        self.seen = self._sorted(seen)
        ordered = self._sorted(time)
        self.first, self.last = first_of_equals(xp, ordered), last_of_equals(xp, ordered)

    def given(self, x: Array) -> Array:
        """Entries in the order in which the rows came."""
        return self.xp.take_along_axis(x, self.back, axis=-1)

    @cached_property
    def loss(self) -> Array:
        """log W_i - z_i of each event, 0 of the others."""
        unseen = (self.seen == 0.0) & (self.z == self.z)
        cost = self._exp_free(softplus(self.xp, self._rest - self.z))
        return self.xp.where(unseen, 0.0, cost)

    @cached_property
    def slope(self) -> Array:
        """exp(z_i) sum of 1 / W over the events up to his time, less 1 for his own."""
        xp = self.xp
        before = self._of_events(-self._log_risk)
        earlier = xp.take_along_axis(
            moved(xp, log_running_sum(xp, before), 1, -xp.inf), self.first, axis=-1
        )
        tied = xp.cumulative_sum(self.seen, axis=-1)
        start = xp.take_along_axis(tied - self.seen, self.first, axis=-1)
        others = xp.take_along_axis(tied, self.last, axis=-1) - start - self.seen
        share = others * self._weight(-self._log_risk)
        own = self.seen * self._exp_free(xp.exp(self._rest - self._log_risk))
        own = xp.where((self.seen == 0.0) & (self.z == self.z), 0.0, own)
        return (self._weight(earlier) + share) - own

    @cached_property
    def to_earlier(self) -> Array:
        """log of sum over k before i of exp(z_k) S_k, S_k that of 1 / W^2 up to the time of k."""
        xp = self.xp
        return moved(xp, log_running_sum(xp, self.z + self.squares), 1, -xp.inf)

    @cached_property
    def squares(self) -> Array:
        """log S_i."""
        total = log_running_sum(self.xp, self._of_events(-2.0 * self._log_risk))
        return self.xp.take_along_axis(total, self.last, axis=-1)

    @cached_property
    def pulls(self) -> tuple[Array, Array]:
        """How much i is pulled to those before him, and to those after: their sum is H_ii."""
        return self._weight(self.to_earlier), self._weight(self.squares + self._later)

    @cached_property
    def _later(self) -> Array:
        """log of the sum of exp(z_k) over those who come after i."""
        xp = self.xp
        return xp.concat([self._suffix[..., 1:], xp.full_like(self.z[..., :1], -xp.inf)], axis=-1)

    @cached_property
    def _suffix(self) -> Array:
        return from_the_end(self.xp, log_running_sum, self.z)

    @cached_property
    def _log_risk(self) -> Array:
        """log W_i."""
        return self.xp.take_along_axis(self._suffix, self.first, axis=-1)

    @cached_property
    def _rest(self) -> Array:
        """log of (W_i - exp(z_i)), by those before him with the same time and those after."""
        xp = self.xp
        tied = moved(xp, log_running_sum_since(xp, self.z, self.first), 1, -xp.inf)
        has_earlier = moved(xp, self.first, 1, -1) == self.first
        return xp.logaddexp(xp.where(has_earlier, tied, -xp.inf), self._later)

    def _sorted(self, x: Array) -> Array:
        return self.xp.take_along_axis(x, self.order, axis=-1)

    def _of_events(self, x: Array) -> Array:
        return self.xp.where(self.seen > 0.0, x, -self.xp.inf)

    def _weight(self, log_factor: Array) -> Array:
        """exp(z + log_factor); 0 of one who is never at risk."""
        xp = self.xp
        never = (self.z == -xp.inf) | (log_factor == -xp.inf)
        return xp.where(never, 0.0, xp.exp(xp.where(never, 0.0, self.z + log_factor)))

    def _exp_free(self, x: Array) -> Array:
        """0 where nobody else is at risk, whatever else stands there; NaN stays."""
        known = self.z == self.z
        return self.xp.where((self._rest == -self.xp.inf) & known, 0.0, x)
