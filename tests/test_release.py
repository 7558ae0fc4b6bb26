"""What a release is made of: one version, workflows and a page whose commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import softgrad

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
IN_A_CHECKOUT = pytest.mark.skipif(not WORKFLOWS, reason="an sdist has neither .github nor .ci")
# A script of ours where it is called: in a page or a workflow.
SCRIPT = re.compile(r"(?:tools|\.ci)/[\w.]+")


def project() -> dict:
    """The metadata of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_version_is_that_of_pyproject_and_stands_nowhere_else():
    version = project()["version"]
    assert softgrad.__version__ == version
    assert "__version__" in dir(softgrad)
    for path in (ROOT / "src").rglob("*.py*"):
        if path.suffix in (".py", ".pyi"):
            assert f'"{version}"' not in path.read_text(encoding="utf-8"), path


def test_a_source_tree_that_is_not_installed_has_a_version_too():
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT / 'src')!r}]\n"
        "import importlib.metadata as metadata\n"
        "metadata.distribution = lambda name: exec('raise metadata.PackageNotFoundError(name)')\n"
        "import softgrad; print(softgrad.__version__)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "0+unknown"


def test_the_changelog_tells_of_the_version():
    first = re.search(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert first
    assert first[1] == project()["version"]


@IN_A_CHECKOUT
def test_releasing_calls_scripts_that_exist():
    called = SCRIPT.findall((ROOT / "RELEASING.md").read_text(encoding="utf-8"))
    assert called
    assert [one for one in called if not (ROOT / one).is_file()] == []


@IN_A_CHECKOUT
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_scripts_that_run_anywhere(workflow: Path):
    """Each step is an action, or a line that calls a script of ours or a tool by its name."""
    text = workflow.read_text(encoding="utf-8")
    called = SCRIPT.findall(text)
    assert called
    assert [one for one in called if not (ROOT / one).is_file()] == []
    lines = re.findall(r"^ +(?:- )?run: (.*)$", text, re.MULTILINE)
    assert lines
    assert not [line for line in lines if line.strip() in ("|", ">", "|-", ">-")]
