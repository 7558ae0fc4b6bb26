"""`softgrad config`: what runs here."""

from __future__ import annotations

from softgrad.kernels import show_config


def config() -> None:
    """Print versions, kernels and instruction sets: for bug reports."""
    show_config()
