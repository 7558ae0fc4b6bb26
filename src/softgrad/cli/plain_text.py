"""Text that any terminal can print: what its encoding lacks is spelled, controls are not sent.

What comes from data may hold bytes that a terminal takes for commands: they are shown as escapes.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata
from contextlib import suppress
from io import TextIOWrapper

# Rich has measured what it cuts off with an ellipsis and the frames that it draws: one sign each.
_SPELLINGS = {
    "●": "*", "·": ".", "•": "*", "→": "->", "←": "<-", "↦": "->", "×": "x", "−": "-", "–": "-",
    "—": "-", "‑": "-", "²": "^2", "³": "^3", "ᵀ": "^T", "±": "+-", "≤": "<=", "≥": ">=", "≠": "!=",
    "≈": "~", "∞": "inf", "∑": "sum", "∏": "prod", "∫": "int", "∂": "d", "√": "sqrt", "∈": "in",
    "…": ".", "‖": "||", "½": "1/2", "¼": "1/4", "¾": "3/4", "’": "'", "‘": "'", "“": '"',
    "”": '"', "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "\u00a0": " ", "\u202f": " ",
    "━": "-", "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "└": "+", "├": "+",
    "╸": "-", "╺": "-", "🛈": "i", "✓": "v", "✗": "x",
}  # fmt: skip
_NAME = "softgrad.spelled"


def printable(text: str) -> str:
    """The text with its control characters spelled out, line ends and tabs too."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def spelled_for(text: str, encoding: str | None) -> str:
    """The text with what the encoding lacks (None: nothing) spelled in signs that it has."""
    return text if encoding is None else text.encode(encoding, _NAME).decode(encoding)


def spell_what_cannot_be_encoded() -> None:
    """Have standard output and error never fail at a sign."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            with suppress(OSError, ValueError):  # nobody listens
                stream.reconfigure(errors=_NAME)


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(map(_spelling, signs)), error.end


def _spelling(sign: str) -> str:
    """A spelling in ASCII: of a Greek letter its name, of an accented one the letter."""
    if sign in _SPELLINGS:
        return _SPELLINGS[sign]
    name = unicodedata.name(sign, "")
    if name.startswith("GREEK "):
        letter = name.rpartition("LETTER ")[2].partition(" ")[0].lower()
        return letter.capitalize() if "CAPITAL" in name else letter
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return plain or sign.encode("ascii", "backslashreplace").decode()


codecs.register_error(_NAME, _spell)
