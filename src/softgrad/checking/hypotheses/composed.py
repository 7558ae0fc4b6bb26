"""Two mistakes at once: one is undone, or made, and the others are asked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.constant_offset import constant_offset
from softgrad.checking.hypotheses.diagonal_only import diagonal_of_matrix
from softgrad.checking.hypotheses.fit import Fit, Hypothesis
from softgrad.checking.hypotheses.formula_slip import formula_slip
from softgrad.checking.hypotheses.inner_for_outer import inner_for_outer
from softgrad.checking.hypotheses.mean_for_sum import mean_for_sum
from softgrad.checking.hypotheses.missing_rank_one_term import missing_rank_one_term
from softgrad.checking.hypotheses.missing_term import missing_term
from softgrad.checking.hypotheses.off_diagonal_sign import off_diagonal_sign
from softgrad.checking.hypotheses.row_summed import row_summed
from softgrad.checking.hypotheses.scaled import scaled
from softgrad.checking.hypotheses.transposed import transposed

#: Of a matrix that one mistake made, whatever the function is.
_OF_MATRICES: tuple[Hypothesis, ...] = (
    transposed,
    diagonal_of_matrix,
    off_diagonal_sign,
    mean_for_sum,
    scaled,
    constant_offset,
)
#: Of theirs, once a mistake of it is undone.
_OF_UNDONE: tuple[Hypothesis, ...] = (
    *_OF_MATRICES[:-1],
    row_summed,
    missing_term,
    formula_slip,
    inner_for_outer,
    missing_rank_one_term,
    constant_offset,
)
#: Of two mistakes these are told second: they say less about the formula.
_MINOR = (
    "probability-for-logit",
    "evaluated-at-input",
    "evaluated-at-output",
    "transposed",
    "sign-flipped",
    "mean-for-sum",
    "scaled",
    "constant-offset",
)


_FACTORS = {"sign-flipped", "mean-for-sum", "scaled"}


def composed(case: Case, fits: Iterable[Fit]) -> list[Fit]:
    """Of fits with one mistake each, all pairs of two different ones; those with a factor first."""
    pairs = [
        (first, second)
        for first in fits
        for altered, hypotheses in _altered(case, first)
        for hypothesis in hypotheses
        for second in hypothesis(altered)
        if second.code != first.code
    ]
    pairs.sort(key=_rarity)
    return [_both(first, second) for first, second in pairs]


def _rarity(pair: tuple[Fit, Fit]) -> int:
    """A factor or a sign besides is common, a constant besides is not."""
    codes = {fit.code for fit in pair}
    return 0 if codes & _FACTORS else 2 if "constant-offset" in codes else 1


def _altered(case: Case, first: Fit) -> Iterator[tuple[Case, tuple[Hypothesis, ...]]]:
    if first.predictions is not None and _say_something(first.predictions):
        yield case.with_reference(first.predictions), _OF_MATRICES
    if first.undone is not None and _say_something(first.undone):
        yield case.with_theirs(first.undone), _OF_UNDONE


def _say_something(matrices: Sequence[np.ndarray]) -> bool:
    """Whether they are numbers, and not all of them 0, which is anything times 0."""
    return all(bool(np.all(np.isfinite(m))) for m in matrices) and any(np.any(m) for m in matrices)


def _both(first: Fit, second: Fit) -> Fit:
    main, other = sorted((first, second), key=_weight)
    return Fit(
        code=main.code,
        residual=second.residual,
        parameters={**other.parameters, **main.parameters, "also": other.code},
        what=f"Two mistakes at once. First: {main.what} Second: {other.what}",
        seen="with both together theirs is explained, and with neither alone.",
        formula=main.formula or other.formula,
        instead=main.instead or other.instead,
    )


def _weight(fit: Fit) -> int:
    return _MINOR.index(fit.code) + 1 if fit.code in _MINOR else 0
