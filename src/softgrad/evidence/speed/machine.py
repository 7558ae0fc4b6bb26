"""What the numbers were measured on."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

import softgrad
from softgrad.evidence.speed.peer import Peer
from softgrad.kernels.availability import availability

_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


def machine(peers: Sequence[Peer]) -> dict[str, str]:
    """Processor, threads, kernels and versions, all as text."""
    found = availability()
    return {
        "processor": _processor(),
        "threads": str(softgrad.get_threads()),
        "softgrad": softgrad.__version__,
        "kernels": found.reason,
        "instruction set": found.native.instruction_set() if found.native else "none",
        "numpy": np.__version__,
        **{package: _version(package) for peer in peers for package in peer.packages},
    }


def _version(package: str) -> str:
    try:
        return version(_DISTRIBUTIONS.get(package, package))
    except PackageNotFoundError:
        return "unknown"


def _processor() -> str:
    """The processor's name; its architecture where the system does not tell more.

    Virtual machines leave the number out of the name: then family and model say the generation.
    """
    listing = Path("/proc/cpuinfo")
    if not listing.is_file():
        return platform.processor() or platform.machine()
    found: dict[str, str] = {}
    for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        found.setdefault(key.strip(), value.strip())
    name = found.get("model name", platform.processor() or platform.machine())
    if any(letter.isdigit() for letter in name) or "cpu family" not in found:
        return name
    return f"{name} (family {found['cpu family']}, model {found.get('model', 'unknown')})"
