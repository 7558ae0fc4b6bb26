"""Softmax, as hypotheses need it: plain, and apart from the library that is to judge."""

from __future__ import annotations

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers


def softmax(z: Numbers) -> Numbers:
    """Of each row."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax_jacobian(z: Numbers) -> Numbers:
    """diag(p) - p p^T of each row, shape (batch, n, n)."""
    p = softmax(z)
    return p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])


def is_softmax(case: Case) -> bool:
    """Whether the function gives the softmax of its rows."""
    return all(
        o.x.shape == o.y.shape and np.allclose(o.y, softmax(o.x), rtol=1e-5, atol=1e-12)
        for o in case.observations
    )
