"""The pages of docs/questions have one form, fit a screen or little more, and are all found."""

import re
from pathlib import Path

import pytest

QUESTIONS = Path(__file__).parents[2] / "docs" / "questions"
PAGES = sorted(QUESTIONS.glob("*.md"))
ANSWERS = [page for page in PAGES if page.name != "index.md"]
LINK = re.compile(r"\]\(([^)#:]+)(?:#([^)]+))?\)")
MOST_LINES = 80


def anchors(page: Path) -> set[str]:
    """Of the headings of a page, as code hosts and MyST make them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", ANSWERS, ids=lambda page: page.name)
def test_the_short_answer_comes_first(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    title, answer = text.split("\n\n")[:2]
    assert title.startswith("# ")
    assert "?" in title
    assert answer.startswith("**")
    assert ">>> " in text
    assert "$" in text
    assert "\n## What goes wrong otherwise\n" in text
    assert len(text.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", ANSWERS, ids=lambda page: page.name)
def test_formulas_are_read_by_code_hosts_and_sphinx_alike(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert prose.count("$$") % 2 == 0
    assert prose.replace("$$", "").count("$") % 2 == 0
    for formula in re.findall(r"\${1,2}([^$]+)\${1,2}", prose):
        # In a formula Markdown takes the backslash away from what is no letter.
        assert not re.search(r"\\[^a-zA-Z]", formula), formula


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve()
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), (path, anchor)


def test_the_index_has_every_page() -> None:
    linked = {path for path, _ in LINK.findall((QUESTIONS / "index.md").read_text("utf-8"))}
    assert {page.name for page in ANSWERS} <= linked
