"""A case distinction with one side right and the other wrong, or with exchanged weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.slopes import has_slopes, slopes_of

#: Numbers that are the same to this, relative, are one number.
_SAME = 1e-6
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class _Entries:
    """Slopes by one input each, over all points: shape (points, entries)."""

    x: Numbers
    theirs: Numbers
    right: Numbers
    allowed: Numbers


def wrong_branch(case: Case) -> Iterator[Fit]:
    """Theirs is right on one side of a case distinction, perhaps but for a factor."""
    entries = _entries(case)
    found = None if entries is None else _side(entries)
    if entries is None or found is None:
        return
    side, factor = found
    for where, other in _separations(entries, side):
        what, instead = _difference(entries, ~side, factor)
        yield Fit(
            code="wrong-branch",
            residual=0.0,
            parameters={"where": other, "factor": factor},
            what=f"One side of a case distinction is wrong, {other}: {what}"
            + _besides(where, factor),
            seen=f"theirs is right {where}, and wrong {other}."
            if factor == 1.0
            else f"theirs is {factor:.6g} times what is right {where}, and not {other}.",
            formula="on each side the slope of the function's own branch.",
            instead=instead,
        )
        return


def _besides(where: str, factor: float) -> str:
    return "" if factor == 1.0 else f" Besides, {where} theirs is {factor:.6g} times the slope."


def weights_exchanged(case: Case) -> Iterator[Fit]:
    """Each side of a case distinction has the other one's weight: alpha for 1 - alpha."""
    entries = _entries(case)
    if entries is None:
        return
    seen = np.abs(entries.right) > 4.0 * entries.allowed
    with np.errstate(all="ignore"):
        factors = (entries.theirs / entries.right)[seen]
    if factors.size < 2 * _FEWEST or not np.all(np.isfinite(factors)):
        return
    low, high = float(np.min(factors)), float(np.max(factors))
    is_low, is_high = (np.isclose(factors, f, rtol=_SAME, atol=0.0) for f in (low, high))
    both = min(np.sum(is_low), np.sum(is_high)) >= _FEWEST and bool(np.all(is_low | is_high))
    if both and 0.0 < 1.001 * low < high and np.isclose(low * high, 1.0, rtol=1e-5):
        alpha = 1.0 / (1.0 + low)
        yield Fit(
            code="wrong-branch",
            residual=0.0,
            parameters={"alpha": alpha},
            what=f"The two sides have each other's weight, {alpha:.4g} and {1.0 - alpha:.4g}: "
            "alpha stands for 1 - alpha, and 1 - alpha for alpha.",
            seen=f"theirs is {low:.6g} times the reference on one side and {high:.6g} times on the "
            "other, one over the other.",
            formula="on each side its own weight.",
            instead="np.where(y == 1, alpha, 1 - alpha)  # as the function has it",
        )


def _entries(case: Case) -> _Entries | None:
    if not has_slopes(case):
        return None
    of = case.observations
    theirs, right, allowed = (
        slopes_of(case, matrices)
        for matrices in (
            [o.theirs for o in of],
            [o.reference for o in of],
            [np.broadcast_to(o.allowed, o.theirs.shape) for o in of],
        )
    )
    flat = [
        np.stack([a.ravel() for a in arrays])
        for arrays in ([o.x for o in of], theirs, right, allowed)
    ]
    return _Entries(*flat) if all(np.all(np.isfinite(a)) for a in flat) else None


def _side(e: _Entries) -> tuple[Numbers, float] | None:
    """True on one side: where theirs is one number times the right slope; and that number."""
    right = np.abs(e.theirs - e.right) <= e.allowed
    if min(np.sum(right), np.sum(~right)) >= _FEWEST:
        return (right, 1.0) if _says_something(e, right) else None
    seen = (np.abs(e.right) > 4.0 * e.allowed) & (e.theirs != 0.0)
    with np.errstate(all="ignore"):
        factors = np.where(seen, e.theirs / e.right, np.nan)
    if np.sum(seen) < 2 * _FEWEST:
        return None
    ordered = np.sort(factors[seen])
    runs = np.isclose(ordered[_FEWEST:], ordered[:-_FEWEST], rtol=_SAME, atol=0.0)
    if not np.any(runs):
        return None
    factor = float(ordered[int(np.argmax(runs))])
    first = np.isclose(factors, factor, rtol=_SAME, atol=0.0)
    return (first, factor) if np.sum(~first) >= _FEWEST else None


def _says_something(e: _Entries, right: Numbers) -> bool:
    """Whether more than zeros are right, or what is wrong has one right size."""
    sizes = np.abs(e.right)
    if np.sum(sizes[right] > e.allowed[right]) >= _FEWEST:
        return True
    return bool(np.allclose(sizes[~right], sizes[~right][0], rtol=_SAME))


def _separations(e: _Entries, side: Numbers) -> Iterator[tuple[str, str]]:
    """What tells the sides apart: where the one is, and where the other."""
    coordinates = {
        "x": e.x,
        "|x|": np.abs(e.x),
        "the slope": e.right,
        "the size of the slope": np.abs(e.right),
    }
    for name, numbers in coordinates.items():
        one, other = numbers[side], numbers[~side]
        if np.max(one) < np.min(other):
            yield _around(name, float(np.max(one)), float(np.min(other)))
        elif np.max(other) < np.min(one):
            there, here = _around(name, float(np.max(other)), float(np.min(one)))
            yield here, there
    inner = np.sort(e.x[~side])
    low, high = float(inner[0]), float(inner[-1])
    if not np.any(side & (e.x > low) & (e.x < high)):
        yield (
            f"where x is outside of {low:.3g} to {high:.3g}",
            f"where x is from {low:.3g} to {high:.3g}",
        )
    if len(side) > 1 and np.all(side == side[0]):
        here, there = (", ".join(map(str, np.flatnonzero(s)[:6])) for s in (side[0], ~side[0]))
        yield f"at the entries {here}", f"at the entries {there}"
    is_nothing = (np.abs(e.theirs) <= e.allowed) | (np.abs(e.right) <= e.allowed)
    if np.all(is_nothing[~side]):
        yield (
            "where neither or both of the two slopes are 0",
            "where only one of the two slopes is 0",
        )


def _around(name: str, at_most: float, at_least: float) -> tuple[str, str]:
    """Below and above a number between the two: 0 where it may be that."""
    if at_most <= 0.0 <= at_least:
        if name in ("|x|", "the size of the slope"):
            return f"where {name} is 0", f"where {name} is not 0"
        return f"where {name} < 0", f"where {name} > 0"
    cut = 0.5 * (at_most + at_least)
    return f"where {name} < about {cut:.3g}", f"where {name} > about {cut:.3g}"


def _difference(e: _Entries, side: Numbers, factor: float) -> tuple[str, str]:
    """What is wrong on that side, and the line to write instead."""
    theirs, right, x = e.theirs[side] / factor, e.right[side], e.x[side]
    size = float(np.max(np.abs(right)))
    nothing = (np.abs(theirs) <= e.allowed[side], np.abs(right) <= e.allowed[side])
    if np.all(nothing[0] | nothing[1]) and not any(np.all(n) for n in nothing):
        return "the condition is another one than the function's.", ""
    if not np.any(np.abs(theirs) > e.allowed[side]):
        return "theirs is 0, and the function's slope there is not.", ""
    if not np.any(np.abs(right) > e.allowed[side]):
        return "the function does not change there, and theirs is not 0.", ""
    with np.errstate(all="ignore"):
        factors = theirs / right
    is_one_size = np.allclose(np.abs(right), size, rtol=_SAME)
    varies = not np.allclose(np.abs(theirs), np.abs(theirs[0]), rtol=_SAME)
    if is_one_size and varies and np.allclose(np.clip(theirs, -size, size), right, rtol=_SAME):
        return (
            (
                f"the function's slope there is {size:.6g} in size, and theirs goes on: a cut is "
                "missing."
            ),
            f"return np.clip(result, -{size:.6g}, {size:.6g})",
        )
    cut = float(np.max(np.abs(theirs)))
    if not is_one_size and np.allclose(np.clip(right, -cut, cut), theirs, rtol=_SAME):
        return f"theirs is cut off at {cut:.6g}, and the slope goes on.", "return result  # uncut"
    if is_one_size and varies:
        return f"the function's slope there is {size:.6g} in size, and theirs varies.", ""
    if np.allclose(theirs, np.sign(right) * (1.0 - np.abs(right)), rtol=_SAME, atol=1e-9):
        return f"theirs is 1 - alpha, with alpha = {size:.6g}, where alpha is right.", ""
    if np.allclose(factors, factors[0], rtol=_SAME, atol=0.0):
        if np.isclose(factors[0], -1.0):
            return "its sign is wrong.", ""
        return f"theirs is {factors[0]:.6g} times the right slope.", ""
    if np.allclose(theirs, theirs[0], rtol=_SAME) and np.ptp(x) > 0.0:
        return f"theirs is {theirs[0]:.6g}, and the function's slope there varies.", ""
    return "another formula is right there.", ""
