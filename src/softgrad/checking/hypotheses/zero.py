"""Nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def zero(case: Case) -> Iterator[Fit]:
    """Theirs is 0 in every entry, beside a reference that is not."""
    nothing = all(not np.any(o.theirs) and not o.mixing and not o.bend for o in case.observations)
    yield Fit(
        code="zero",
        residual=0.0 if nothing else np.inf,
        what="Theirs is 0 everywhere, and the function is not constant.",
        seen="every entry of theirs is 0 where the function changes with its input.",
        formula="the sum over all outputs i of g_i * d output_i / d input_j, input by input."
        if case.claim.form == "vjp"
        else "d output_i / d input_j, entry by entry.",
    )
