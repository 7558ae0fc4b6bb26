"""Copies of objects, so that what is called with them leaves its author's as they are."""

from __future__ import annotations

import copy
import sys
from typing import Any


def copied(given: Any) -> Any:
    """A deep copy; modules, such as the array library that a layer keeps, are shared."""
    try:
        return copy.deepcopy(given)
    except TypeError:
        modules = {id(module): module for module in [*sys.modules.values()]}
        return copy.deepcopy(given, modules)
