"""Words of error messages."""

from __future__ import annotations

from collections.abc import Sequence


def one_line(error: BaseException) -> str:
    """The message of an error, without line breaks."""
    return " ".join(str(error).split())


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A hint at the nearest known names, or at all of them where none is near."""
    from difflib import get_close_matches

    close = get_close_matches(name.replace("-", "_"), known, n=3) or get_close_matches(
        name, known, n=3
    )
    if close:
        return f"did you mean {' or '.join(close)}?"
    between = "; " if any(", " in one for one in known) else ", "
    return f"known: {between.join(known) or 'none'}"
