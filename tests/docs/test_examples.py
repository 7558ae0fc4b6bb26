"""Every example of the documentation runs and prints what the page says."""

import doctest
import re
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.registration import unregister
from softgrad.testing import check_entry

ROOT = Path(__file__).parents[2]
FILE = re.compile(r"^```python\n# (\w+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCS = sorted(page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Writes the files that a page shows, `# my_losses.py`, to where its examples run."""
    shown: list[str] = []

    def write(page: Path) -> None:
        for name, text in FILE.findall(page.read_text(encoding="utf-8")):
            (tmp_path / name).write_text(text, encoding="utf-8")
            shown.append(name.removesuffix(".py"))
        if shown:
            monkeypatch.syspath_prepend(tmp_path)
            monkeypatch.chdir(tmp_path)

    yield write
    for name in shown:
        sys.modules.pop(name, None)
    for table in (ACTIVATIONS, LOSSES):
        for name in [name for name in table if table.is_outside(name)]:
            unregister(name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_print_what_the_page_says(page: Path, files: Callable[[Path], None]) -> None:
    files(page)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failures, _ = doctest.testfile(str(page), module_relative=False, optionflags=flags)
    assert failures == 0


def test_pages_with_examples_have_them() -> None:
    parser = doctest.DocTestParser()
    counts = {page.name: len(parser.get_examples(page.read_text())) for page in PAGES}
    assert counts["from-your-formula.md"] > 20
    assert counts["README.md"] > 5
    assert counts["your_own_entry.md"] > 30
    assert FILE.findall((ROOT / "docs" / "your_own_entry.md").read_text())


def test_the_activation_in_contributing_is_true() -> None:
    source = (ROOT / "CONTRIBUTING.md").read_text().split("```python\n")[1].split("```")[0]
    assert len(source.splitlines()) <= 60
    module = types.ModuleType("bent_identity")
    sys.modules["bent_identity"] = module  # where dataclasses look up annotations
    exec(compile(source, "bent_identity.py", "exec"), module.__dict__)
    assert check_entry(module.BentIdentity())
