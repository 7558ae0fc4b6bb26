"""Kernels only make things faster: without them the same edge cases and laws hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("file", "chosen"),
    [
        ("test_edge_cases.py", ""),
        ("laws/test_pairs.py", "Softmax and CrossEntropy"),
        ("laws/test_activations.py", "Softmax and not GumbelSoftmax and not TaylorSoftmax"),
        (
            "torch/test_transformations.py",
            "double or penalty or masks or axis or (jacrev and jacfwd)",
        ),
        ("torch/test_half_types.py", "mean or float32"),
        ("torch/test_in_the_place_of_losses.py", "exported and mean or recorded"),
    ],
)
def test_the_same_holds_with_kernels_switched_off(file: str, chosen: str) -> None:
    environment = {**os.environ, "SOFTGRAD_KERNELS": "off", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen]
    result = subprocess.run(
        [*command, str(TESTS / file)], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-4000:]
    assert " passed" in result.stdout


CONFIGURATION = """
import sys
sys.modules["softgrad.kernels._native"] = None
from softgrad.kernels import show_config
show_config()
"""


@pytest.mark.parametrize("said", ["FAILED: a.cpp\na.cpp:1:2: error: no such thing", None])
def test_the_configuration_says_what_the_compiler_said(tmp_path: Path, said: str | None) -> None:
    metadata = tmp_path / "softgrad-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: softgrad\nVersion: 0.1.0\n")
    if said:
        (metadata / "kernels_not_compiled.txt").write_text(said)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    result = subprocess.run(
        [sys.executable, "-c", CONFIGURATION],
        env={**os.environ, "PYTHONPATH": path, "SOFTGRAD_KERNELS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "kernels: not compiled at installation\n" in result.stdout
    expected = said or "nothing: it was installed without being asked"
    assert result.stdout.endswith(f"the compiler said: {expected}\n")
