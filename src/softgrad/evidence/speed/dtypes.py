"""Kinds of numbers by name, also the one that NumPy does not know by itself."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

import numpy as np

Dtype = Literal["float32", "float64", "float16", "bfloat16"]


def numpy_dtype(name: str) -> np.dtype[Any]:
    """The dtype as arrays have it; bfloat16 is that of the package `ml_dtypes`."""
    if name != "bfloat16":
        return np.dtype(name)
    package: Any = import_module("ml_dtypes")
    return np.dtype(package.bfloat16)


def unit(name: str) -> float:
    """The distance from 1 to the next larger number."""
    return 2.0**-7 if name == "bfloat16" else float(np.finfo(name).eps)


def is_half(name: str) -> bool:
    """Whether a number takes 16 bits."""
    return name.endswith("float16")


def smallest_normal(name: str) -> float:
    """The smallest positive number with all its digits."""
    like = "float32" if name == "bfloat16" else name  # it has the same exponents
    return float(np.finfo(like).smallest_normal)
