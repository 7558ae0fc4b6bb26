"""The permanent set of wrong derivatives, in coding styles that people have."""

from checking.mistakes import (
    conduct,
    deviations,
    factors,
    kin_of_softmax,
    norms,
    points,
    products,
    slips,
    softmax,
    terms,
)
from checking.mistakes.registry import WRONG, Mistake

__all__ = [
    "WRONG",
    "Mistake",
    "conduct",
    "deviations",
    "factors",
    "kin_of_softmax",
    "norms",
    "points",
    "products",
    "slips",
    "softmax",
    "terms",
]
