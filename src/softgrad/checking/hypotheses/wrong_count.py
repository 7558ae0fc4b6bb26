"""The number of rows in place of the number of columns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import observe
from softgrad.checking.other_rows import with_as_many_rows_as_columns
from softgrad.checking.points import other_points
from softgrad.checking.reference import Reference

#: A square of more takes long.
_MOST = 128


def wrong_count(case: Case) -> Iterator[Fit]:
    """Theirs is right where there are as many rows as columns, and wrong elsewhere."""
    if case.claim.form == "hessian" or case.width > _MOST or case.is_elementwise:
        return
    # The same rows are asked for below: what is wrong at other points alone is no matter of counts.
    if np.max(case.observations[0].excess, initial=0.0) <= 1.0:
        return
    square = with_as_many_rows_as_columns(case.claim)
    if square is None:
        return
    rows = square.function
    reference = Reference(
        rows,
        may_be_complex=rows.framework.takes_complex,
        precision=rows.framework.precision,
        quick=case.is_long,
    )
    x = rows.view.to_rows(rows.first_point)
    points = [observe(square, reference, z) for z in (x, *other_points(rows, x, 1, seed=0))]
    is_right = all(np.max(o.excess, initial=0.0) <= 1.0 and not o.is_blurred for o in points)
    lengths = ("len(x)", "x.shape[-1]")
    right, wrong = lengths if rows.view.axis == 0 else reversed(lengths)
    yield Fit(
        code="wrong-count",
        residual=0.0 if is_right else np.inf,
        what="A number of rows stands where the number of columns belongs, or the other way round.",
        seen=f"on x of shape {rows.first_point.shape} it is right, and on no other shape.",
        formula="a mean over a row divides by the length of the row, and one over the batch by "
        "the number of rows.",
        instead=f"n = {right}  # not {wrong}",
    )
