"""One line of the table of errors, and how an error is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import MissingPackageError


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """The largest error of one quantity over one family of logits.

    Attributes:
        quantity: what was computed.
        family: which logits.
        dtype: "float32" or "float64".
        goal: the largest error that softgrad allows itself, in ULP.
        errors: the largest error in ULP of each library that has the quantity.
    """

    quantity: str
    family: str
    dtype: str
    goal: float
    errors: dict[str, float]


def need_mpmath() -> Any:
    """The module mpmath, which says what is true."""
    try:
        return import_module("mpmath")
    except ImportError as error:
        raise MissingPackageError(
            "softgrad accuracy needs mpmath: pip install 'softgrad[cli]'"
        ) from error


def worst_ulp(computed: Array, exact: Sequence[Any], floor: float = 0.0) -> float:
    """The largest error in ULP of the exact value (of `floor` at least), in `computed`'s dtype."""
    flat = np.asarray(computed).reshape(-1)
    limits = np.finfo(flat.dtype)
    worst = 0.0
    for value, true in zip(flat, exact, strict=True):
        nearest = float(true)
        size = max(abs(nearest), floor, float(limits.smallest_normal))
        spacing = 2.0 ** (int(np.frexp(size)[1]) - 1 - limits.nmant)
        worst = max(worst, float(abs(float(value) - true) / spacing))
    return worst
