"""A matrix as a table: i and j named, each number with its colour, the sums at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np

from softgrad.pictures.notebook.markup import cell, head, table
from softgrad.pictures.numbers import largest_magnitude, number, row_sums

_DECIMALS = 4
_MORE = "…"


@dataclass(frozen=True, kw_only=True)
class Heat:
    """How a matrix is shown.

    Attributes:
        caption: HTML.
        first: i and j of the matrix's first entry, where it is cut out of a larger one.
        right, below: whether there is more of the larger one on that side.
        sums: whether the sums of rows and columns are shown, which a part has not.
        uncertainty: how far each entry may be off, of which sums are no more than that.
        largest: the magnitude of full colour; by default that of the matrix.
        bold: whether an entry stands out: by default those with i = j; else the one at (i, j).
    """

    caption: str
    first: tuple[int, int] = (0, 0)
    right: bool = False
    below: bool = False
    sums: bool = True
    uncertainty: float = 0.0
    largest: float | None = None
    bold: tuple[int, int] | None = None


def heat_table(matrix: np.ndarray, how: Heat) -> str:
    """The HTML of a matrix of shape (m, n): rows are outputs i, columns inputs j."""
    m, n = matrix.shape
    across, down = how.sums and n > 1, how.sums and m > 1
    below, right = how.first
    top = [cell(""), *(head(f"j = {right + k}", "col") for k in range(n))]
    top += [head(_MORE, "col")] * how.right + [head("row sum", "col")] * across
    totals = row_sums(matrix, how.uncertainty) if across else []
    largest = largest_magnitude(matrix) if how.largest is None else how.largest
    rows: list[str] = []
    for k in range(m):
        i = below + k
        cells = [head(f"i = {i}", "row")]
        cells += [_entry(float(matrix[k, j]), i, right + j, largest, how) for j in range(n)]
        cells += [cell(_MORE)] * how.right
        cells += [cell(number(totals[k], _DECIMALS))] if across else []
        rows.append("".join(cells))
    if how.below:
        rows.append(head(_MORE, "row") + cell(_MORE) * (n + how.right))
    if down:
        totals = row_sums(matrix.T, how.uncertainty)
        columns = [cell(number(total, _DECIMALS)) for total in totals]
        rows.append(head("column sum", "row") + "".join(columns) + cell("") * across)
    return table(how.caption, top, rows)


def _entry(value: float, i: int, j: int, largest: float, how: Heat) -> str:
    is_bold = i == j if how.bold is None else (i, j) == how.bold
    share = 0.0 if isnan(value) else max(-1.0, min(1.0, value / largest))
    title = f"i = {i}, j = {j}: d output {i} / d input {j} = {value:.9g}"
    return cell(number(value, _DECIMALS), share=share, bold=is_bold, title=title)
