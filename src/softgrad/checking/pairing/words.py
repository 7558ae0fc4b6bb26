"""The words of a name: snake_case, CamelCase, digits, Greek letters."""

from __future__ import annotations

import re

_PART = re.compile(r"\d+|[^\W\d_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+|[A-Z]")
_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "∇": "grad",
    "ϕ": "phi",
    "φ": "phi",
    "σ": "sigma",
    "τ": "tau",
}


def words(name: str) -> tuple[str, ...]:
    """The words of an identifier, in lower case: `dSigmoid_2` has d, sigmoid and 2."""
    found: list[str] = []
    for part in _PART.findall(name):
        pieces: list[str] = [part] if part[0].isdigit() else _CAMEL.findall(part)
        found.extend(_GREEK.get(piece.lower(), piece.lower()) for piece in pieces)
    return tuple(found)


def any_of(text: str) -> frozenset[str]:
    """A set of words, of a text that holds them."""
    return frozenset(text.split())
