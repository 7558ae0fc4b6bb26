"""Functions of `arrays/` and `contracts/` that the kernels' arithmetic has by itself.

A definition calls them by name; while it is traced each of these makes one node instead of what it
is made of. Everything else is followed down to the operations of the array API.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from softgrad.arrays import divergences, exact, exp_pair, powers, precision, scaled, special
from softgrad.contracts import forms, relative_entropy
from softgrad.kernels.generator.nodes import Graph, Node

# With a namespace as first argument, to one node of the same operands.
_ENTRY_BY_ENTRY: dict[Callable[..., Any], str] = {
    special.log1pmx: "log1pmx",
    special.normal_pdf: "normal_pdf",
    special.normal_cdf: "normal_cdf",
    special.log_normal_cdf: "log_normal_cdf",
    special.inverse_mills: "inverse_mills",
    special.mills_excess: "mills_excess",
    scaled.exp_times: "exp_times",
    scaled.expm1_of_sum: "expm1_of_sum",
    scaled.normal_pdf_times: "normal_pdf_times",
    scaled.logistic_times: "logistic_times",
    scaled.logistic_slope_times: "logistic_slope_times",
    powers.power: "power",
    powers.geometric_sum: "geometric_sum",
    powers.logarithm_series: "logarithm_series",
    divergences.log_excess: "log_excess",
    divergences.softplus_divergence: "softplus_divergence",
    divergences.normal_divergence: "normal_divergence",
    divergences.log_log_divergence: "log_log_divergence",
    relative_entropy.relative_entropy_terms: "relative_entropy_term",
}
# To two nodes, of which the second is what rounding took from the first: none in float32.
_PAIRS: dict[Callable[..., Any], str] = {
    exact.two_product: "two_product",
    exact.quotient_remainder: "quotient_remainder",
    exp_pair.exp_pair: "exponential_pair",
}
_PLAIN = {"two_product": "*", "quotient_remainder": "/", "exponential_pair": "exp", "two_sum": "+"}


@contextmanager
def recorded() -> Generator[None]:
    """Within it, all modules of the package call recorders in the place of these functions."""
    replacements = {id(function): recorder for function, recorder in _recorders()}
    changed: list[tuple[Any, str, Any]] = []
    for name, module in list(sys.modules.items()):
        if not name.startswith("softgrad.") or name.startswith(__package__ or ""):
            continue
        for variable, value in list(vars(module).items()):
            if id(value) in replacements:
                changed.append((module, variable, value))
                setattr(module, variable, replacements[id(value)])
    try:
        yield
    finally:
        for module, variable, value in changed:
            setattr(module, variable, value)


def _recorders() -> Iterator[tuple[Callable[..., Any], Callable[..., Any]]]:
    for function, operation in _ENTRY_BY_ENTRY.items():
        yield function, _recorder(operation)
    for function, operation in _PAIRS.items():
        yield function, _recorder_of_pairs(operation)
    yield exact.two_sum, _two_sum
    yield exact.exact_difference, _exact_difference
    yield precision.polynomial, _polynomial
    yield relative_entropy.log_ratio, _log_ratio
    yield forms.elementwise_form, _form
    yield special.logistic, _logistic
    yield math.log, _log


def _recorder(operation: str) -> Callable[..., Node]:
    def record(xp: Any, *operands: Any) -> Node:
        return xp.graph.node(operation, *operands)

    return record


def _recorder_of_pairs(operation: str) -> Callable[..., tuple[Node, Node]]:
    def record(xp: Any, *operands: Any) -> tuple[Node, Node]:
        return _pair(xp.graph, operation, *operands)

    return record


def _two_sum(a: Any, b: Any) -> tuple[Node, Node]:
    return _pair(_graph(a, b), "two_sum", a, b)


def _pair(graph: Graph, operation: str, *operands: Any) -> tuple[Node, Node]:
    if graph.brief:
        return graph.node(_PLAIN[operation], *operands), graph.operand(0.0)
    return _parts(graph, graph.node(operation, *operands))


def _parts(graph: Graph, pair: Node) -> tuple[Node, Node]:
    return graph.node("high", pair), graph.node("low", pair)


def _exact_difference(xp: Any, a: Any, b: Any) -> tuple[Node, Node]:
    # In float32 too: it decides on which side of a kink an entry is.
    return _parts(xp.graph, xp.graph.node("exact_difference", a, b))


def _polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    if not isinstance(x, Node):
        return precision.polynomial(x, coefficients)
    return x.graph.node("polynomial", x, detail=tuple(map(float, coefficients)))


def _logistic(xp: Any, x: Any) -> Node:
    """p of a coin with log-odds x, which is q of one with -x."""
    graph: Graph = xp.graph
    if x.operation == "negative":
        return graph.node("q", graph.node("logistic", x.arguments[0]))
    return graph.node("p", graph.node("logistic", x))


def _log_ratio(r: Any, t: Any) -> Node:
    return r.xp.graph.node("log_ratio", t, r.p, r.log.value, -r.minus(t))


def _form(value: Any, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    return SimpleNamespace(value=value, first=first, second=second)


def _log(x: Any) -> Any:
    return x.graph.node("log", x) if isinstance(x, Node) else math.log(x)


def _graph(*operands: Any) -> Graph:
    return next(one.graph for one in operands if isinstance(one, Node))
