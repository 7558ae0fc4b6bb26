"""The few pieces of HTML that displays are made of.

Styles stand in the elements, for notebooks that are not trusted, and pages that show notebooks,
drop style sheets. Text keeps the colour that the page gives it and backgrounds let the page's
through, so that a display is as readable in the dark as in the light.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from softgrad.pictures.palette import BLUE, GREEN, ORANGE

_TABLE = "border-collapse:collapse;width:auto;margin:.4em 1.4em .4em 0"
_CAPTION = "caption-side:top;text-align:left;padding:.2em 0;color:inherit"
_HEAD = "text-align:right;padding:.25em .6em;font-weight:normal;opacity:.8"
#: So strong is the colour of the largest entry: text of either colour stays readable on it.
_STRONGEST = 0.5

COLOURS = {"less": BLUE, "more": ORANGE, "right": GREEN, "wrong": ORANGE, "unknown": BLUE}


def element(tag: str, content: str, style: str = "", **attributes: str) -> str:
    """An element around content that is HTML already; `attributes` are texts."""
    given = {**({"style": style} if style else {}), **attributes}
    told = "".join(f' {name}="{escape(text)}"' for name, text in given.items())
    return f"<{tag}{told}>{content}</{tag}>"


def text(tag: str, content: str, style: str = "", **attributes: str) -> str:
    """An element around plain text, whatever signs are in it."""
    return element(tag, escape(content), style, **attributes)


def table(caption: str, head: Iterable[str], rows: Iterable[str]) -> str:
    """A table of rows that are made of cells; `caption` is HTML, and `head` the cells on top."""
    top = "".join(head)
    body = "".join(element("tr", row) for row in rows)
    return element(
        "table",
        element("caption", caption, _CAPTION)
        + (element("thead", element("tr", top)) if top else "")
        + element("tbody", body),
        _TABLE,
    )


def facts(caption: str, told: Mapping[str, str]) -> str:
    """A table of names and what is to be said of each, which is HTML."""
    style = "text-align:left;padding:.25em .6em;vertical-align:top"
    rows = [
        text("th", name, f"{style};font-weight:normal;opacity:.8;white-space:nowrap", scope="row")
        + element("td", value, style)
        for name, value in told.items()
    ]
    return table(caption, (), rows)


def head(name: str, scope: str) -> str:
    """The head of a column or a row (its `scope`) of numbers."""
    return text("th", name, _HEAD, scope=scope)


def cell(shown: str, *, share: float = 0.0, bold: bool = False, title: str = "") -> str:
    """A number; `share`, from -1 to 1, is how much of full colour it has."""
    style = "text-align:right;padding:.25em .6em;font-variant-numeric:tabular-nums"
    if share:
        colour = COLOURS["less" if share < 0 else "more"]
        style += f";background:{transparent(colour, _STRONGEST * abs(share))}"
    if bold:
        style += ";font-weight:bold"
    return text("td", shown, style, **({"title": title} if title else {}))


def transparent(colour: str, strength: float) -> str:
    """A colour "#rrggbb" that lets what is behind it through."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{strength:.3g})"
