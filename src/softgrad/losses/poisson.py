"""Poisson loss of a rate, lambda - y log lambda."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import NON_NEGATIVE, POSITIVE, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Poisson(SeparableLoss):
    """sum_i (lambda_i - y_i log lambda_i) for counts y >= 0: a negative log-likelihood.

    The constant log y! is left out. With the activation exp it is e^z - y z, convex, with
    gradient e^z - y. y = 0 contributes lambda alone.

    Source: Nelder and Wedderburn 1972 (the log-linear model).
    """

    name: ClassVar[str] = "poisson"
    accepts: ClassVar[tuple[Domain, ...]] = (POSITIVE,)
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "entries"
    target_domain: ClassVar[Domain | None] = NON_NEGATIVE

    def variance_power(self) -> float:
        """1."""
        return 1.0

    def entry_value(self, r: Forms, t: Array) -> Array:
        """lambda - y log lambda."""
        xp, log_rate = r.xp, r.log.value
        product = t * log_rate
        none = ((t == 0) & (log_rate == log_rate)) | (r.p == xp.inf)
        return r.p - xp.where(none, xp.zeros_like(product), product)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """lambda - y, by log lambda."""
        return r.p - t

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """lambda, by log lambda."""
        return r.p

    def entry_output_hessian(self, r: Forms, t: Array) -> Array:
        """y: the rate cancels."""
        return t

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """-log lambda."""
        return -r.log.value

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import log

        return sum(x - (y * log(x) if y else 0) for x, y in zip(r, t, strict=True))
