"""What a type checker knows of `softgrad` is what there is."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import softgrad as sg

ROOT = Path(__file__).parents[1]
PROGRAM = """
import numpy as np
import softgrad as sg
from typing import assert_type
from softgrad.operators import DiagonalPlusLowRank, Operator

z = np.ones((2, 3))
assert_type(sg.softmax, sg.Softmax)
assert_type(sg.cross_entropy, sg.CrossEntropy)
assert_type(sg.Focal(gamma=1.5), sg.Focal)
assert_type(sg.Focal(gamma=1.5).gamma, float)
assert_type(sg.softmax.jacobian(z), DiagonalPlusLowRank)
layer = sg.OutputLayer(sg.softmax, sg.Focal(gamma=2.0), reduction="mean")
assert_type(layer, sg.OutputLayer)
assert_type(layer.hessian(z, np.array([0, 1])), Operator)
assert_type(sg.OutputLayer("softmax", "huber").explain(), str)
assert_type(sg.__version__, str)
sum_of_losses = sg.cross_entropy + 1e-4 * sg.z_loss
sg.OutputLayer("softmax", sum_of_losses)
assert_type(sg.register(sg.Softmax), type[sg.Softmax])
sg.sofmax  # wrong
sg.cross_entrpy(z, z)  # wrong
sg.Focall(gamma=1.0)  # wrong
sg.Focal(gama=1.0)  # wrong
sg.Focal(1.0)  # wrong
sg.Focal(gamma="2")  # wrong
sg.softmax.jacobain(z)  # wrong
sg.softmax(z, axes=1)  # wrong
sg.OutputLayer("softmax", "focal", reduktion="mean")  # wrong
sg.OutputLayer("softmax", "focal", reduction="avarage")  # wrong
layer.value(z, z, sample_weights=z)  # wrong
"""
WRONG = [n for n, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# wrong")]


def generator() -> Any:
    spec = importlib.util.spec_from_file_location("public_stub", ROOT / "tools" / "public_stub.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_stub_is_what_the_catalogue_says() -> None:
    made = generator()
    message = "run python tools/public_stub.py, which writes it from the catalogue"
    assert made.STUB.read_text(encoding="utf-8") == made.stub(), message


def test_the_stub_has_every_public_name_and_no_other() -> None:
    names: dict[str, Any] = {}
    text = generator().STUB.read_text(encoding="utf-8")
    exec(text[text.index("__all__ =") :], names)
    assert names["__all__"] == sg.__all__
    declared = {line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()}
    imported = {line.split(" as ")[-1].rstrip(",") for line in text.splitlines() if " as " in line}
    found = {name for name in declared if name.isidentifier()} | imported
    assert found == set(sg.__all__)


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """What pyright has to say, by line."""
    folder = tmp_path_factory.mktemp("typed")
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    settings = {"extraPaths": [str(Path(sg.__file__).parents[1])], "reportUnusedExpression": False}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(
        [*command, "program.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {one["range"]["start"]["line"] + 1: one["message"] for one in found}


def test_what_is_right_is_typed(complaints: dict[int, str]) -> None:
    assert not {line: text for line, text in complaints.items() if line not in WRONG}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_misspelt_is_an_error(line: int, complaints: dict[int, str]) -> None:
    assert line in complaints, PROGRAM.splitlines()[line - 1]
