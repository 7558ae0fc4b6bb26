"""A formula in terms of the output that is given the input, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import apart


def evaluated_at_input(case: Case) -> Iterator[Fit]:
    """Called with the other one of input and output, theirs is right."""
    if case.claim.is_array or not all(o.x.shape == o.y.shape for o in case.observations):
        return
    by_output = case.claim.argument == "output"
    swapped: list[Numbers] = []
    for o in case.observations:
        try:
            swapped.append(case.theirs_given(o.x if by_output else o.y, o.x))
        except Exception:  # it may not take that point
            return
    residual = max(
        apart(o.reference, t, o.allowed) for t, o in zip(swapped, case.observations, strict=True)
    )
    has, wants = ("output", "input") if by_output else ("input", "output")
    yield Fit(
        code="evaluated-at-output" if by_output else "evaluated-at-input",
        residual=residual,
        undone=swapped,
        what=f"The formula is in terms of the function's {wants}, and it is given its {has}.",
        seen=f"called with the {wants} it agrees with the reference.",
        formula="p * (1 - p), for one, with p = sigmoid(z) and not with z.",
        instead=f"return derivative({'x' if by_output else 'f(x)'})",
    )
