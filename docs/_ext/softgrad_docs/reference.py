"""The reference: its pages are written before Sphinx looks for pages, into docs/reference.

Nothing in that folder is kept: what is no page any more is deleted, and what has not changed is
left as it is, so that Sphinx does not read it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from typing import TYPE_CHECKING

from softgrad.cli.entries import entries
from softgrad_docs.catalogue_pages import table_of, table_of_pairs
from softgrad_docs.command_page import command_page
from softgrad_docs.docstrings import as_restructured_text
from softgrad_docs.entry_page import FOLDERS, entry_page, path
from softgrad_docs.measured_pages import accuracy_page, speed_page
from softgrad_docs.public_names import rooms
from softgrad_docs.restructured import block, heading, page, page_link, table
from softgrad_docs.room_page import room_page

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_TABLES = {
    f"{FOLDERS['activation']}/index": "Activations, a page each",
    f"{FOLDERS['loss']}/index": "Losses, a page each",
    "reference/pairs": "Pairs: which of them compose",
    "reference/accuracy": "Accuracy, measured",
    "reference/speed": "Speed, measured",
    "reference/command-line": "The command line",
}


def pages() -> Iterator[tuple[str, str]]:
    """Every page of the reference by its path from the site's root, without an ending."""
    modules = [(f"reference/{room.module}", room) for room in rooms()]
    yield "reference/index", _index([name for name, _ in modules])
    for name, room in modules:
        yield name, room_page(room)
    for kind, folder in FOLDERS.items():
        yield f"{folder}/index", table_of(kind)
        for entry in entries(kind):
            yield path(kind, entry.name), entry_page(entry)
    yield "reference/pairs", table_of_pairs()
    yield "reference/accuracy", accuracy_page()
    yield "reference/speed", speed_page()
    yield "reference/command-line", command_page()


def _index(modules: list[str]) -> str:
    names = [name.removeprefix("reference/") for name in (*_TABLES, *modules)]
    return page(
        heading("Reference"),
        heading("Catalogue, measurements, commands", "-"),
        "\n".join(f"* {page_link(told, name)}" for name, told in _TABLES.items()),
        heading("Modules", "-"),
        table(("module", "what it has"), [_module(name) for name in modules]),
        block("toctree::", "\n".join(names), hidden=""),
    )


def _module(name: str) -> tuple[str, str]:
    module = name.removeprefix("reference/")
    first = (getdoc(import_module(module)) or "").partition("\n\n")[0]
    return page_link(module, name), " ".join(as_restructured_text(first.splitlines()))


def write_pages(source: Path) -> None:
    written = set()
    for name, text in pages():
        target = source / f"{name}.rst"
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
        written.add(target)
    for old in set((source / "reference").rglob("*.rst")) - written:
        old.unlink()


def on_builder_inited(app: Sphinx) -> None:
    write_pages(Path(app.srcdir))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", on_builder_inited)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
