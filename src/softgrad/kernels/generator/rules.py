"""What a node may be replaced by without a change of its value: the same work written once."""

from __future__ import annotations

from collections.abc import Callable
from operator import add, eq, ge, gt, is_, le, lt, mul, ne, sub
from typing import Any

from softgrad.kernels.generator.nodes import Graph, Node

_OF_NUMBERS: dict[str, Callable[[float, float], Any]] = {
    "+": add, "-": sub, "*": mul, "<": lt, ">": gt, "<=": le, ">=": ge, "==": eq, "!=": ne,
}  # fmt: skip


def simpler(graph: Graph, operation: str, arguments: tuple[Node, ...]) -> Node | None:
    """A node of the same value that is there already or costs less; None where there is none."""
    rule = _RULES.get(operation)
    constants = [one.constant for one in arguments]
    if operation in _OF_NUMBERS and None not in constants:
        a, b = (float(one) for one in constants if one is not None)
        return graph.operand(_OF_NUMBERS[operation](a, b))
    return None if rule is None else rule(graph, *arguments)


def _negative(graph: Graph, x: Node) -> Node | None:
    if x.constant is not None:
        return x if graph.brief and x.constant == 0 else graph.operand(-x.constant)
    return x.arguments[0] if x.operation == "negative" else None


def _sum(graph: Graph, a: Node, b: Node) -> Node | None:
    if b.operation == "negative":
        return graph.node("-", a, b.arguments[0])
    if a.operation == "negative":
        return graph.node("-", b, a.arguments[0])
    if graph.brief or "entry" not in (a.kind, b.kind):
        # In float32 the sign of a zero does not matter, nor what a zero multiplies.
        if a.constant == 0:
            return b
        if b.constant == 0:
            return a
    return None


def _difference(graph: Graph, a: Node, b: Node) -> Node | None:
    if b.constant == 0:
        return a
    if b.operation == "negative":
        return graph.node("+", a, b.arguments[0])
    return graph.node("negative", b) if graph.brief and a.constant == 0 else None


def _product(graph: Graph, a: Node, b: Node) -> Node | None:
    for one, other in ((a, b), (b, a)):
        if one.constant == 1:
            return other
        if one.constant == -1:
            return graph.node("negative", other)
        if graph.brief and one.constant == 0:
            return one
        if one.bounds[0] >= 0 and one.kind == "number" and other.operation == "copysign":
            size, of = other.arguments
            if size.constant == 1:
                return graph.node("copysign", one, of)
    return None


def _quotient(graph: Graph, a: Node, b: Node) -> Node | None:
    if b.constant == 1:
        return a
    return a if graph.brief and a.constant == 0 else None


def _where(graph: Graph, condition: Node, yes: Node, no: Node) -> Node | None:
    if yes is no:
        return yes
    if condition.constant is not None:
        return yes if condition.constant else no
    if condition.operation == "~":
        return graph.node("where", condition.arguments[0], no, yes)
    known = _sign_where(graph, condition)
    if known is not None:
        replaced = _replaced(graph, yes, *known)
        if replaced is not yes:
            return graph.node("where", condition, replaced, no)
    return None


def _sign_where(graph: Graph, condition: Node) -> tuple[Node, Node] | None:
    """The sign of an entry and what it is where a condition holds, if that is known."""
    x = condition.arguments[0] if condition.kind == "mask" else condition
    if x.kind != "entry":
        return None
    if condition.operation in ("<", ">") and condition.arguments[1].constant == 0:
        return graph.node("sign", x), graph.operand(1.0 if condition.operation == ">" else -1.0)
    if condition.operation == "isinf":
        return graph.node("sign", x), graph.node("copysign", 1.0, x)
    far = condition.operation == ">" and condition.arguments[1].bounds[0] >= 0
    if far and x.operation == "abs":
        of = x.arguments[0]
        return graph.node("sign", of), graph.node("copysign", 1.0, of)
    return None


def _replaced(graph: Graph, node: Node, old: Node, new: Node) -> Node:
    """A node with another in the place of one that it is made of by simple operations."""
    if node is old:
        return new
    if node.operation not in ("*", "negative", "+", "-"):
        return node  # deeper down, it would be computed for both sides
    known = tuple(_replaced(graph, one, old, new) for one in node.arguments)
    if all(map(is_, known, node.arguments)):
        return node
    return graph.node(node.operation, *known)


def _absolute(graph: Graph, x: Node) -> Node | None:
    if x.operation == "negative":
        return graph.node("abs", x.arguments[0])
    return x if x.bounds[0] >= 0 else None


def _square(graph: Graph, x: Node) -> Node:
    return graph.node("*", x, x)


def _power(graph: Graph, x: Node, exponent: Node) -> Node | None:
    if exponent.constant == 1:
        return x
    if exponent.constant == 2:
        return graph.node("*", x, x)
    if exponent.constant == 3:
        return graph.node("*", graph.node("*", x, x), x)
    return graph.node("sqrt", x) if exponent.constant == 0.5 else None


def _maximum(graph: Graph, a: Node, b: Node) -> Node | None:
    for one, other in ((a, b), (b, a)):
        if other.constant is not None and one.bounds[0] >= other.constant:
            return one
    return None


def _minimum(graph: Graph, a: Node, b: Node) -> Node | None:
    for one, other in ((a, b), (b, a)):
        if other.constant is not None and one.bounds[1] <= other.constant:
            return one
    return None


_RULES: dict[str, Callable[..., Node | None]] = {
    "negative": _negative,
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "where": _where,
    "abs": _absolute,
    "square": _square,
    "pow": _power,
    "maximum": _maximum,
    "minimum": _minimum,
}
