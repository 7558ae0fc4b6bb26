"""The exponential linear unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.contracts.exponential_linear import ExponentialLinear, Shape
from softgrad.contracts.parameters import parameter


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class ELU(ExponentialLinear):
    """a_i = z_i for z_i > 0, alpha (exp(z_i) - 1) below.

    Kink at 0 unless alpha = 1; there the derivative is the smaller of 1 and alpha, and the second
    derivative 0. It is the gradient of z^2 / 2 on the right, alpha (exp z - 1 - z) on the left.

    Args:
        alpha: > 0, how far the output goes below 0.

    Source: Clevert, Unterthiner and Hochreiter 2016.
    """

    name: ClassVar[str] = "elu"

    alpha: float = parameter(1.0, low=0.0, open_low=True, examples=(0.3, 2.0))

    @property
    def shape(self) -> Shape:
        """Slope 1, depth alpha, width 1."""
        return Shape(1.0, self.alpha, 1.0)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp

        return [x if x > 0 else self.alpha * (exp(x) - 1) for x in z]
