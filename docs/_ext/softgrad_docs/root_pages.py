"""README, CONTRIBUTING and their like stand at the root for code hosts; here each is a page.

A page of this folder that stands for one of them holds a link to it alone. When Sphinx reads it,
the file's own text takes its place, and links between the root and this folder are turned.
"""

from __future__ import annotations

import re
from os.path import relpath
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


PAGES = {
    "start": "README.md",
    "contributing": "CONTRIBUTING.md",
    "releasing": "RELEASING.md",
    "changes": "CHANGELOG.md",
}
_LINK = re.compile(r"(?<=\]\()(?!#|\w+:)([^)\s#]+)")


def with_turned_links(text: str, name: str, docname: str) -> str:
    """The Markdown of the repository's file `name`, with its links as page `docname` writes them.

    Whatever links to one of the root's files is turned into a link to its page.
    """
    folder = PurePosixPath(name).parent
    pages = {file: f"docs/{page}.md" for page, file in PAGES.items()}

    def turned(match: re.Match[str]) -> str:
        target = relpath(str(folder / match[1]), ".")
        start = PurePosixPath("docs", docname).parent
        return relpath(pages.get(target, target), str(start))

    return _LINK.sub(turned, text)


def on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:
    root = Path(app.srcdir).parent
    name = PAGES.get(docname)
    if name is not None:
        app.env.note_dependency(root / name, docname=docname)
        source[0] = (root / name).read_text(encoding="utf-8")
    source[0] = with_turned_links(source[0], name or f"docs/{docname}.md", docname)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", on_source_read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
