"""Numbers as a user types them, and as a table shows them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from softgrad.cli.failure import CommandError
from softgrad.error_words import did_you_mean


def parse_numbers(words: Sequence[str], what: str, options: Sequence[str] = ()) -> list[float]:
    """Numbers from words such as "1", "-2.5", "-inf" or "0.1,0.2,0.7".

    A word that looks like an option is answered with the nearest of `options`.
    """
    found: list[float] = []
    for word in words:
        for piece in filter(None, (part.strip() for part in word.split(","))):
            try:
                found.append(float(piece))
            except ValueError:
                option = piece.partition("=")[0]
                if option.startswith("--"):
                    hint = did_you_mean(option, list(options))
                    raise CommandError(f"no such option: {piece}; {hint}") from None
                raise CommandError(f"{what}: {piece!r} is not a number") from None
    if not found:
        raise CommandError(f"{what}: no number was given")
    return found


def shown(value: float, digits: int) -> str:
    """`value` with `digits` decimals; in powers of ten where that would hide or drown it."""
    if not isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if round(abs(value), digits) == 0 or abs(value) >= 1e7:
        return f"{value:.{max(1, digits - 3)}e}"
    return f"{value:.{digits}f}"
