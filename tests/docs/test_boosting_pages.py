"""The pages on boosting start with the estimator, then the objective; every curvature is told."""

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
    assert f'"{library}", loss=' in first
    assert "early_stopping_rounds=" in first
    assert "predict_proba(" in first
    bare = text[text.index("## The objective") :].split("```")[1]
    assert f'library="{library}"' in bare
    assert "obj.predict(" in bare


def test_every_curvature_has_its_row() -> None:
    text = (DOCS / "boosting.md").read_text()
    named = re.findall(r"^\| `([a-z-]+)` \|", text, flags=re.MULTILINE)
    assert set(CURVATURES) <= set(named)
    catboost = (DOCS / "boosting-catboost.md").read_text()
    assert all(f"`{name}`" in catboost for name in CURVATURES)
