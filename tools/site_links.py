"""Every link, picture, script and style of a built site leads to something in it, anchors too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LEADS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src"}
# What is not a page, a picture or the like; a page elsewhere may be linked to, not loaded.
_ELSEWHERE = ("http", "https", "mailto")


@dataclass
class _Page(HTMLParser):
    anchors: set[str] = field(default_factory=set)
    leads: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        for name in ("id", "name"):
            if told.get(name):
                self.anchors.add(told[name])
        lead = told.get(_LEADS.get(tag, ""))
        if lead:
            self.leads.append((tag, lead))


def broken_links(site: Path) -> list[str]:
    """A line for each link that leads nowhere, and each thing that a page would load elsewhere."""
    site = site.resolve()
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    return [
        f"{path.relative_to(site)}: <{tag}> {lead}: {fault}"
        for path, page in pages.items()
        for tag, lead in page.leads
        for fault in _faults(site, path, tag, lead, pages)
    ]


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _faults(
    site: Path, start: Path, tag: str, lead: str, pages: dict[Path, _Page]
) -> Iterator[str]:
    parts = urlsplit(lead)
    if parts.scheme in _ELSEWHERE or parts.netloc:
        if tag != "a":
            yield "would be loaded from elsewhere"
        return
    if parts.scheme:  # data, of a picture in the page
        return
    target = (start.parent / unquote(parts.path)).resolve() if parts.path else start
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file() or not target.is_relative_to(site):
        yield "no such file"
    elif (
        parts.fragment
        and target.suffix == ".html"
        and unquote(parts.fragment) not in pages[target].anchors
    ):
        yield f"no anchor {parts.fragment!r} there"
