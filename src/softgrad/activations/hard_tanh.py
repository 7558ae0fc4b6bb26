"""The hard hyperbolic tangent, z clipped to [low, high]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from softgrad.contracts.clipped import Clipped, Ends
from softgrad.contracts.domains import Domain
from softgrad.contracts.parameters import parameter
from softgrad.errors import ParameterError


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class HardTanh(Clipped):
    """a_i = min(high, max(low, z_i)), with derivative 1 inside and 0 outside.

    Kinks at low and high, where the derivative is 0 (the subgradient of least norm). It is the
    gradient of the Huber function: of -1 and 1, z^2 / 2 inside and |z| - 1/2 outside.

    Args:
        low: the least output.
        high: the largest output, > low.

    Source: Collobert 2004, with -1 and 1; the ends are PyTorch's min_val and max_val.
    """

    name: ClassVar[str] = "hard_tanh"
    domain: ClassVar[Domain] = Domain("values", "values", -1.0, 1.0, has_low=True)

    low: float = parameter(-1.0, examples=(0.3,))
    high: float = parameter(1.0, examples=(2.7,))

    def validate(self) -> None:
        """The ends in their order; they are the domain of this object."""
        if not self.low < self.high:
            raise ParameterError(
                f"HardTanh: low is {self.low!r} and high is {self.high!r}; expected low < high"
            )
        domain = Domain("values", "values", self.low, self.high, has_low=True)
        object.__setattr__(self, "domain", domain)

    @property
    def ends(self) -> Ends:
        """Low and high."""
        return Ends(self.low, self.high)
