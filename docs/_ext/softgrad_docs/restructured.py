"""Small pieces of reStructuredText that the generated pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import indent


def heading(text: str, sign: str = "=") -> str:
    return f"{text}\n{sign * len(text)}"


def code(text: str) -> str:
    return f"``{text}``"


def plain(text: str) -> str:
    """Words and formulas as they are, no sign of them read as markup."""
    for sign in "\\*|_`":
        text = text.replace(sign, "\\" + sign)
    return text


def page_link(text: str, page: str) -> str:
    """A link to a page by its path from the site's root."""
    return f":doc:`{text} </{page}>`"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "") -> str:
    """A table whose cells may hold links and code."""
    lines = [".. list-table::", "   :header-rows: 1"]
    lines += [f"   :class: {kind}"] if kind else []
    lines.append("")
    for row in (headers, *rows):
        lines += [f"   {'*' if k == 0 else ' '} - {cell}".rstrip() for k, cell in enumerate(row)]
    return "\n".join(lines)


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """What is said of a thing, a line each."""
    return "\n".join(f":{name}: {value}" for name, value in pairs)


def block(directive: str, body: str, **options: str) -> str:
    """A directive with a body."""
    chosen = "".join(f"   :{name.replace('_', '-')}: {value}\n" for name, value in options.items())
    return f".. {directive}\n{chosen}\n{indent(body, '   ')}"


def page(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
