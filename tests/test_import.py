"""`import softgrad` is light: no optional package, no catalogue file that was not asked for."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = (
    "scipy",
    "torch",
    "jax",
    "keras",
    "matplotlib",
    "sklearn",
    "mpmath",
    "typer",
    "rich",
    "pandas",
    "hypothesis",
    "tqdm",
    "safetensors",
    "array_api_compat",
    "importlib.metadata",
)


def loaded_by(program: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running `program`."""
    code = f"import sys\n{program}\nimport json\nprint(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(json.loads(result.stdout))


def test_importing_loads_no_optional_package() -> None:
    added = loaded_by("import softgrad") - loaded_by("import numpy")
    assert not {name for name in added if name.split(".")[0] in HEAVY or name in HEAVY}


def test_importing_adds_few_modules_to_those_of_numpy() -> None:
    """Time on a shared machine cannot be asserted; what takes the time is reading files."""
    added = loaded_by("import softgrad") - loaded_by("import numpy")
    assert "softgrad" in added
    assert len({name for name in added if name.startswith("softgrad")}) <= 68
    assert len(added) <= 80


def test_one_name_loads_one_file() -> None:
    added = loaded_by("import softgrad; softgrad.softmax") - loaded_by("import softgrad")
    assert "softgrad.activations.softmax" in added | loaded_by("import softgrad")
    assert "softgrad.activations.entmax" not in added


def test_a_softmax_of_numpy_arrays_needs_nothing_more() -> None:
    program = "import softgrad, numpy; softgrad.softmax.jacobian(numpy.ones(3)) @ numpy.ones(3)"
    added = loaded_by(program) - loaded_by("import numpy")
    assert not {name for name in added if name.split(".")[0] in HEAVY}


def test_a_bridge_is_loaded_with_the_first_array_of_its_framework() -> None:
    program = "import softgrad, torch; softgrad.softmax({})"
    known = loaded_by("import torch, softgrad, array_api_compat.torch")
    bridge = {"softgrad.torch", "softgrad.torch.bridge"}
    assert not bridge & (loaded_by(program.format("[1.0, 2.0]")) | known)
    assert bridge <= loaded_by(program.format("torch.ones(3)"))
