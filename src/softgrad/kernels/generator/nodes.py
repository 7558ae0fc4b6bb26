"""The graph of a formula: each node an operation, equal ones the same object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import currentframe
from pathlib import Path
from types import FrameType
from typing import Any, Literal, TypeAlias

import numpy as np

from softgrad.kernels.generator.ranges import ANYTHING, Bounds, bounds_of

# A number is the same for all entries, as a hyper-parameter is; a flag is a condition on numbers.
Kind: TypeAlias = Literal["number", "flag", "entry", "mask"]

_CONDITIONS = frozenset(
    {"<", ">", "<=", ">=", "==", "!=", "&", "|", "~", "isnan", "isinf", "isfinite"}
)
SOURCES = Path(__file__).parents[2]
_PACKAGE, _OWN = str(SOURCES), str(Path(__file__).parent)


class TracingError(TypeError):
    """A formula does what no kernel can do for each entry by itself."""


@dataclass(frozen=True)
class Place:
    """A line of a Python file, which is named from the package's folder on."""

    file: str
    line: int


def _operator(operation: str) -> Callable[[Node, Any], Any]:
    return lambda a, b: a.graph.node(operation, a, b)


def _reflected(operation: str) -> Callable[[Node, Any], Any]:
    return lambda a, b: a.graph.node(operation, b, a)


class Node:
    """One operation of a formula, made by `Graph.node` alone.

    Attributes:
        graph: the graph that it belongs to.
        operation: what is computed, such as "+", "exp", "where"; "input", "parameter", "constant".
        arguments: what of.
        detail: the value of a constant, the name of an input, the coefficients of a polynomial.
        kind: number, flag, entry or mask.
        bounds: between which its values lie.
        place: the line of the definition that made it first.
        name: of the variable that first held it there, if one did.
    """

    # What array-API code asks of an array; entry by entry all of it is of no consequence.
    dtype = np.dtype(np.float64)
    shape = (4,)
    ndim = 1
    __array_ufunc__ = None
    __hash__ = object.__hash__

    def __init__(
        self,
        graph: Graph,
        operation: str,
        arguments: tuple[Node, ...],
        detail: Any,
        kind: Kind,
        bounds: Bounds,
    ) -> None:
        self.graph = graph
        self.operation = operation
        self.arguments = arguments
        self.detail = detail
        self.kind: Kind = kind
        self.bounds = bounds
        self.place = _place()
        self.name = ""

    @property
    def constant(self) -> float | None:
        """The value of a constant, or None."""
        return float(self.detail) if self.operation == "constant" else None

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        """The namespace that made it."""
        return self.graph.namespace

    def __bool__(self) -> bool:
        if self.kind in ("flag", "number"):
            return self.graph.decide(self)
        raise TracingError("a definition branches on the value of an entry")

    def __float__(self) -> float:
        if self.constant is None:
            raise TracingError("a definition asks for the number in an entry or a hyper-parameter")
        return self.constant

    def __index__(self) -> int:
        raise TracingError("a definition counts up to a hyper-parameter")

    def __neg__(self) -> Node:
        return self.graph.node("negative", self)

    def __abs__(self) -> Node:
        return self.graph.node("abs", self)

    def __invert__(self) -> Node:
        return self.graph.node("~", self)

    __add__, __radd__ = _operator("+"), _reflected("+")
    __sub__, __rsub__ = _operator("-"), _reflected("-")
    __mul__, __rmul__ = _operator("*"), _reflected("*")
    __truediv__, __rtruediv__ = _operator("/"), _reflected("/")
    __pow__, __rpow__ = _operator("pow"), _reflected("pow")
    __and__, __rand__ = _operator("&"), _reflected("&")
    __or__, __ror__ = _operator("|"), _reflected("|")
    __lt__, __gt__ = _operator("<"), _operator(">")
    __le__, __ge__ = _operator("<="), _operator(">=")

    def __eq__(self, other: object) -> Any:
        return self.graph.node("==", self, other)

    def __ne__(self, other: object) -> Any:
        return self.graph.node("!=", self, other)


class Graph:
    """The nodes of one function of an entry, and how branches on numbers are decided.

    Args:
        namespace: what `__array_namespace__` of a node gives.
        decide: which side of a branch on a number or a flag is followed.
        simpler: a node of the same value as an operation, if there is one to take in its place.
        brief: whether results are stored in float32 or less: nothing is compensated.
    """

    def __init__(
        self,
        namespace: Any,
        decide: Callable[[Node], bool],
        simpler: Callable[[Graph, str, tuple[Node, ...]], Node | None],
        brief: bool,
    ) -> None:
        self.namespace = namespace
        self.decide = decide
        self.brief = brief
        self._simpler = simpler
        self._nodes: dict[Any, Node] = {}

    def leaf(self, operation: str, detail: Any, kind: Kind, bounds: Bounds = ANYTHING) -> Node:
        """An input, a hyper-parameter or a constant."""
        key = (operation, repr(detail))
        if key not in self._nodes:
            self._nodes[key] = Node(self, operation, (), detail, kind, bounds)
        return self._nodes[key]

    def operand(self, value: Any) -> Node:
        """A node as it is, and a Python number as a constant."""
        if isinstance(value, Node):
            return value
        if isinstance(value, bool):
            return self.leaf("constant", value, "flag")
        number = float(value)
        return self.leaf("constant", number, "number", (number, number))

    def node(self, operation: str, *operands: Any, detail: Any = None) -> Node:
        """The node of an operation; the one that is there already, if it is."""
        arguments = tuple(self.operand(one) for one in operands)
        key = (operation, tuple(map(id, arguments)), repr(detail))
        found = self._nodes.get(key)
        if found is None and detail is None:
            found = self._simpler(self, operation, arguments)
        if found is None:
            kind = _kind(operation, arguments)
            bounds = bounds_of(operation, [one.bounds for one in arguments])
            found = Node(self, operation, arguments, detail, kind, bounds)
        self._nodes[key] = found
        return found


def _kind(operation: str, arguments: tuple[Node, ...]) -> Kind:
    by_entry = any(one.kind in ("entry", "mask") for one in arguments)
    if operation in _CONDITIONS:
        return "mask" if by_entry else "flag"
    if operation == "where" and arguments[1].kind in ("mask", "flag"):
        return "mask" if by_entry else "flag"
    return "entry" if by_entry else "number"


def is_of_definition(frame: FrameType) -> bool:
    """Whether a frame runs code of the package that is not the generator's own."""
    file = frame.f_code.co_filename
    return file.startswith(_PACKAGE) and not file.startswith(_OWN)


def _place() -> Place | None:
    """The innermost line of a definition."""
    frame = currentframe()
    while frame is not None and not is_of_definition(frame):
        frame = frame.f_back
    if frame is None:
        return None
    return Place(str(Path(frame.f_code.co_filename).relative_to(SOURCES)), frame.f_lineno)
