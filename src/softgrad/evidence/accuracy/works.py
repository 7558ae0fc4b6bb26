"""Errors of the fast loops: at the works of `softgrad bench`, whose shapes choose the loop."""

from __future__ import annotations

from softgrad.evidence.accuracy.row import AccuracyRow
from softgrad.evidence.speed import all_works
from softgrad.evidence.speed.digits import worst_ulp_of
from softgrad.evidence.speed.dtypes import is_half

#: In units of the size of a result's terms; 16 bits are rounded once from more.
GOAL, GOAL_OF_HALVES = 4.0, 0.75


def measure_works() -> list[AccuracyRow]:
    """A row for each work that the truth is known of; shapes as (rows, classes)."""
    table: list[AccuracyRow] = []
    for work in all_works():
        worst = worst_ulp_of(work)
        if worst is not None:
            shape = " x ".join(f"{length:,}" for length in work.shape)
            goal = GOAL_OF_HALVES if is_half(work.dtype) else GOAL
            row = AccuracyRow(
                work.title, f"{shape} {work.order}", work.dtype, goal, {"softgrad": worst}
            )
            table.append(row)
    return table
