"""A right formula at the output in place of the input."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def evaluated_at_output(case: Case) -> Iterator[Fit]:
    """Theirs is J at f(x)."""
    if case.is_one_number or not all(o.x.shape == o.y.shape for o in case.observations):
        return
    predictions = case.each(lambda o: case.reference_at(o.y))
    yield Fit(
        code="evaluated-at-output",
        residual=case.misfit(predictions),
        predictions=predictions,
        what="It is the derivative at the function's output, not at its input.",
        seen="theirs at x is the reference at f(x).",
        formula="f'(x), with x what f was given; a formula in terms of the output is another one.",
        instead="return derivative(z)  # with the z that went into the forward pass",
    )
