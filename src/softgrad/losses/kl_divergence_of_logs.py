"""Relative entropy of a target from a prediction that are both given as logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import LOG_SHARES, LOG_SIMPLEX, REAL, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class KLDivergenceOfLogs(SeparableLoss):
    """sum_c exp(s_c) (s_c - r_c): KL(t || p) with targets s = log t and predictions r = log p.

    For distillation, where both are what a log_softmax gave; both are taken as they are, neither
    is normalised. Linear in r: the gradient is -exp(s), the second derivative 0. A target of -inf,
    log 0, counts nothing. Terms have both signs, so near r = s digits of the sum are lost:
    `kl_divergence`, of probabilities as targets, keeps them. Label smoothing is refused.

    Source: PyTorch's kl_div(log_target=True) and, r being a logarithm, its KLDivLoss.
    """

    name: ClassVar[str] = "kl_divergence_of_logs"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL, LOG_SIMPLEX)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    flat: ClassVar[bool] = True
    target_domain: ClassVar[Domain | None] = LOG_SHARES

    def entry_value(self, r: Forms, t: Array) -> Array:
        """exp(s) (s - r)."""
        return self._counted(r, t, t - r.p)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """-exp(s)."""
        return -r.xp.exp(t)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """0."""
        return r.xp.zeros_like(t)

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """exp(s) (s - r + 1)."""
        return self._counted(r, t, (t - r.p) + 1.0)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import exp, isinf

        return sum(exp(y) * (y - x) for x, y in zip(r, t, strict=True) if not isinf(y))

    def _counted(self, r: Forms, t: Array, values: Array) -> Array:
        """exp(s) * values, 0 where s is -inf, even beside a prediction of -inf."""
        xp = r.xp
        product = xp.exp(t) * values
        return xp.where((t == -xp.inf) & (r.p == r.p), xp.zeros_like(product), product)
