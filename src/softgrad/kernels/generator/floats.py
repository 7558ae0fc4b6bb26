"""Which formulas may be computed in float32 lanes: those that are off by a few units at most.

A step that only chooses, compares or changes a sign rounds nothing. A sum of what was not rounded
before is off by half a unit in the last place, even where it cancels; products and quotients add up
the errors of their factors. Any other function is left to the doubles.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from softgrad.kernels.generator.branches import Tree, leaves
from softgrad.kernels.generator.nodes import Node
from softgrad.kernels.generator.tracing import Outputs

_MOST = 1.0  # units in the last place, counted as halves; a result may be off by twice that
_CHOOSING = frozenset(
    {"where", "maximum", "minimum", "abs", "negative", "sign", "copysign", "isnan", "isinf"}
)
_COMPARING = frozenset({"<", ">", "<=", ">=", "==", "!="})
_LOGICAL = frozenset({"&", "|", "~"})


def parameters_to_be_floats(trees: Sequence[Tree[Outputs]]) -> set[int] | None:
    """The numbers of the hyper-parameters that must be float32; None where nothing is enough."""
    exact: set[int] = set()
    outputs = [one for tree in trees for leaf in leaves(tree) for one in leaf]
    errors = [_error(one, exact) for one in outputs]
    return exact if all(error is not None and error <= _MOST for error in errors) else None


def _error(node: Node, exact: set[int]) -> float | None:
    """How far a node may be off, in units in its last place; None where that is not known."""
    if node.operation == "input":
        return 0.0
    if node.constant is not None:
        with np.errstate(over="ignore"):
            rounded = float(np.float32(node.constant))
        if np.isinf(rounded) and not np.isinf(node.constant):
            return None
        return 0.0 if rounded == node.constant else 0.5
    if node.operation == "parameter":
        return 0.0 if node.detail[0] in exact else 0.5
    if node.kind in ("number", "flag"):
        return None
    exactly = node.operation in _COMPARING or node.operation in ("+", "-")
    if exactly:
        exact.update(one.detail[0] for one in node.arguments if one.operation == "parameter")
    errors = [_error(one, exact) for one in node.arguments]
    known = [one for one in errors if one is not None]
    if len(known) < len(errors) or (exactly and any(known)):
        return None
    if node.operation in _COMPARING or node.operation in _LOGICAL:
        return 0.0
    if node.operation in ("+", "-"):
        return 0.5
    if node.operation in ("*", "/"):
        return sum(known) + 0.5
    return max(known) if node.operation in _CHOOSING else None
