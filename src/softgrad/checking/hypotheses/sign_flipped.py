"""The right derivative with the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def sign_flipped(case: Case) -> Iterator[Fit]:
    """Theirs is -J."""
    yield Fit(
        code="sign-flipped",
        residual=case.misfit(case.each(lambda o: -o.reference)),
        what="The sign is wrong: it is minus the derivative.",
        seen="theirs and the reference differ by the factor -1 at every point.",
        formula="the same with the other sign (p - y, for one, not y - p).",
        instead="return -result",
    )
