"""What ran, in words: for `OutputLayer.explain()` and the debug log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

logger = logging.getLogger("softgrad.kernels")

_SHORT = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}


def describe(
    native: ModuleType, what: str, dtype: Any, threads: int, *, copied: bool = False
) -> str:
    """Kernel, precision, instruction set, threads, and whether arrays were copied first."""
    count = "1 thread" if threads == 1 else f"{threads} threads"
    copy = ", on copies of its arguments" if copied else ""
    return f"kernel {what} {_SHORT[dtype.name]} {native.instruction_set()}, {count}{copy}"
