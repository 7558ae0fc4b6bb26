"""One slope for each entry of x: of a number a row, or of an element-wise function."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers


def has_slopes(case: Case) -> bool:
    """Whether a derivative of this function has one entry for each of x."""
    return case.is_of_a_number or case.is_elementwise


def slopes_of(case: Case, matrices: Sequence[Numbers]) -> list[Numbers]:
    """Of each matrix of shape (batch, m, n) the row, or the diagonal: shape (batch, n)."""
    if case.is_of_a_number:
        return [m[:, 0, :] for m in matrices]
    return [np.diagonal(m, axis1=1, axis2=2) for m in matrices]


def as_matrices(case: Case, slopes: Sequence[Numbers]) -> list[Numbers]:
    """The other way round."""
    if case.is_of_a_number:
        return [s[:, None, :] for s in slopes]
    return [s[:, :, None] * np.eye(s.shape[1]) for s in slopes]
