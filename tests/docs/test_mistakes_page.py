"""docs/mistakes.md holds every mistake of the checker, as tools/mistakes_page.py writes it."""

import inspect
from pathlib import Path

from checking.mistakes import WRONG
from softgrad.checking.hypotheses import HYPOTHESES, IN_PART, LAST_RESORTS

DOCS = Path(__file__).parents[2] / "docs"


def test_every_code_has_its_section_and_every_case_its_name():
    page = (DOCS / "mistakes.md").read_text(encoding="utf-8")
    for name, mistake in WRONG.items():
        assert f"## {mistake.code}\n" in page
        assert name in page


def test_every_hypothesis_is_described():
    page = (DOCS / "mistakes.md").read_text(encoding="utf-8")
    missing = {
        hypothesis.__name__
        for hypothesis in (*HYPOTHESES, *LAST_RESORTS, *IN_PART)
        if inspect.getdoc(hypothesis).splitlines()[0] not in page
    }
    assert missing <= {"kink"}  # which is at home at no point of the set


def test_the_comparison_has_every_case():
    page = (DOCS / "checkers-compared.md").read_text(encoding="utf-8")
    assert not [name for name in WRONG if f"`{name}`" not in page]
