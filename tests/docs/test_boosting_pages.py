"""The pages on boosting start with an example to copy, and tell of every curvature."""

import re
from pathlib import Path

import pytest

from softgrad.boosting import CURVATURES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
def test_a_librarys_page_starts_with_an_example(library: str) -> None:
    text = (DOCS / f"boosting-{library}.md").read_text()
    first = text.split("```")[1]
    assert text.index("```") < 40
    assert first.startswith("python\n>>> ")
    assert f'library="{library}"' in first
    assert "obj.predict(" in first


def test_every_curvature_has_its_row() -> None:
    text = (DOCS / "boosting.md").read_text()
    named = re.findall(r"^\| `([a-z-]+)` \|", text, flags=re.MULTILINE)
    assert set(CURVATURES) <= set(named)
    catboost = (DOCS / "boosting-catboost.md").read_text()
    assert all(f"`{name}`" in catboost for name in CURVATURES)
