"""The probability that the true class was not given, 1 - p_c."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.separable import TrueClass, TrueClassLoss


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class TrueClassError(TrueClassLoss):
    """sum_c t_c (1 - p_c): the expected rate of errors; on coins both sides of each.

    For a label on a simplex it is half of `absolute_error`, sum |p - t| = 2 (1 - p_c), on which
    it differs for distributions t. Bounded by 1, hence robust to wrong labels, and flat where a
    row is hopeless: through softmax it is not convex for p_c < 1/2. Improper.

    Source: Ghosh, Kumar and Sastry 2017 (as the mean absolute error of one-hot targets).
    """

    name: ClassVar[str] = "true_class_error"
    flat: ClassVar[bool] = True

    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """1 - p."""
        return c.q

    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """p."""
        return c.p

    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """-p."""
        return -c.p

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """0: it is a straight line in p."""
        return 0.0 * c.p

    def exact_psi(self, p: Any) -> Any:
        """1 - p."""
        return 1 - p
