"""Numbers as the cells of a matrix show them."""

from __future__ import annotations

from math import fsum

import numpy as np


def number(value: float, decimals: int) -> str:
    """A number for a cell: 0 is bare, a true minus sign, powers of ten where digits would hide."""
    if value == 0:
        return "0"
    hidden = round(abs(value), decimals) == 0 or abs(value) >= 1e5
    text = f"{value:.1e}" if hidden else f"{value:.{decimals}f}"
    return text.replace("-", "−")


def row_sums(matrix: np.ndarray, uncertainty: float = 0.0) -> list[float]:
    """The sum of each row; exactly 0 where only the rounding of its entries is left.

    Entries may be known to no more than `uncertainty`.
    """
    sums: list[float] = []
    for line in matrix:
        total = fsum(line) if np.all(np.isfinite(line)) else float(np.sum(line))
        rounding = np.finfo(matrix.dtype).eps * float(np.max(np.abs(line), initial=0.0))
        is_nothing = abs(total) <= len(line) * (rounding + uncertainty)
        sums.append(0.0 if is_nothing else total)
    return sums


def largest_magnitude(*matrices: np.ndarray) -> float:
    """Of all finite entries; 1 where there is none but 0."""
    sizes = [np.max(np.abs(m), initial=0.0, where=np.isfinite(m)) for m in matrices]
    return float(max(sizes)) or 1.0
