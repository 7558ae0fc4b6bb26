"""Log-cosh loss, sum log cosh(r - t)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.special import log_cosh, sech_squared, tanh
from softgrad.contracts.domains import ANY_VALUES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import DifferenceLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class LogCosh(DifferenceLoss):
    """sum_i log cosh(r_i - t_i): d^2 / 2 near the target, |d| - log 2 far from it.

    Smooth and strictly convex, with bounded slope tanh d: a Huber loss without a parameter.

    Source: Green 1990.
    """

    name: ClassVar[str] = "log_cosh"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    below_parabolas: ClassVar[bool] = True

    def entry_value(self, r: Forms, t: Array) -> Array:
        """log cosh(r - t)."""
        return log_cosh(r.xp, r.minus(t))

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """tanh(r - t)."""
        return tanh(r.xp, r.minus(t))

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """1 / cosh(r - t)^2."""
        return sech_squared(r.xp, r.minus(t))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import cosh, log

        return sum(log(cosh(x - y)) for x, y in zip(r, t, strict=True))
