"""The right derivative times a number: a mean in place of a sum, or a factor too many."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import isclose, prod

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import to_real
from softgrad.checking.hypotheses.fit import Fit
from softgrad.errors import InputTypeError

_NEAR = 1e-4
#: A factor so near to 1 is a constant of few digits.
_NOTHING = 1e-3


def scaled(case: Case) -> Iterator[Fit]:
    """Theirs is c J with one c at all points."""
    factor, residual = case.fit_factor(case.each(lambda o: o.reference))
    if factor != factor or abs(factor - 1.0) < _NOTHING:
        return
    code, cause = _cause(case, factor)
    yield Fit(
        code=code,
        residual=residual,
        parameters={"factor": factor, "cause": cause},
        what=f"It is the right derivative times {factor:.6g}: {cause}.",
        seen=f"theirs and the reference differ by the factor {factor:.6g} at every point.",
        formula=f"theirs divided by {factor:.6g}.",
        instead=f"return result / {factor:.6g}",
    )


def _cause(case: Case, factor: float) -> tuple[str, str]:
    """The code, and where the factor may come from: the likeliest first."""
    if isclose(factor, -1.0, rel_tol=_NEAR):
        return "sign-flipped", "only the sign is wrong"
    temperature = case.temperature
    if temperature is not None and temperature != 1.0:
        for power in (1, 2):
            for name, value in (("1 / T", temperature**-power), ("T", temperature**power)):
                if isclose(factor, value, rel_tol=_NEAR):
                    what = name if power == 1 else f"({name})^2"
                    return "scaled", f"{what} too many, with T the temperature ({temperature:.6g})"
    for name, count in _of_other_arguments(case).items():
        if isclose(factor, count, rel_tol=_NEAR) or isclose(factor * count, 1.0, rel_tol=_NEAR):
            return "scaled", f"{name} ({count:.6g}) is a factor too many, or too few"
    counts = _counts(case)
    for name, count in counts.items():
        if isclose(factor * count, 1.0, rel_tol=_NEAR):
            return "mean-for-sum", f"a mean over {name} ({count}) where the function has a sum"
    for name, count in counts.items():
        if isclose(factor, count, rel_tol=_NEAR):
            return "scaled", f"{name} ({count}) is not divided by"
    if case.claim.form in ("gradient", "hessian") and isclose(factor, 2.0, rel_tol=_NEAR):
        return "scaled", "the 2 of a square's derivative stands there twice, or the loss has a 1/2"
    if case.claim.form in ("gradient", "hessian") and isclose(factor, 0.5, rel_tol=_NEAR):
        return "scaled", "the 2 of a square's derivative is missing"
    return "scaled", "a temperature, a sum of weights or a count of valid rows, perhaps"


def _counts(case: Case) -> dict[str, int]:
    """What a mean may be over; rows only where the function itself adds them up."""
    *batch, inputs = case.claim.whole or (1,)
    counts = {
        "the number of classes": inputs,
        "the number of outputs": case.observations[0].y.shape[1],
    }
    if case.claim.function.view.axis is None or case.is_of_a_number:
        counts["the batch size"] = batch[0] if batch else inputs
        counts["the number of rows"] = prod(batch)
        counts["the number of all entries"] = prod(batch) * inputs
    return {name: count for name, count in counts.items() if count > 1}


def _of_other_arguments(case: Case) -> dict[str, float]:
    """Sums of the arrays that the function was given by `functools.partial`, and their counts."""
    given = case.claim.function.given
    if not isinstance(given, partial):
        return {}
    found: dict[str, float] = {}
    places = {f"argument {k}": value for k, value in enumerate(given.args)}
    for name, value in {**places, **given.keywords}.items():
        try:
            array = to_real(value, name)
        except InputTypeError:  # an axis, a mode
            continue
        found[f"the sum of {name}"] = float(np.sum(array))
        found[f"the count of {name} that is not 0"] = int(np.count_nonzero(array))
    return {name: count for name, count in found.items() if count not in (0, 1)}
