"""One term of a Jacobian with a wrong factor, such as 1 / s too many or too few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation

_SAME = 1e-6
_FORMULA = (
    "for a mean of squares g / s - x * mean(g * x) / s^3; for layer norm "
    "(g - mean(g) - h * mean(g * h)) / s, with h = (x - mean(x)) / s."
)


def term_scaled(case: Case) -> Iterator[Fit]:
    """A term that couples all entries of a row has a wrong factor: 1 / s too few, say."""
    if case.is_elementwise or case.claim.form == "hessian":
        return
    if not all(3 < o.reference.shape[1] == o.reference.shape[2] for o in case.observations):
        return
    found = [_factors(o) for o in case.observations]
    factors = np.concatenate([f for f in found if f is not None] or [np.full(1, np.nan)])
    is_there = all(f is not None for f in found) and np.all(np.abs(factors) > _SAME)
    factor = float(factors[0])
    is_one = np.allclose(factors, factor, rtol=1e-4)
    n = case.observations[0].reference.shape[1]
    is_sum = is_one and bool(np.isclose(factor, n, rtol=1e-4))
    if is_one:
        what = f"it is {factor:.6g} times what it should be"
        what += ", as often as a row has entries: a sum for a mean" if is_sum else ""
    else:
        what = (
            "another one for each row: a division by the spread or the length, perhaps, that is "
            "missing or stands there twice"
        )
    yield Fit(
        code="sum-for-mean" if is_sum else "term-scaled",
        residual=0.0 if is_there else np.inf,
        parameters={"factor": factor} if is_one else {},
        what=f"A term that couples the entries of a row has a wrong factor: {what}.",
        seen="theirs less the reference is a multiple of a term that the Jacobian has.",
        formula=_FORMULA,
    )


def _factors(o: Observation) -> Numbers | None:
    """For each row the factor on the terms that are off, if J has them and is simpler without."""
    excess = o.theirs - o.reference
    if not all(np.all(np.isfinite(m)) and _is_symmetric(m, o) for m in (o.reference, excess)):
        return None
    sizes, directions = np.linalg.eigh(excess)
    loose = _loose(o)
    is_off = np.abs(sizes) > loose
    ranks = np.sum(is_off, axis=1)
    if not (0 < ranks[0] <= 2) or np.any(ranks != ranks[0]):
        return None
    simple = _commonest(np.linalg.eigvalsh(o.reference))[:, 0]
    factors = np.empty((len(ranks), ranks[0]))
    terms = np.zeros_like(o.reference)
    for b, off in enumerate(is_off):
        for k, j in enumerate(np.flatnonzero(off)):
            u = directions[b, :, j]
            right = float(u @ o.reference[b] @ u) - simple[b]
            if abs(right) <= loose:
                return None
            factors[b, k] = 1.0 + sizes[b, j] / right
            terms[b] += right * np.outer(u, u)
    before, after = (_rank_beside_identity(m, loose) for m in (o.reference, o.reference - terms))
    is_simpler = np.all(after == before - ranks)
    alike = np.allclose(factors, factors[:, :1], rtol=max(1e-4, loose))
    return factors[:, 0] if is_simpler and alike else None


def _is_symmetric(matrices: Numbers, o: Observation) -> bool:
    return bool(np.all(np.abs(matrices - np.swapaxes(matrices, 1, 2)) <= _loose(o)))


def _loose(o: Observation) -> float:
    """What an eigenvalue may be off."""
    n = o.reference.shape[1]
    return _SAME * float(np.max(np.abs(o.reference))) + n * float(np.max(o.allowed))


def _rank_beside_identity(matrices: Numbers, loose: float) -> Numbers:
    """Of each matrix less the multiple of the identity that leaves least."""
    values = np.linalg.eigvalsh(matrices)
    most = _commonest(values)
    return np.sum(np.abs(values - most) > loose, axis=1)


def _commonest(values: Numbers) -> Numbers:
    """Of each row of sorted numbers the one with the nearest neighbour."""
    return np.take_along_axis(values, np.argmin(np.diff(values), axis=1)[:, None], axis=1)
