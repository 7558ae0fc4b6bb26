"""The losses that are minus a logarithm itself: psi(L) = L."""

from __future__ import annotations

from abc import ABC
from typing import Any, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.separable import TrueClass, TrueClassLoss


class LogLikelihood(TrueClassLoss, ABC):
    """-sum_c t_c log p_c. A file says which probabilities, and what the sides of coins weigh."""

    @final
    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """L."""
        return c.nll

    @final
    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """1."""
        return xp.ones_like(c.nll)

    @final
    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """0."""
        return xp.zeros_like(c.nll)

    @final
    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """1."""
        return xp.ones_like(c.nll)

    @final
    def exact_psi(self, p: Any) -> Any:
        """-log p."""
        from mpmath import log

        return -log(p)
