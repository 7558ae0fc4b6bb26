"""The scaled exponential linear unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.contracts.exponential_linear import ExponentialLinear, Shape

# The constants of the paper's appendix, that keep mean 0 and variance 1 from layer to layer.
_SCALE = 1.0507009873554804934193349852946
_ALPHA = 1.6732632423543772848170429916717


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SELU(ExponentialLinear):
    """a_i = scale * z_i for z_i > 0, scale * alpha (exp(z_i) - 1) below, with fixed constants.

    Kink at 0, where the derivative is scale (the smaller side) and the second derivative 0.

    Source: Klambauer et al. 2017; scale = 1.0507..., alpha = 1.6733..., rounded to float64.
    """

    name: ClassVar[str] = "selu"

    @property
    def shape(self) -> Shape:
        """Slope scale, depth scale * alpha, width 1."""
        return Shape(_SCALE, _SCALE * _ALPHA, 1.0)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, mpf

        scale, alpha = mpf(_SCALE), mpf(_ALPHA)
        return [scale * x if x > 0 else scale * alpha * (exp(x) - 1) for x in z]
