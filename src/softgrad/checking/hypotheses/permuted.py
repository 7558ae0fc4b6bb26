"""The right entries in another order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation

#: Every line is compared with every other: that takes so many numbers at most.
_MOST_NUMBERS = 20_000_000
#: What is left by an order that is another one at other points.
_OTHERWISE = 1e-3


def permuted(case: Case) -> Iterator[Fit]:
    """Theirs has the reference's rows, or columns, in another order, the same at every point."""
    if any(not np.all(np.isfinite(o.theirs)) for o in case.observations):
        return
    last = case.observations[-1]
    for axis, name in ((2, "inputs"), (1, "outputs")):
        if not 1 < last.reference.shape[axis] <= _MOST_NUMBERS // last.reference.size:
            continue
        if not all(_are_rearranged(o) for o in case.observations):
            return
        order = _order(last, axis)
        residual = case.misfit(
            case.each(lambda o, a=axis, k=order: np.take(o.reference, k, axis=a))
        )
        if residual > _OTHERWISE:  # at each point another order, as of sorted entries
            residual = case.misfit(case.each(lambda o, a=axis: _nearest(o, a)))
        yield Fit(
            code="permuted",
            residual=residual,
            parameters={"of": name, "order": " ".join(map(str, order[:10]))},
            what=f"The {name} are in another order.",
            seen=f"theirs has the reference's entries, with the {name} rearranged.",
            formula="entry j of the gradient belongs to input j: undo a sort before returning.",
            instead="result[order] = sorted_result",
        )


def _are_rearranged(o: Observation) -> bool:
    """Whether each row of the batch has the reference's numbers, each as often."""
    theirs, right = (np.sort(a.reshape(len(a), -1)) for a in (o.theirs, o.reference))
    return bool(np.allclose(theirs, right, rtol=1e-5, atol=4.0 * float(np.max(o.allowed))))


def _nearest(o: Observation, axis: int) -> Numbers:
    """The reference with the lines of each row of the batch in the order that is nearest."""
    found = np.empty_like(o.reference)
    for b in range(len(found)):
        alone = replace(o, theirs=o.theirs[b : b + 1], reference=o.reference[b : b + 1])
        found[b] = np.take(o.reference[b], _order(alone, axis), axis=axis - 1)
    return found


def _order(o: Observation, axis: int) -> Numbers:
    """Of each line of theirs the nearest one of the reference."""
    theirs = np.moveaxis(o.theirs, axis, 0).reshape(o.theirs.shape[axis], -1)
    right = np.moveaxis(o.reference, axis, 0).reshape(len(theirs), -1)
    apart = np.linalg.norm(theirs[:, None, :] - right[None, :, :], axis=2)
    return np.argmin(apart, axis=1)
