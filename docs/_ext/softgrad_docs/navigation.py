"""Which pages stand under which caption at the side, kept out of the pages that code hosts show.

A folder's pages stand under its `index`, in the order in which that page links to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


CAPTIONS = {
    "Start": ("start",),
    "Tutorials": ("tutorials/index", "notebooks"),
    "How to": (
        "from-your-formula",
        "checking",
        "mistakes",
        "your_own_entry",
        "networks",
        "explorer",
        "pytorch",
        "jax",
        "jax-training",
        "keras",
        "sklearn",
        "boosting",
        "boosting-xgboost",
        "boosting-lightgbm",
        "boosting-catboost",
        "boosting-situations",
        "survival-and-ranking",
    ),
    "Questions": ("questions/index",),
    "Theory": ("theory", "conventions", "accuracy", "kernels"),
    "Reference": ("reference/index", "pytorch-battery", "checkers-compared"),
    "Project": ("contributing", "releasing", "changes"),
}
FOLDERS = ("tutorials", "questions")
_LINK = re.compile(r"\]\(([\w-]+)\.md")
_NAMES = {"start": "The first minute"}


def on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:
    if docname == "index":
        source[0] += "\n".join(_trees(app.env))
    elif docname in (f"{folder}/index" for folder in FOLDERS):
        linked = list(dict.fromkeys(_LINK.findall(source[0])))
        folder = Path(app.srcdir, docname).parent
        others = sorted(page.stem for page in folder.glob("*.md") if page.stem not in linked)
        source[0] += _tree([*linked, *(name for name in others if name != "index")])


def _trees(env: BuildEnvironment) -> Iterator[str]:
    """A tree for each caption, of the pages that there are; the rest come last."""
    for caption, names in CAPTIONS.items():
        found = [name for name in names if name in env.found_docs]
        if found:
            yield _tree(found, caption)
    placed = {name for names in CAPTIONS.values() for name in names}
    rest = {name for name in env.found_docs if "/" not in name} - placed - {"index"}
    if rest:
        yield _tree(sorted(rest), "More")


def _tree(names: Iterable[str], caption: str = "") -> str:
    options = ":hidden:\n" + (f":caption: {caption}\n" if caption else "")
    lines = "\n".join(f"{_NAMES[n]} <{n}>" if n in _NAMES else n for n in names)
    return f"\n\n```{{toctree}}\n{options}\n{lines}\n```\n"


def always_read(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages with trees, for a page that is new or gone changes them."""
    pages = ("index", *(f"{folder}/index" for folder in FOLDERS))
    return [name for name in pages if name in env.found_docs]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", on_source_read)
    app.connect("env-get-outdated", always_read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
