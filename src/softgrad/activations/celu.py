"""The continuously differentiable exponential linear unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.contracts.exponential_linear import ExponentialLinear, Shape
from softgrad.contracts.parameters import parameter


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class CELU(ExponentialLinear):
    """a_i = z_i for z_i > 0, alpha (exp(z_i / alpha) - 1) below: slope 1 on both sides of 0.

    The second derivative jumps at 0, where it is taken as 0. It is the gradient of z^2 / 2 on the
    right, alpha^2 (exp(z / alpha) - 1 - z / alpha) on the left.

    Args:
        alpha: > 0, how far the output goes below 0, and how slowly.

    Source: Barron 2017.
    """

    name: ClassVar[str] = "celu"

    alpha: float = parameter(1.0, low=0.0, open_low=True, examples=(0.3, 3.0))

    @property
    def shape(self) -> Shape:
        """Slope 1, depth and width alpha."""
        return Shape(1.0, self.alpha, self.alpha)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp

        return [x if x > 0 else self.alpha * (exp(x / self.alpha) - 1) for x in z]
