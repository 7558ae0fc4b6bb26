"""Docstrings are plain English; reStructuredText would read its own signs into them.

A formula has stars, bars and underscores that mean what they say, so they are escaped. What stands
between backticks is code, and a link where it is the name of something public.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


_CODE = re.compile(r"(``?[^`]+``?)")
_SIGNS = re.compile(r"([\\*|_])")


def as_restructured_text(lines: Sequence[str]) -> list[str]:
    """The lines of a docstring with the signs outside of code escaped.

    Examples are left alone, and an indented paragraph after one that is not indented is code.
    """
    written: list[str] = []
    is_code = False
    for place, line in enumerate(lines):
        begins = line.startswith("    ") and _follows_a_paragraph(lines[:place])
        if begins and not is_code:
            written += ["::", ""]
        if line.strip():
            is_code = line.startswith("    ") and (begins or is_code)
        is_example = line.lstrip().startswith((">>>", "..."))
        written.append(line if is_code or is_example else _escaped(line))
    return written


def _follows_a_paragraph(before: Sequence[str]) -> bool:
    """Whether an empty line stands before, and before that one that is not indented."""
    return len(before) > 1 and not before[-1].strip() and before[-2][:1].strip() != ""


def _escaped(line: str) -> str:
    parts = _CODE.split(line)
    return "".join(
        _code(part) if k % 2 else _SIGNS.sub(r"\\\1", part) for k, part in enumerate(parts)
    )


def _code(part: str) -> str:
    return f"``{part.strip('`')}``"


def on_docstring(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    lines[:] = as_restructured_text(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    # Before napoleon (500), which makes field lists of Args and Raises.
    app.connect("autodoc-process-docstring", on_docstring, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
