"""The values that weights may have, of classes and of rows."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace, is_known
from softgrad.errors import WeightError


def check_not_negative(xp: Namespace, weights: Array, argument: str) -> None:
    """Raise unless all weights are finite and >= 0, as far as they can be known.

    Raises:
        WeightError: it names the argument.
    """
    if is_known(~xp.all((weights >= 0) & xp.isfinite(weights))):
        raise WeightError(f"{argument} has negative, infinite or NaN entries; expected all >= 0")
