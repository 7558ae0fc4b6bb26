"""What runs here: for bug reports, and to see why a kernel did not run."""

from __future__ import annotations

import os

import numpy as np

from softgrad.kernels.availability import ENVIRONMENT_VARIABLE, NOT_COMPILED, availability

# Where the build backend (tools/build_backend.py) writes what the compiler said.
_RECORD = "kernels_not_compiled.txt"


def config() -> dict[str, str]:
    """Return versions and the state of the kernels, all as text.

    Where the kernels were not compiled, what the compiler said at installation is the last entry.
    """
    from importlib.metadata import distribution  # slow to import, and rarely needed

    installed = distribution("softgrad")
    found = availability()
    native = found.native
    entries = {
        "softgrad": installed.version,
        "numpy": np.__version__,
        "kernels": found.reason,
        "instruction set": native.instruction_set() if native else "none",
        "available instruction sets": (
            ", ".join(native.available_instruction_sets()) if native else "none"
        ),
        ENVIRONMENT_VARIABLE: os.environ.get(ENVIRONMENT_VARIABLE, "not set"),
    }
    if found.reason == NOT_COMPILED:
        said = installed.read_text(_RECORD)
        entries["the compiler said"] = said or "nothing: it was installed without being asked"
    return entries


def show_config() -> None:
    """Print `config()`, one entry a line."""
    for name, value in config().items():
        print(f"{name}: {value}")
