"""What a hypothesis comes back with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.structure import softmax


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A hypothesis that was tried.

    Attributes:
        code: of the catalogue, such as "diagonal-only".
        residual: what it leaves unexplained: the norm of the difference between their derivative
            and what the mistake would give, relative to theirs; the largest over all points.
        parameters: what was fitted or found (a factor, an axis, a step), by name.
        predictions: what theirs would be with this mistake alone, one an observation, each of
            shape (batch, m, n); None where that cannot be said.
        undone: what theirs would be without this mistake, likewise.
        of_entries: whether it explains entries of the matrix; others, how rows and vectors are
            treated where all entries may be right.
        what: what is wrong, in a sentence.
        seen: how that was seen.
        formula: the right formula, in a line of mathematics.
        instead: the line of code to write instead, for NumPy.
    """

    code: str
    residual: float
    what: str
    seen: str
    formula: str = ""
    instead: str = ""
    parameters: Mapping[str, float | int | str] = field(default_factory=dict[str, Any])
    predictions: Sequence[Numbers] | None = field(default=None, repr=False, compare=False)
    undone: Sequence[Numbers] | None = field(default=None, repr=False, compare=False)
    of_entries: bool = True


#: A hypothesis tries itself on a case: no, one or more fits. The residual decides, whatever it is.
Hypothesis = Callable[[Case], Iterator[Fit]]


def jacobian_of_softmax(case: Case) -> str:
    """The line that makes it of p, for one row or for a batch."""
    if len(case.observations[0].x) == 1:
        return "J = np.diag(p) - np.outer(p, p)"
    return "J = p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])"


def beside_softmax(theirs: Numbers, known: Numbers, term: Numbers, width: int) -> Numbers:
    """known + c term, with the c of each output and each `width` inputs that is nearest to theirs.

    All of shape (batch, m, n). What softmax's Jacobian loses of what comes from upstream is such a
    number c, so a mistake on the way through softmax shows even if what came is not known.
    """
    pieces = [a.reshape(-1, width) for a in (theirs, known, term)]
    found, start, beside = pieces
    with np.errstate(all="ignore"):
        c = np.sum((found - start) * beside, axis=-1, keepdims=True)
        c = c / np.sum(beside * beside, axis=-1, keepdims=True)
    return (start + c * beside).reshape(theirs.shape)


def fit_softmax_beside(case: Case, other: Callable[[Numbers], Numbers]) -> float:
    """How well theirs is explained by another map in place of the softmax in a gradient.

    J + c (other(x) - softmax(x)), with one c; `other` takes the caller's last axis as rows.
    """
    terms: list[Numbers] = []
    for o in case.observations:
        pieces = o.x.reshape(-1, case.width)
        with np.errstate(all="ignore"):
            terms.append((other(pieces) - softmax(pieces, case.width)).reshape(o.reference.shape))
    return case.fit_beside(terms)[1]
