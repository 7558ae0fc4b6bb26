"""What screen readers and keyboards need and neither Sphinx nor the theme writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A list of descriptions without terms, which is none: the parameters of a long signature.
_SIGNATURE = re.compile(r"<dl>\n((?:<dd>.*?</dd>\n)+)</dl>")


_SCROLLS = re.compile(r'<(?=pre\b|div class="(?:table-wrapper|math)\b)(pre|div)')


def accessible(body: str) -> str:
    """A page's HTML in which what scrolls is reached by keyboard, and each list is one."""
    return _SCROLLS.sub(r'<\1 tabindex="0"', _SIGNATURE.sub(_parameters, body))


def _parameters(match: re.Match[str]) -> str:
    lines = match[1].replace("<dd>", '<span class="parameter">').replace("</dd>", "</span>")
    return f'<span class="parameters">{lines}</span>'


def on_page(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    if "body" in context:
        context["body"] = accessible(context["body"])
    if "furo_navigation_tree" in context:
        context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
            'role="heading"', 'role="heading" aria-level="2"'
        )


def setup(app: Sphinx) -> dict[str, bool]:
    # After the theme (500), which makes the navigation.
    app.connect("html-page-context", on_page, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
