"""The largest error of a work, at a sample of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softgrad.evidence.speed.digits.library import exact_library, slope_product
from softgrad.evidence.speed.digits.terms import Terms
from softgrad.evidence.speed.dtypes import smallest_normal, unit
from softgrad.evidence.speed.formulas import closed_form
from softgrad.evidence.speed.own import own_call
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.works import Work

ENTRIES, MOST_ROWS = 100_000, 256


def worst_ulp_of(work: Work) -> float | None:
    """In units in the last place of the size of a result's terms; None where the truth is unknown.

    The truth is the closed form in long double, independent of softgrad. A value is that of one
    row, not the sum of all, in which errors cancel.
    """
    task = work.task
    if work.dtype == "float64" and np.finfo(np.longdouble).nmant <= np.finfo(np.float64).nmant:
        return None
    formula = closed_form(exact_library(), task)
    if formula is None and task.quantity == "vjp":
        formula = slope_product(task.activation)
    if formula is None:
        return None
    problem = Problem(replace(work, shape=_sample(work.shape)), threads=1)
    # Kept, for a reused array would be overwritten.
    found = [np.asarray(one) for one in own_call(problem, task, reduction="none").run()]
    inputs = problem.inputs(task)
    if len(work.shape) == 1:
        return _worst(found, formula(*map(_exact, inputs)), work.dtype)
    rows = range(len(problem.z))
    return max(
        _worst(
            [one[row : row + 1] for one in found],
            formula(*(_exact(one[row : row + 1]) for one in inputs)),
            work.dtype,
        )
        for row in rows
    )


def _sample(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Fewer rows, or fewer entries where there are no rows."""
    classes = prod(shape[1:])
    fewer = ENTRIES if len(shape) == 1 else min(MOST_ROWS, max(1, ENTRIES // classes))
    return (min(shape[0], fewer), *shape[1:])


def _exact(array: NDArray[Any]) -> Any:
    """Labels stay what they are."""
    return array if array.dtype.kind in "iu" else Terms(array.astype(np.longdouble))


def _worst(found: Iterable[NDArray[Any]], exact: Iterable[Terms], dtype: str) -> float:
    errors = [
        np.abs(result.astype(np.longdouble) - right.value.reshape(result.shape))
        / _unit(right.size.reshape(result.shape), dtype)
        for result, right in zip(found, exact, strict=True)
    ]
    return float(max(np.max(one) for one in errors))  # NaN if there is any


def _unit(size: NDArray[Any], dtype: str) -> NDArray[Any]:
    """The distance of neighbours at this size."""
    exponent = np.frexp(np.maximum(size, smallest_normal(dtype)))[1]
    return np.ldexp(np.longdouble(unit(dtype)), exponent - 1)
