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
