"""The rectified linear unit that ends at 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from softgrad.contracts.clipped import Clipped, Ends
from softgrad.contracts.domains import Domain


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class ReLU6(Clipped):
    """a_i = min(6, max(0, z_i)), with derivative 1 for 0 < z_i < 6 and 0 otherwise.

    Kinks at 0 and 6, where the derivative is 0 (the subgradient of least norm). It is the gradient
    of z^2 / 2 inside, 0 on the left and 6 z - 18 on the right. With another end than 6 it is
    `HardTanh(low=0, high=...)`.

    Source: Krizhevsky 2010 (CIFAR-10); Howard et al. 2017 (MobileNets).
    """

    name: ClassVar[str] = "relu6"
    domain: ClassVar[Domain] = Domain("values", "values", 0.0, 6.0, has_low=True)

    @property
    def ends(self) -> Ends:
        """0 and 6."""
        return Ends(0.0, 6.0)
