"""Formulas that experts write in PyTorch and JAX, once for both."""

from softgrad.benchmark.formulas.closed import closed_form
from softgrad.benchmark.formulas.differentiated import differentiated, to_differentiate
from softgrad.benchmark.formulas.library import Function, Library

__all__ = ["Function", "Library", "closed_form", "differentiated", "to_differentiate"]
