"""Long rows: a few products tell right from wrong, and a shorter row tells why.

Along a random direction v the reference costs a few calls, however long a row is, and theirs one:
    vjp          <theirs(x, g), v> beside <g, J v>
    jvp          theirs(x, v) beside J v
    gradient     <theirs(x), v> beside J v
    elementwise  theirs(x) v beside J v
    jacobian     theirs(x) v beside J v
    hessian      <u, theirs(x) v> beside the derivative along v of the one along u
Directions and upstream gradients are signed, dense and not uniform: those of one sign are nearly
parallel to what a softmax Jacobian maps to 0, and show nothing. Some have mean zero, and some have
not: a constant too many is orthogonal to the former.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softgrad.checking.claim import Claim
from softgrad.checking.deviation import is_smooth
from softgrad.checking.estimate import excess
from softgrad.checking.findings import Evidence
from softgrad.checking.frameworks import Numbers
from softgrad.checking.points import other_points
from softgrad.checking.reference import Reference

_RELATIVE = 1e-9
_ROUNDINGS = 64.0


@dataclass(frozen=True, slots=True)
class _Pair:
    """What should agree, how far it may be apart, and how large the terms of it are."""

    theirs: Numbers
    reference: Numbers
    allowed: Numbers
    size: Numbers


@dataclass(frozen=True, slots=True)
class Probed:
    """What the products say.

    Attributes:
        evidence: the product that is furthest off, if one is; None where all agree.
        factor: theirs is so many times the reference in every product; None where it is not.
        deviation: the largest of a product, relative to the largest of its terms.
        is_smooth: whether it is more than the noise of theirs.
    """

    evidence: Evidence | None
    factor: float | None
    deviation: float
    is_smooth: bool


def probe(claim: Claim, x: Numbers, seed: int) -> Probed:
    """Compare products at rows x, shape (batch, n)."""
    framework = claim.function.framework
    random = np.random.default_rng(seed)
    worst: Evidence | None = None
    largest = 1.0
    pairs: list[_Pair] = []
    others = [] if claim.is_array else other_points(claim.function, x, 1, seed)
    points: list[Numbers] = [x, *others]
    reference = Reference(
        claim.function, may_be_complex=framework.takes_complex, precision=framework.precision
    )
    reference.settle(x)
    for point, rows in enumerate(points):
        found = _pairs_at(claim, reference, rows, random, is_callers=point == 0)
        pairs += found
        for pair in found:
            off = excess(pair.theirs, pair.reference, pair.allowed)
            at = np.unravel_index(np.argmax(off), off.shape)
            if off[at] > largest:
                largest = float(off[at])
                worst = Evidence(
                    point=point,
                    row=int(at[0]),
                    i=int(at[1]) if len(at) > 1 else 0,
                    j=-1,
                    theirs=float(pair.theirs[at]),
                    reference=float(pair.reference[at]),
                    uncertainty=float(pair.allowed[at]),
                    method=f"{reference.method}, along a random direction",
                    form=claim.form,
                )
    if worst is None:
        return Probed(None, None, 0.0, True)
    off = max(float(np.max(np.abs(p.theirs - p.reference) / np.max(p.size))) for p in pairs)
    return Probed(worst, _factor(pairs), off, _is_smooth(claim, x, worst))


def _is_smooth(claim: Claim, x: Numbers, worst: Evidence) -> bool:
    """Whether products of theirs are smooth beside how far the worst of them is off."""
    if claim.form not in ("vjp", "jvp"):
        ones = np.ones_like(x)
        return is_smooth(
            lambda z: claim.times(z, ones).sums, x, abs(worst.theirs - worst.reference)
        )
    like = claim.function(x) if claim.form == "vjp" else x
    vector = np.linspace(-1.0, 1.5, like.size).reshape(like.shape)
    return is_smooth(
        lambda z: np.sum(claim.product(z, vector), axis=-1),
        x,
        abs(worst.theirs - worst.reference),
    )


def _pairs_at(
    claim: Claim,
    reference: Reference,
    x: Numbers,
    random: np.random.Generator,
    *,
    is_callers: bool,
) -> list[_Pair]:
    """Along a direction of mean zero and another one; none where the function has no value."""
    try:
        y = claim.function(x)
        if not np.all(np.isfinite(y)):
            return []
        like = (x, x if claim.form == "hessian" else y)
        pairs: list[_Pair] = []
        for centred in (True, False):
            direction, upstream = (_direction(random, of.shape, centred) for of in like)
            pairs.append(_compared(claim, reference, x, direction, upstream))
    except Exception:
        if is_callers:
            raise
        return []  # another point may be outside of what they take
    return pairs


def _factor(pairs: list[_Pair]) -> float | None:
    theirs = np.concatenate([pair.theirs.ravel() for pair in pairs])
    right = np.concatenate([pair.reference.ravel() for pair in pairs])
    allowed = np.concatenate([pair.allowed.ravel() for pair in pairs])
    size = float(np.sum(right * right))
    factor = float(np.sum(theirs * right)) / size if size else np.nan
    fits = np.abs(theirs - factor * right) <= 4.0 * allowed
    return factor if np.isfinite(factor) and np.all(fits) else None


def _direction(random: np.random.Generator, shape: tuple[int, ...], centred: bool) -> Numbers:
    v = random.standard_normal(shape)
    if shape[-1] == 1:
        return v
    middle = v - np.mean(v, axis=-1, keepdims=True)
    return middle if centred else middle + random.uniform(0.5, 1.0, (len(v), 1))


def _compared(
    claim: Claim, reference: Reference, x: Numbers, direction: Numbers, upstream: Numbers
) -> _Pair:
    if claim.form == "hessian":
        return _second(claim, reference, x, direction, upstream)
    right = reference.along(x, direction)
    if claim.form == "vjp":
        line = claim.product(x, upstream)
        terms, known = line * direction, upstream * right.value
        found, wanted = np.sum(terms, axis=-1), np.sum(known, axis=-1)
        size = np.sum(np.abs(terms), axis=-1) + np.sum(np.abs(known), axis=-1)
        unsure = np.sum(np.abs(upstream) * right.uncertainty, axis=-1)
        return _Pair(found, wanted, 4.0 * unsure + _rounding(line) * size, size)
    if claim.form == "jvp":
        found = claim.product(x, direction)
        sizes = np.max(np.abs(right.value), axis=-1, keepdims=True, initial=0.0)
        return _Pair(found, right.value, 4.0 * right.uncertainty + _rounding(found) * sizes, sizes)
    terms = claim.times(x, direction)
    size = np.max(np.abs(right.value), axis=-1, keepdims=True, initial=0.0) + np.max(
        np.abs(terms.largest), axis=-1, keepdims=True, initial=0.0
    )
    return _Pair(
        terms.sums, right.value, 4.0 * right.uncertainty + _rounding(terms.sums) * size, size
    )


def _second(
    claim: Claim, reference: Reference, x: Numbers, direction: Numbers, other: Numbers
) -> _Pair:
    def slope(z: Numbers) -> Numbers:
        return reference.along(z, other).value

    right = Reference(slope, may_be_complex=False).along(x, direction)
    product = claim.times(x, direction)
    found = np.sum(product.sums * other, axis=-1, keepdims=True)
    size = np.sum(product.largest * np.abs(other), axis=-1, keepdims=True) + np.abs(right.value)
    return _Pair(found, right.value, 4.0 * right.uncertainty + _rounding(found) * size, size)


def _rounding(theirs: Numbers) -> float:
    eps = float(np.finfo(theirs.dtype).eps) if theirs.dtype.kind == "f" else 0.0
    return max(_RELATIVE, _ROUNDINGS * eps)
