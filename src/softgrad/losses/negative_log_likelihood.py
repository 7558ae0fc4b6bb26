"""Negative log-likelihood of log-probabilities that are given, -sum t r."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import LOG_SIMPLEX, REAL, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import SeparableLoss, counted
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class NegativeLogLikelihood(SeparableLoss):
    """-sum_c t_c r_c, for predictions r that are log-probabilities already: PyTorch's nll_loss.

    The prediction is taken as it is: of `log_softmax` it is `cross_entropy`, of `identity` it is
    for log-probabilities that come from elsewhere, whose rows nobody normalises here. Linear: the
    gradient is -t and the second derivative 0, so by raw scores it has no minimum. -inf costs
    infinity where t > 0, and nothing where t = 0.

    Source: PyTorch's NLLLoss.
    """

    name: ClassVar[str] = "negative_log_likelihood"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL, LOG_SIMPLEX)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "classes"
    flat: ClassVar[bool] = True
    target_domain: ClassVar[Domain | None] = SHARES

    def entry_value(self, r: Forms, t: Array) -> Array:
        """-t r."""
        return -counted(r.xp, t, r.p)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """-t."""
        return -t

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """0."""
        return r.xp.zeros_like(t)

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """-r."""
        return -r.p

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        return -sum(y * x for x, y in zip(r, t, strict=True) if y)
