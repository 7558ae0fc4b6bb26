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
    """The processor's name; its architecture where the system does not tell more."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
