"""What the rules of derivatives have in common."""

from __future__ import annotations

from typing import Any, Never

from softgrad.errors import AutodiffError
from softgrad.jax.untyped import ad


def is_zero(tangent: Any) -> bool:
    """Whether a tangent is that of a constant."""
    return type(tangent) is ad.Zero


def total(primal: Any, parts: list[Any]) -> Any:
    """The sum of the parts of a tangent."""
    if not parts:
        return ad.Zero.from_primal_value(primal)
    found = parts[0]
    for part in parts[1:]:
        found = found + part
    return found


def refuse(what: str, of: Any, instead: str) -> Never:
    """Raise the error of a derivative that is not offered.

    Raises:
        AutodiffError: always.
    """
    raise AutodiffError(f"{what} of {of!r} is not offered; {instead}")


def refuse_third(of: Any) -> Never:
    """Raise that of a third derivative."""
    refuse("a third derivative", of, "differentiate twice at most")
