"""What a check found, piece by piece: hypotheses, the worst entry, both derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from softgrad.checking.frameworks import Numbers

Verdict = Literal["correct", "wrong", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hypothesis that was tried.

    Attributes:
        code: of the catalogue.
        residual: the part of their derivative that it leaves unexplained, 0 for a perfect fit.
        parameters: what was fitted or found, by name.
    """

    code: str
    residual: float
    parameters: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The entry that is furthest from the reference.

    Attributes:
        point: 0 for the caller's x; others are near it.
        row: of the batch.
        i: the output.
        j: the input; -1 for a product along a direction.
        theirs: d output i / d input j as they have it.
        reference: as it is.
        uncertainty: how far the reference may be off.
        method: how the reference was taken.
        form: what their derivative was taken for.
    """

    point: int
    row: int
    i: int
    j: int
    theirs: float
    reference: float
    uncertainty: float
    method: str
    form: str


@dataclass(frozen=True, slots=True)
class Matrices:
    """Both derivatives of one row, as `softgrad.pictures.derivative_heatmaps` draws them.

    Attributes:
        row: of the batch.
        theirs: shape (m, n), entry [i, j] = d output i / d input j.
        reference: likewise.
    """

    row: int
    theirs: Numbers
    reference: Numbers
