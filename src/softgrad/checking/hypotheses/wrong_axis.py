"""A right formula along the wrong axis of a batch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, fit_softmax_beside
from softgrad.checking.reference import Reference
from softgrad.checking.structure import softmax

#: Products that theirs is compared in, with what the function has along the other axis.
_PROBES = 3


def wrong_axis(case: Case) -> Iterator[Fit]:
    """Theirs is the derivative of the function along the other axis of a matrix, or in part."""
    claim = case.claim
    view = claim.function.view
    if len(view.shape) != 2 or min(view.shape) < 2:
        return
    if case.is_of_a_number and view.axis is None:
        across = fit_softmax_beside(case, lambda x: softmax(x.T, len(x)).T)
        yield _fit(across, 0)
    if claim.form == "vjp" and view.shape == view.result and view.axis is not None:
        yield _fit(_of_sums(case), 0 if view.axis == 1 else 1)
        yield _fit(_of_the_function(case), 0 if view.axis == 1 else 1)


def _fit(residual: float, axis: int) -> Fit:
    return Fit(
        code="wrong-axis",
        of_entries=False,
        residual=residual,
        parameters={"axis": axis},
        what="It works along the wrong axis of the batch.",
        seen="theirs is what comes of the function, or of a sum, along the other axis.",
        formula=f"sums along axis {1 - axis}, the one that the function sums along.",
        instead="np.sum(g * p, axis=-1, keepdims=True)",
    )


def _probed(case: Case) -> tuple[Numbers, Numbers]:
    """An upstream gradient at the last point, and theirs for it."""
    o = case.observations[-1]
    g = np.random.default_rng(3).standard_normal(o.y.shape)
    return g, case.claim.product(o.x, g)


def _of_the_function(case: Case) -> float:
    rows, o = case.claim.function, case.observations[-1]
    view = rows.view
    turned = (view.shape[1], view.shape[0])

    def along_other_axis(z: np.ndarray) -> np.ndarray:
        return rows.call(z.reshape(view.shape).T.reshape(turned)).T.reshape(1, -1)

    g, found = _probed(case)
    flat = view.from_rows(o.x).reshape(1, -1)
    upstream = view.results_from_rows(g).reshape(1, -1)
    reference = Reference(along_other_axis, may_be_complex=False)
    random = np.random.default_rng(6)
    residual = 0.0
    try:
        for _ in range(_PROBES):
            v = random.standard_normal(flat.shape)
            terms = found * view.to_rows(v.reshape(view.shape))
            wanted = float(np.sum(upstream * reference.along(flat, v).value))
            apart = abs(float(np.sum(terms)) - wanted) / float(np.linalg.norm(terms))
            residual = max(residual, apart) if np.isfinite(apart) else np.inf
    except Exception:  # it may take one shape alone
        return np.inf
    return residual


def _of_sums(case: Case) -> float:
    """p (g - sum(g p)) and g - p sum(g), with the sum over the batch."""
    o = case.observations[-1]
    g, found = _probed(case)
    p = case.softmax(o.x)
    guesses = (
        p * (g - np.sum(g * p, axis=0, keepdims=True)),
        g - p * np.sum(g, axis=0, keepdims=True),
    )
    return min(_apart(found, guess) for guess in guesses)


def _apart(found: Numbers, wanted: Numbers) -> float:
    size = float(np.linalg.norm(found))
    return float(np.linalg.norm(found - wanted)) / size if size else np.inf
