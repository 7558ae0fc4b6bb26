"""The notebooks run, their exercises begin with a mistake, and their solutions are right."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

NOTEBOOKS = sorted((Path(__file__).parents[2] / "docs" / "notebooks").glob("*.ipynb"))
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST = f"""
import sys, warnings
warnings.simplefilter("error")
assert sys.executable == {sys.executable!r}
"""


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def tag(cell: NotebookNode) -> str:
    return "".join(cell.metadata.get("tags", ()))


def with_solutions(notebook: NotebookNode) -> NotebookNode:
    """After each check that it fails as it is, and that it passes with the solution."""
    cells = [new_code_cell(FIRST)]
    check = ""
    for cell in notebook.cells:
        cells.append(cell)
        if tag(cell) == "check":
            check = cell.source
            cells.append(new_code_cell("assert report.verdict == 'wrong', report"))
        if tag(cell) == "solution":
            (solution,) = CODE.findall(cell.source)
            cells += map(new_code_cell, (solution, check, "assert report, report"))
    return NotebookNode({**notebook, "cells": cells})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_solutions_are_right(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = with_solutions(read(path))
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in shown if output.get("name") == "stderr"]
    assert sum("text/html" in output.get("data", ()) for output in shown) >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_and_stored_without_outputs(path: Path):
    """Those would be numbers that go stale, and changes that nobody can read."""
    notebook = read(path)
    nbformat.validate(notebook)
    assert 15 <= len(notebook.cells) <= 25
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not [cell for cell in code if cell.outputs or cell.execution_count]
    tags = [tag(cell) for cell in notebook.cells]
    assert tags.count("exercise") == tags.count("solution") == 2
    following = {"exercise": "check", "check": "solution"}
    assert all(following.get(first, second) == second for first, second in pairwise(tags))


def test_links_between_notebooks_lead_somewhere():
    for path in NOTEBOOKS:
        links = re.findall(r"\]\(([^)#]+)", "\n".join(cell.source for cell in read(path).cells))
        assert links
        assert all((path.parent / link).exists() for link in links if "://" not in link)
