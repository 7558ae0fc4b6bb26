"""An operator: what it is made of, and its numbers with i and j named."""

from __future__ import annotations

from math import prod

from softgrad.operators import DiagonalPlusLowRank, Operator
from softgrad.pictures.notebook.corner import corners, first_places
from softgrad.pictures.notebook.heat import Heat, heat_table
from softgrad.pictures.notebook.markup import element, text

#: Up to this many rows a matrix is shown whole, and of a larger one so much less.
_WHOLE, _CORNER = 10, 6
#: Of a batch so many matrices are shown, or fewer where they have many entries.
_MOST_OF_BATCH, _MOST_ENTRIES = 3, 120


def operator_html(operator: Operator) -> str:
    """A table of each of the first few matrices, whole or its corner, under what they are."""
    is_whole = operator.n <= _WHOLE
    size = operator.n if is_whole else _CORNER
    few = max(1, min(_MOST_OF_BATCH, _MOST_ENTRIES // max(1, size * size)))
    places = first_places(operator, few if size else 0)
    tables = [
        heat_table(
            matrix,
            Heat(
                caption=text("span", _told(place, is_whole=is_whole)),
                right=not is_whole,
                below=not is_whole,
                sums=is_whole,
            ),
        )
        for place, matrix in zip(places, corners(operator, places, size), strict=False)
    ]
    shown = "".join(element("div", one, "display:inline-block") for one in tables)
    return element("div", f"{_heading(operator)}{_how_many(operator, len(tables))}{shown}")


def _heading(operator: Operator) -> str:
    size = f"{operator.n:,} × {operator.n:,}"
    batch = f"a batch {operator.batch_shape} of " if operator.batch_shape else ""
    kind = text("strong", type(operator).__name__)
    return element("div", kind + text("span", f" {batch}{size}, {_structure(operator)}"))


def _structure(operator: Operator) -> str:
    """What is kept in the place of n x n numbers."""
    dtype = str(operator.dtype).removeprefix("torch.")
    if not isinstance(operator, DiagonalPlusLowRank):
        return f"{dtype}: {operator!r}"
    n, rank = operator.n, operator.rank
    kept = n + 2 * n * rank
    factors = f" + U Vᵀ, U and V of {rank} column{'s' * (rank > 1)}" if rank else ""
    less = f"; {kept:,} numbers in the place of {n * n:,}" if kept < n * n else ""
    return f"{dtype}: diag(d){factors}{less}"


def _how_many(operator: Operator, shown: int) -> str:
    count = prod(operator.batch_shape)
    if count == 0 or operator.n == 0:
        return text("div", "There are no entries.")
    if shown == count:
        return ""
    if shown:
        return text("div", f"Shown from the first on: {shown} of {count:,}.")
    return text("div", "Too many to be written out here: A[..., i, j] is one entry a row.")


def _told(place: tuple[int, ...], *, is_whole: bool) -> str:
    which = f"A[{', '.join(map(str, place))}]: " if place else ""
    what = "row i is the output, column j the input"
    return f"{which}{what}{'' if is_whole else '; the first few'}"
