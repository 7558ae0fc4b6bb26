"""The array API on symbols: what a definition calls makes nodes."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from softgrad.kernels.generator.nodes import Graph, TracingError

_BY_NAME = frozenset({
    "abs", "asinh", "atan", "copysign", "exp", "expm1", "hypot", "isfinite", "isinf", "isnan",
    "log", "log1p", "maximum", "minimum", "sign", "sin", "sinh", "sqrt", "square", "tanh", "where",
})  # fmt: skip
_LIMITS = np.finfo(np.float64)


class Symbolic:
    """A namespace whose arrays are nodes of one graph. Numbers are those of float64."""

    __name__ = "symbolic"
    float64 = np.dtype(np.float64)
    float32 = np.dtype(np.float32)
    inf, nan, pi, e = math.inf, math.nan, math.pi, math.e

    def __init__(self) -> None:
        self.graph: Graph

    def __getattr__(self, name: str) -> Any:
        if name not in _BY_NAME:
            raise TracingError(f"the kernels have no {name} of an entry")

        def operation(*operands: Any) -> Any:
            return self.graph.node(name, *operands)

        return operation

    def finfo(self, dtype: Any) -> Any:
        """The limits of float64."""
        return SimpleNamespace(
            bits=64,
            eps=float(_LIMITS.eps),
            max=float(_LIMITS.max),
            min=float(_LIMITS.min),
            smallest_normal=float(_LIMITS.smallest_normal),
        )

    def clip(self, x: Any, low: Any = None, high: Any = None) -> Any:
        """The larger of x and low, then the smaller of that and high."""
        if low is not None:
            x = self.graph.node("maximum", x, low)
        return x if high is None else self.graph.node("minimum", x, high)

    def ones_like(self, x: Any) -> Any:
        """1."""
        return self.graph.operand(1.0)

    def zeros_like(self, x: Any) -> Any:
        """0."""
        return self.graph.operand(0.0)

    def full_like(self, x: Any, value: Any) -> Any:
        """The value."""
        return self.graph.operand(value)

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """A node as it is, a number as a constant."""
        return self.graph.operand(x)

    def astype(self, x: Any, dtype: Any, copy: bool = True) -> Any:
        """1 and 0 of a condition, a number as it is."""
        node = self.graph.operand(x)
        return self.graph.node("where", node, 1.0, 0.0) if node.kind in ("mask", "flag") else node

    def logical_not(self, x: Any) -> Any:
        """Not."""
        return self.graph.node("~", x)

    def logical_and(self, x: Any, y: Any) -> Any:
        """And."""
        return self.graph.node("&", x, y)

    def logical_or(self, x: Any, y: Any) -> Any:
        """Or."""
        return self.graph.node("|", x, y)
