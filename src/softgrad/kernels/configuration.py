"""What runs here: for bug reports, and to see why a kernel did not run."""

from __future__ import annotations

import os

import numpy as np

from softgrad.kernels.availability import ENVIRONMENT_VARIABLE, availability


def config() -> dict[str, str]:
    """Return versions and the state of the kernels, all as text."""
    from importlib.metadata import version  # slow to import, and rarely needed

    found = availability()
    native = found.native
    return {
        "softgrad": version("softgrad"),
        "numpy": np.__version__,
        "kernels": found.reason,
        "instruction set": native.instruction_set() if native else "none",
        "available instruction sets": (
            ", ".join(native.available_instruction_sets()) if native else "none"
        ),
        ENVIRONMENT_VARIABLE: os.environ.get(ENVIRONMENT_VARIABLE, "not set"),
    }


def show_config() -> None:
    """Print `config()`, one entry a line."""
    for name, value in config().items():
        print(f"{name}: {value}")
