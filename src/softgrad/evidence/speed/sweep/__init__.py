"""Every activation and every pair, once beside torch.compile of the textbook's formula.

There are formulas for A activations and L losses, and a pair is one of each.
"""

from softgrad.evidence.speed.sweep.textbook import TEXTBOOK, why_no_formula
from softgrad.evidence.speed.sweep.works import sweep_works

__all__ = ["TEXTBOOK", "sweep_works", "why_no_formula"]
