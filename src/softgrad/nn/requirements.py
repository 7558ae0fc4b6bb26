"""Packages that only some functions need, imported when they are called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from softgrad.errors import MissingPackageError


def require(module: str, package: str, purpose: str) -> Any:
    """The module, or an error that says how to install it."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise MissingPackageError(
            f"{purpose} needs the package {package}; install it with: pip install 'softgrad[nn]'"
        ) from None
