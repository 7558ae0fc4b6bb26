"""Cox's partial likelihood: at each event, a softmax over those who were still at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.precision import round_to, wants_float64
from softgrad.arrays.risk_sets import RiskSets
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.operators.risk_set_laplacian import RiskSetLaplacian


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Cox(RowLoss):
    """sum over events i of log(sum over k at risk of exp(z_k)) - z_i, for log-hazards z.

    A row is one stratum, its entries those who are in it. Targets are their times, with a sign:
    t > 0 is an event at t, t <= 0 one who was still there at -t (right-censored), as
    `survival:cox` of XGBoost takes them. At risk at an event is whose time is not earlier; events
    at one time share their risk set (Breslow). Only the order of times counts; a number added to
    all z changes nothing; convex. Value, gradient and diagonal take O(n log n), and so does a
    product with the Hessian. It has no derivative by its target.

    Source: Cox 1972; Breslow 1974 (ties).
    """

    name: ClassVar[str] = "cox"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    compares_entries: ClassVar[bool] = True

    def row_value(self, r: Forms, t: Array) -> Array:
        """log of each risk set less the log-hazard of whose event it is, over those at risk."""
        return _rounded(r, r.xp.sum(_risk_sets(r, t).loss, axis=-1))

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """The hazard that each one lived through, less 1 for an event."""
        sets = _risk_sets(r, t)
        return _rounded(r, sets.given(sets.slope))

    def row_hessian(self, r: Forms, t: Array) -> RiskSetLaplacian:
        """The sum over events of diag(p) - p p^T, p the softmax over those at risk."""
        return RiskSetLaplacian(r.xp, _risk_sets(r, t), r.xp.ones_like(t[..., 0]))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import exp, log

        return sum(
            log(sum(exp(z) for z, time in zip(r, t, strict=True) if abs(time) >= event)) - own
            for own, event in zip(r, t, strict=True)
            if event > 0
        )


def _risk_sets(r: Forms, t: Array) -> RiskSets:
    """In float64 where that is better; who is masked is never at risk and has no event."""
    xp, z = r.xp, r.p
    if r.keep is not None:
        z = xp.where(r.keep, z, xp.full_like(z, -xp.inf))
        t = xp.where(r.keep, t, xp.zeros_like(t))
    if wants_float64(xp, z):
        z = xp.asarray(z, dtype=xp.float64)
    z = xp.where(
        xp.any((t != t) | (z != z), axis=-1, keepdims=True), xp.full_like(z, float("nan")), z
    )
    # What is common to all counts nothing, and large numbers would be rounded.
    top = xp.max(z, axis=-1, keepdims=True)
    z = z - xp.where(xp.isinf(top), 0.0, top)
    return RiskSets(xp, z, xp.abs(t), xp.astype(t > 0, z.dtype))


def _rounded(r: Forms, x: Array) -> Array:
    return round_to(r.xp, x, r.p.dtype) if wants_float64(r.xp, r.p) else x
