"""One number made of what comes from upstream, or one entry of it read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def upstream_collapsed(case: Case) -> Iterator[Fit]:
    """One number is made of what comes from upstream, or one entry of it is read."""
    if case.claim.form != "vjp" or not all(o.y.shape[1] > 1 for o in case.observations):
        return
    first = case.each(_of_first_entry)
    yield Fit(
        code="upstream-collapsed",
        residual=case.misfit(first),
        parameters={"read": "g[0]"},
        what="Only the first entry of the upstream gradient is read.",
        seen="its answer to an upstream gradient without a first entry is 0.",
        formula="J^T g, with all entries of g.",
        instead="return J.T @ g",
    )
    alike = case.each(lambda o: np.broadcast_to(o.theirs[:, :1, :], o.theirs.shape))
    linear = all(not np.any(o.idle) for o in case.observations)
    yield Fit(
        code="upstream-collapsed",
        residual=case.misfit(alike) if linear else np.inf,
        parameters={"read": "sum(g)"},
        what="The upstream gradient is made into one number before it is used.",
        seen="its answer is the same for every entry of the upstream gradient.",
        formula="J^T g, entry by entry of g.",
        instead="return J.T @ g",
    )
    yield Fit(
        code="upstream-collapsed",
        residual=_first_row_for_all(case),
        of_entries=False,
        parameters={"read": "g[0]"},
        what="The upstream gradient of the first row is used for every row of the batch.",
        seen="an upstream gradient of the first row alone gives the others what would be theirs.",
        formula="J_b^T g_b for each row b.",
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    )
    yield Fit(
        code="upstream-collapsed",
        residual=0.0 if _is_right_for_units_alone(case) else np.inf,
        of_entries=False,
        parameters={"read": "one entry"},
        what="Only a part of the upstream gradient is used: its largest entry, or its sign.",
        seen="for upstream gradients with one entry it is right, and for their sum it is not the "
        "sum of those answers.",
        formula="J^T g: linear in g.",
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    )


def _of_first_entry(o: Observation) -> Numbers:
    kept = np.zeros_like(o.theirs)
    kept[:, 0, :] = o.theirs[:, 0, :]
    return kept


def _first_row_for_all(case: Case) -> float:
    o = case.observations[-1]
    if len(o.x) < 2 or not o.mixing:
        return np.inf
    vector = np.zeros_like(o.y)
    vector[0] = np.linspace(-1.0, 1.5, o.y.shape[1])
    found = case.claim.product(o.x, vector)
    wanted = np.einsum("bij,i->bj", o.reference, vector[0])
    return float(np.linalg.norm(found - wanted)) / max(float(np.linalg.norm(wanted)), 1e-300)


def _is_right_for_units_alone(case: Case) -> bool:
    def small(o: Observation) -> float:
        return 1e-6 * float(np.max(np.abs(o.reference), initial=0.0))

    bent = any(o.bend > small(o) for o in case.observations)
    right = all(np.max(o.excess, initial=0.0) <= 1.0 for o in case.observations)
    return bent and right and not any(o.mixing for o in case.observations)
