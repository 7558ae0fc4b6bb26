"""An answer that was made once, and is given again wherever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def stateful(case: Case) -> Iterator[Fit]:
    """Theirs is the same at every point, and right at the first that it was called at."""
    first, *others = case.observations
    if (
        case.claim.is_array
        or case.is_one_number
        or not others
        or np.max(first.excess, initial=0.0) > 1.0
    ):
        return
    again = all(np.allclose(o.theirs, first.theirs, rtol=1e-12, atol=0.0) for o in others)
    moved = any(np.max(o.excess, initial=0.0) > 1.0 for o in others)
    yield Fit(
        code="stateful",
        residual=0.0 if again and moved else np.inf,
        what="It gives the answer of the first call again, wherever it is called.",
        seen="at other points theirs is still the derivative at the first one.",
        formula="the derivative at the point that it is given.",
        instead="p = softmax(z)  # anew at each call, not kept from an earlier one",
    )
