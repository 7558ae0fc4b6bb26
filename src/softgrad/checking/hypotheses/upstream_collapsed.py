"""One number made of what comes from upstream, or one entry of it read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation

_PRODUCT = "return p * (g - np.sum(g * p, axis=-1, keepdims=True))"


def upstream_collapsed(case: Case) -> Iterator[Fit]:
    """One number is made of what comes from upstream, or one entry or row of it is read."""
    if case.claim.form != "vjp":
        return
    if all(o.y.shape[1] > 1 for o in case.observations):
        yield _fit(
            case.misfit(case.each(_of_first_entry)),
            "g[0]",
            "Only the first entry of the upstream gradient is read.",
            "its answer to an upstream gradient without a first entry is 0.",
        )
        alike = case.each(lambda o: np.broadcast_to(o.theirs[:, :1, :], o.theirs.shape))
        linear = all(not np.any(o.idle) for o in case.observations)
        yield _fit(
            case.misfit(alike) if linear else np.inf,
            "sum(g)",
            "The upstream gradient is made into one number before it is used.",
            "its answer is the same for every entry of the upstream gradient.",
        )
    if all(len(o.x) > 1 and o.mixing for o in case.observations):
        for read, collapse in _OF_ROWS.items():
            yield _fit(
                _for_all_rows(case, collapse),
                read,
                f"{read} of the upstream gradient is used for every row of the batch.",
                "with that in place of each row's own gradient the reference gives theirs.",
                of_entries=False,
            )
    yield _fit(
        0.0 if _is_right_for_units_alone(case) else np.inf,
        "one entry",
        "Only a part of the upstream gradient is used: its largest entry, or its sign.",
        "for upstream gradients with one entry it is right, and for their sum it is not the sum "
        "of those answers.",
        of_entries=False,
    )


def _fit(residual: float, read: str, what: str, seen: str, *, of_entries: bool = True) -> Fit:
    return Fit(
        code="upstream-collapsed",
        residual=residual,
        of_entries=of_entries,
        parameters={"read": read},
        what=what,
        seen=seen,
        formula="J^T g, linear in g, with all of its entries and for each row its own.",
        instead=_PRODUCT,
    )


def _of_first_entry(o: Observation) -> Numbers:
    kept = np.zeros_like(o.theirs)
    kept[:, 0, :] = o.theirs[:, 0, :]
    return kept


def _first_row(g: Numbers) -> Numbers:
    return g[:1]


def _mean_of_rows(g: Numbers) -> Numbers:
    return np.mean(g, axis=0, keepdims=True)


def _sum_of_rows(g: Numbers) -> Numbers:
    return np.sum(g, axis=0, keepdims=True)


_OF_ROWS = {
    "The first row": _first_row,
    "The mean over the rows": _mean_of_rows,
    "The sum over the rows": _sum_of_rows,
}


def _for_all_rows(case: Case, collapse: Callable[[Numbers], Numbers]) -> float:
    o = case.observations[-1]
    g = np.random.default_rng(4).uniform(-1.0, 1.5, o.y.shape)
    found = case.claim.product(o.x, g)
    wanted = np.einsum("bij,bi->bj", o.reference, np.broadcast_to(collapse(g), g.shape))
    return float(np.linalg.norm(found - wanted)) / max(float(np.linalg.norm(wanted)), 1e-300)


def _is_right_for_units_alone(case: Case) -> bool:
    bent = any(o.bend > o.negligible for o in case.observations)
    right = all(np.max(o.excess, initial=0.0) <= 1.0 for o in case.observations)
    return bent and right and not any(o.mixing for o in case.observations)
