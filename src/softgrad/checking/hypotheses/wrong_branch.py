"""A case distinction with one side right and the other wrong, or each off by its own factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit

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
    """Theirs is right on one side of a case distinction, or each side has a factor of its own."""
    entries = _entries(case)
    if entries is None:
        return
    side = _side(entries)
    if side is None:
        return
    is_right = bool(np.any(side)) and _agrees(entries, side)
    for where, other in _separations(entries, side):
        what, instead = _difference(entries, ~side)
        if not is_right:
            first, _ = _difference(entries, side)
            what = f"{first} Elsewhere: {what}"
        both = _complements(entries, side)
        yield Fit(
            code="wrong-branch",
            residual=0.0,
            parameters={"where": other},
            what=f"One side of a case distinction is wrong, {other}: {what}"
            if is_right
            else f"Both sides of a case distinction are off, each in its own way; {where}: {what}"
            + (" The weights of the two sides are exchanged: alpha for 1 - alpha." if both else ""),
            seen=f"theirs is right {where}, and wrong {other}."
            if is_right
            else f"theirs has one factor {where} and another one {other}.",
            formula="on each side the slope of the function's own branch.",
            instead="alpha on this side, 1 - alpha on that" if both else instead,
        )
        return


def _entries(case: Case) -> _Entries | None:
    if case.is_elementwise:
        pick = [np.diagonal(o.theirs, axis1=1, axis2=2) for o in case.observations]
        right = [np.diagonal(o.reference, axis1=1, axis2=2) for o in case.observations]
        allowed = [
            np.diagonal(np.broadcast_to(o.allowed, o.theirs.shape), axis1=1, axis2=2)
            for o in case.observations
        ]
    elif case.is_of_a_number:
        pick = [o.theirs[:, 0, :] for o in case.observations]
        right = [o.reference[:, 0, :] for o in case.observations]
        allowed = [np.broadcast_to(o.allowed, o.theirs.shape)[:, 0, :] for o in case.observations]
    else:
        return None
    flat = [
        np.stack([a.ravel() for a in arrays])
        for arrays in ([o.x for o in case.observations], pick, right, allowed)
    ]
    return _Entries(*flat) if all(np.all(np.isfinite(a)) for a in flat) else None


def _side(e: _Entries) -> Numbers | None:
    """True on one side: where theirs is right, or has the first of two factors."""
    right = np.abs(e.theirs - e.right) <= e.allowed
    if min(np.sum(right), np.sum(~right)) >= _FEWEST:
        return right
    seen = np.abs(e.right) > 4.0 * e.allowed
    if not np.all(seen):
        return None
    factors = e.theirs / e.right
    first = np.isclose(factors, factors.flat[0], rtol=_SAME, atol=0.0)
    if min(np.sum(first), np.sum(~first)) < _FEWEST or np.any(first.all(axis=1)):
        return None
    others = factors[~first]
    return first if np.allclose(others, others[0], rtol=_SAME, atol=0.0) else None


def _agrees(e: _Entries, side: Numbers) -> bool:
    return bool(np.all(np.abs(e.theirs - e.right)[side] <= e.allowed[side]))


def _separations(e: _Entries, side: Numbers) -> Iterator[tuple[str, str]]:
    """What tells the sides apart: where the one is, and where the other."""
    coordinates = {"x": e.x, "|x|": np.abs(e.x), "the slope": e.right, "its size": np.abs(e.right)}
    for name, numbers in coordinates.items():
        one, other = numbers[side], numbers[~side]
        for low, high, is_low in ((one, other, True), (other, one, False)):
            at_most, at_least = float(np.max(low)), float(np.min(high))
            if at_most < at_least:
                cut = 0.0 if at_most <= 0.0 <= at_least else 0.5 * (at_most + at_least)
                about = "" if cut == 0.0 else "about "
                below, above = f"{name} < {about}{cut:.3g}", f"{name} > {about}{cut:.3g}"
                where = (f"where {below}", f"where {above}")
                yield where if is_low else where[::-1]
    if len(side) > 1 and np.all(side == side[0]):
        here, there = (", ".join(map(str, np.flatnonzero(s)[:6])) for s in (side[0], ~side[0]))
        yield f"at the entries {here}", f"at the entries {there}"


def _difference(e: _Entries, side: Numbers) -> tuple[str, str]:
    """What is wrong on that side, and the line to write instead."""
    theirs, right, x = e.theirs[side], e.right[side], e.x[side]
    size = float(np.max(np.abs(right)))
    if not np.any(np.abs(theirs) > e.allowed[side]):
        return "theirs is 0, and the function's slope there is not.", ""
    if not np.any(np.abs(right) > e.allowed[side]):
        return "the function does not change there, and theirs is not 0.", ""
    with np.errstate(all="ignore"):
        factors = theirs / right
    if np.allclose(np.abs(right), size, rtol=_SAME) and not np.allclose(
        np.abs(theirs), np.abs(theirs[0]), rtol=_SAME
    ):
        return (
            (
                f"the function's slope there is {size:.6g} in size, and theirs goes on growing or "
                "falling: a cut is missing."
            ),
            f"return np.clip(result, -{size:.6g}, {size:.6g})",
        )
    if np.allclose(theirs, np.sign(right) * (1.0 - np.abs(right)), rtol=_SAME, atol=1e-9):
        return f"theirs is 1 - alpha, with alpha = {size:.6g}, where alpha is right.", ""
    if np.allclose(factors, factors[0], rtol=_SAME, atol=0.0):
        if np.isclose(factors[0], -1.0):
            return "its sign is wrong.", ""
        return f"theirs is {factors[0]:.6g} times the right slope.", ""
    if np.allclose(theirs, theirs[0], rtol=_SAME) and np.ptp(x) > 0.0:
        return f"theirs is {theirs[0]:.6g}, and the function's slope there varies.", ""
    return "another formula is right there.", ""


def _complements(e: _Entries, side: Numbers) -> bool:
    """Whether one factor is 1 over the other: (1 - alpha) / alpha and alpha / (1 - alpha)."""
    with np.errstate(all="ignore"):
        product = np.mean((e.theirs / e.right)[side]) * np.mean((e.theirs / e.right)[~side])
    return bool(np.isclose(product, 1.0, rtol=1e-5))
