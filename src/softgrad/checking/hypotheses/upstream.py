"""What becomes of the gradient that comes from upstream."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def upstream_ignored(case: Case) -> Iterator[Fit]:
    """Whatever comes from upstream, the answer is the same, even for nothing."""
    if case.claim.form not in ("vjp", "jvp"):
        return
    axis = 1 if case.claim.form == "vjp" else 2
    idle = [np.expand_dims(o.idle, axis) for o in case.observations]
    if not any(np.any(i) for i in idle):
        return
    predictions = [
        np.broadcast_to(i, o.theirs.shape) for i, o in zip(idle, case.observations, strict=True)
    ]
    yield Fit(
        code="upstream-ignored",
        residual=case.misfit(predictions),
        what="The upstream gradient is not used: the answer is the same whatever it is.",
        seen="for an upstream gradient of 0 the answer is not 0, and for others it is the same.",
        formula="J^T g: linear in g.",
        instead="return J.T @ g",
    )


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
        parameters={"read": "g[0]"},
        what="The upstream gradient of the first row is used for every row of the batch.",
        seen="an upstream gradient of the first row alone gives the others what would be theirs.",
        formula="J_b^T g_b for each row b.",
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
