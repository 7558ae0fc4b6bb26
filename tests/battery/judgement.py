"""Right, or refused with the reason: what a transformation of a function comes to."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from battery.cases import Case
from battery.transformations import Transformation
from softgrad.errors import AutodiffError

Outcome = Literal["right", "raises", "raises without a reason"]

#: Forward over forward mode, which asks for J v as a function of z.
FORWARD_TWICE = "jacfwd(jacfwd)"
#: The last looks to autograd like the others: it differentiates what is linear in a vector by it.
REFUSED = ("third derivative", "autograd.functional.hvp")


def judge(transformation: Transformation, case: Case) -> Outcome:
    """What came of it.

    Raises:
        AssertionError: something that is not what the formula gives.
    """
    try:
        pairs = list(transformation(case))
    except AutodiffError as refusal:
        return "raises" if "is not offered; " in str(refusal) else "raises without a reason"
    for at, (found, expected) in enumerate(pairs):
        zero = found is None  # (torch's None for a derivative that is 0)
        shown = torch.zeros_like(expected) if zero else found
        assert close(shown, expected), (case.name, at, shown, expected)
    return "right"


def expected_outcome(name: str, case: Case) -> Outcome:
    """What the documentation says."""
    if name in REFUSED or (name == FORWARD_TWICE and not case.symmetric):
        return "raises"
    return "right"


def close(found: Tensor, expected: Tensor) -> bool:
    """Equal in the size of the largest number of what is expected, or in that of 1."""
    if found.shape != expected.shape:
        return False
    size = max(1.0, float(expected.abs().max())) if expected.numel() else 1.0
    return bool((found - expected).abs().max() <= 2**13 * np.finfo(np.float64).eps * size)
