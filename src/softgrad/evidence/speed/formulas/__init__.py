"""Formulas that experts write in PyTorch and JAX, once for both."""

from softgrad.evidence.speed.formulas.closed import closed_form
from softgrad.evidence.speed.formulas.differentiated import differentiated, to_differentiate
from softgrad.evidence.speed.formulas.library import DifferentiatingLibrary, Function, Library

__all__ = [
    "DifferentiatingLibrary",
    "Function",
    "Library",
    "closed_form",
    "differentiated",
    "to_differentiate",
]
