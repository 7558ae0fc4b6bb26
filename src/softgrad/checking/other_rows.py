"""The same claim with another number of rows: what is a count of them, and what is not."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.checking.claim import Claim
from softgrad.checking.domain import moves_in_domain
from softgrad.checking.frameworks import Numbers
from softgrad.checking.rows import RowFunction

#: Of so many rows one is left out; to fewer, one is added.
_ENOUGH = 3
_FEWEST = 2
_NEAR = 0.25


def with_other_rows(claim: Claim) -> Claim | None:
    """The claim with one row less, or one more, than its point has; None where that cannot be.

    Functions with targets, and derivatives that are arrays, know one number of rows alone.
    """
    count = _rows_of(claim)
    return with_rows(claim, count - 1 if count >= _ENOUGH else count + 1)


def with_as_many_rows_as_columns(claim: Claim) -> Claim | None:
    """The claim on a square, if its point is none and a matrix; None where that cannot be."""
    x, width = claim.function.first_point, claim.function.view.width
    return None if x.ndim != 2 or _rows_of(claim) == width else with_rows(claim, width)


def with_rows(claim: Claim, count: int) -> Claim | None:
    """The claim at a point of so many rows; None where there is none, or none are taken."""
    x, view = claim.function.first_point, claim.function.view
    if claim.is_array or claim.whole != view.shape or _rows_of(claim) < _FEWEST or count < 1:
        return None
    other = _resized(x, _axis_of_rows(claim), count)
    try:
        with np.errstate(all="ignore"):
            rows = RowFunction(claim.function.given, claim.function.framework, other)
            if rows.view.axis != view.axis or len(rows.view.result) != len(view.result):
                return None
            found = claim.of(rows)
            found.at(rows.view.to_rows(other))
    except Exception:  # they may be made for one size
        return None
    return found


def _axis_of_rows(claim: Claim) -> int:
    return 0 if claim.function.view.axis != 0 else claim.function.first_point.ndim - 1


def _rows_of(claim: Claim) -> int:
    """How many rows the point has; 1 for one that is a row itself."""
    x = claim.function.first_point
    return x.shape[_axis_of_rows(claim)] if x.ndim >= _FEWEST else 1


def _resized(x: Numbers, axis: int, count: int) -> Numbers:
    pieces = [x]
    for seed in range((count - 1) // x.shape[axis]):
        noise: Any = np.random.default_rng(2 + seed).standard_normal(x.shape)
        pieces.append(moves_in_domain(x)(noise, _NEAR))
    return np.ascontiguousarray(np.take(np.concatenate(pieces, axis=axis), range(count), axis=axis))
