"""The values that weights may have, of classes and of rows."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace, is_known, is_traced
from softgrad.errors import WeightError


def not_negative(xp: Namespace, weights: Array, argument: str) -> Array:
    """The weights, finite and >= 0; NaN for those that are not where they cannot be known.

    Raises:
        WeightError: it names the argument.
    """
    fine = (weights >= 0) & xp.isfinite(weights)
    if is_traced(weights):
        return xp.where(fine, weights, xp.full_like(weights, float("nan")))
    if is_known(~xp.all(fine)):
        raise WeightError(f"{argument} has negative, infinite or NaN entries; expected all >= 0")
    return weights
