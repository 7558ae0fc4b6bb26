"""A right formula along the wrong axis of a batch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.reference import Reference

#: A function along the other axis is looked at as one row of so many numbers at most.
_MOST_ENTRIES = 400


def wrong_axis(case: Case) -> Iterator[Fit]:
    """Theirs is the derivative of the function along the other axis of a matrix."""
    claim, o = case.claim, case.observations[-1]
    rows, view = claim.function, claim.function.view
    if claim.form != "vjp" or len(view.shape) != 2 or view.shape != view.result:
        return
    if o.x.size > _MOST_ENTRIES or len(o.x) < 2:
        return
    turned = (view.shape[1], view.shape[0])

    def along_other_axis(z: np.ndarray) -> np.ndarray:
        matrix = z.reshape(view.shape)
        other = rows.call(matrix.T.reshape(turned))
        return other.T.reshape(1, -1)

    x, g = view.from_rows(o.x), np.random.default_rng(3).standard_normal(view.shape)
    try:
        jacobian = Reference(along_other_axis, may_be_complex=False).jacobian(x.reshape(1, -1))
    except Exception:  # it may take one shape alone
        return
    wanted = (g.ravel() @ jacobian.value[0]).reshape(view.shape)
    found = view.from_rows(claim.product(o.x, view.results_to_rows(g)))
    size = float(np.linalg.norm(found))
    yield Fit(
        code="wrong-axis",
        of_entries=False,
        residual=float(np.linalg.norm(found - wanted)) / size if size else np.inf,
        parameters={"axis": 0 if view.axis == 1 else 1},
        what="It works along the wrong axis of the batch.",
        seen="theirs is the derivative of the function along the other axis.",
        formula="sums over the class axis, each row of the batch by itself.",
        instead="np.sum(g * p, axis=-1, keepdims=True)",
    )
