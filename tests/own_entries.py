"""An activation and a loss as a user writes them, in a file outside the package.

What the laws say about such entries is tried on these, and on copies of them with one mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mpmath import log, sqrt

from softgrad.arrays.special import log1pmx
from softgrad.contracts import DifferenceLoss, Domain, ElementWise, Forms, LivesOn, parameter
from softgrad.contracts.domains import ANY_VALUES, REAL


@dataclass(frozen=True, kw_only=True)
class Bent(ElementWise):
    """(sqrt(z^2 + 1) - 1) / 2 + z, of which the root is cosh(asinh z)."""

    name: ClassVar[str] = "bent"
    domain: ClassVar[Domain] = REAL

    def value(self, xp: Any, z: Any) -> Any:
        return z * (1.0 + 0.5 * xp.tanh(0.5 * xp.asinh(z)))

    def first(self, xp: Any, z: Any) -> Any:
        return 1.0 + 0.5 * xp.tanh(xp.asinh(z))

    def second(self, xp: Any, z: Any) -> Any:
        root = xp.hypot(z, xp.ones_like(z))
        return 0.5 / root / root / root

    def exact(self, z: Sequence[Any]) -> list[Any]:
        return [(sqrt(x * x + 1) - 1) / 2 + x for x in z]


@dataclass(frozen=True, kw_only=True)
class Fair(DifferenceLoss):
    """sum c^2 (x - log(1 + x)), x = |r - t| / c."""

    name: ClassVar[str] = "fair"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[Any] = "entries"

    c: float = parameter(1.0, low=0.0, open_low=True, examples=(0.5,))

    def entry_value(self, r: Forms, t: Any) -> Any:
        return -self.c * self.c * log1pmx(r.xp, r.xp.abs(r.minus(t)) / self.c)

    def entry_gradient(self, r: Forms, t: Any) -> Any:
        d = r.minus(t)
        return d / (1.0 + r.xp.abs(d) / self.c)

    def entry_hessian(self, r: Forms, t: Any) -> Any:
        share = 1.0 / (1.0 + r.xp.abs(r.minus(t)) / self.c)
        return share * share

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: str = "class") -> Any:
        xs = [abs(x - y) / self.c for x, y in zip(r, t, strict=True)]
        return sum(self.c**2 * (x - log(1 + x)) for x in xs)
