"""The notebooks as pages: run when the site is built, each cell with what it shows.

They are stored without outputs, so a page holds what the code shows now. A cell that fails fails
the build.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from sphinx.application import Sphinx

#: The page that links to them, under which they stand at the side.
INDEX = "notebooks"
_SUFFIX = ".ipynb"
#: What is wider than a phone is moved by hand, or by the keyboard.
_FRAME = '<div tabindex="0" role="group" aria-label="output" style="overflow-x:auto">{}</div>'
_LINK = re.compile(r"\]\(([\w/-]+)\.ipynb\)")


def run(path: Path) -> NotebookNode:
    """The notebook of a file with the outputs of its cells."""
    notebook = nbformat.read(path, as_version=4)
    config = Config({"KernelManager": {"transport": "ipc"}})  # nobody else listens
    with TemporaryDirectory() as folder:  # IPython keeps a history of what it was given
        client = NotebookClient(notebook, timeout=120, kernel_name="python3", config=config)
        client.execute(env={**os.environ, "IPYTHONDIR": folder})
    return notebook


def as_markdown(notebook: NotebookNode, name: str) -> str:
    """The page: texts as they are, code, and what each cell printed and showed."""
    return "\n\n".join(_parts(notebook, name)) + "\n"


def _parts(notebook: NotebookNode, name: str) -> Iterator[str]:
    first, *rest = notebook.cells
    title, _, text = first.source.partition("\n")
    yield title
    yield f"What cells show here they showed for this page. To run it: {{download}}`{name}.ipynb`."
    yield text
    for cell in rest:
        if cell.cell_type == "markdown":
            yield cell.source
        else:
            yield _fenced("python", cell.source)
            yield from map(_shown, cell.outputs)


def _shown(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return _fenced("text", output.text)
    html = output.data.get("text/html")
    if html is None:
        return _fenced("text", output.data["text/plain"])
    return _fenced("{raw} html", _FRAME.format(html))


def _fenced(kind: str, text: str) -> str:
    return f"````{kind}\n{text.rstrip()}\n````"


def on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:
    path = Path(app.env.doc2path(docname))
    if path.suffix == _SUFFIX:
        source[0] = as_markdown(run(path), path.stem)
    elif docname == INDEX:
        lines = "\n".join(dict.fromkeys(_LINK.findall(source[0])))
        source[0] += f"\n\n```{{toctree}}\n:hidden:\n\n{lines}\n```\n"


def setup(app: Sphinx) -> dict[str, bool]:
    logging.getLogger("traitlets").setLevel(logging.WARNING)
    app.add_source_suffix(_SUFFIX, "markdown")
    app.connect("source-read", on_source_read, priority=100)  # before links are turned
    return {"parallel_read_safe": True, "parallel_write_safe": True}
