"""What files hold, as it can be shown: terminals and fonts take control characters for commands."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with its control characters spelled out, line ends and tabs too."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
