"""From an entry of the catalogue to the formulas that its stage needs, as graphs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, SimpleNamespace
from typing import Any, TypeAlias, cast

from softgrad.contracts.elementwise import Coin, ElementWise
from softgrad.contracts.forms import LivesOn
from softgrad.contracts.parameters import range_of
from softgrad.contracts.separable import SeparableLoss, TrueClass, TrueClassLoss
from softgrad.kernels.generator.branches import Tree, every_side
from softgrad.kernels.generator.namespace import Symbolic
from softgrad.kernels.generator.nodes import Graph, Node, TracingError, is_of_definition
from softgrad.kernels.generator.ranges import ANYTHING, NOT_NEGATIVE, UNIT, Bounds
from softgrad.kernels.generator.vocabulary import recorded
from softgrad.kernels.parameters import fields_of_stages

Outputs: TypeAlias = tuple[Node, ...]
Formula: TypeAlias = Callable[[Any, Symbolic], tuple[Any, ...]]


@dataclass(frozen=True)
class Traced:
    """One function of an entry: what it returns, by the branches on hyper-parameters.

    Attributes:
        precise: for results that are stored in float64.
        brief: for float32 and less.
    """

    precise: Tree[Outputs]
    brief: Tree[Outputs]


def trace(kind: type, formula: Formula) -> Traced:
    """Run a formula of an object of a class, whose hyper-parameters are symbols."""

    def run(xp: Symbolic) -> Outputs:
        return tuple(map(xp.graph.operand, formula(_with_symbols(kind, xp.graph), xp)))

    with recorded(), _named():
        return Traced(every_side(run, brief=False), every_side(run, brief=True))


def element_wise(kind: type[ElementWise]) -> dict[str, Formula]:
    """The value with two derivatives, the logarithm with its own, the canonical loss."""
    found: dict[str, Formula] = {
        "value": lambda a, xp: (a.value(xp, _input(xp, "z")),),
        "first": lambda a, xp: (a.first(xp, _input(xp, "z")),),
        "second": lambda a, xp: (a.second(xp, _input(xp, "z")),),
    }
    if kind.positive:
        found["log_jet"] = _jet("log_form")
    if kind.has_potential:
        found["excess"] = _excess
    return found


def coin() -> dict[str, Formula]:
    """Both sides and their logarithms, each with two derivatives; the canonical loss."""
    return {
        "heads": _jet("output_form"),
        "tails": _jet("complement_form"),
        "log_heads": _jet("log_form"),
        "log_tails": _jet("log_complement_form"),
        "excess": _excess,
    }


def separable(positive: bool) -> dict[str, Formula]:
    """The loss of an entry with two derivatives by the form that it lives on."""

    def at(loss: Any, xp: Symbolic) -> tuple[Any, ...]:
        r, t = _point(xp), _input(xp, "r.t")
        made = (loss.entry_value(r, t), loss.entry_gradient(r, t), loss.entry_hessian(r, t))
        return (*made, loss.entry_output_hessian(r, t)) if positive else made

    return {"at": at}


def true_class(kind: type) -> dict[str, Formula]:
    """psi and its derivatives by L = -log p, and what they make by p where that can be traced."""

    def of(name: str) -> Formula:
        def formula(loss: Any, xp: Symbolic) -> tuple[Any, ...]:
            c = TrueClass(
                _input(xp, "c.nll", NOT_NEGATIVE), _input(xp, "c.p", UNIT), _input(xp, "c.q", UNIT)
            )
            return (getattr(loss, name)(xp, c),)

        return formula

    found = {name: of(name) for name in ("psi", "psi_first", "psi_second", "psi_by_output")}
    try:
        trace(kind, found["psi_by_output"])
    except TracingError:  # it counts up to a hyper-parameter
        del found["psi_by_output"]
    return found


def formulas_of(kind: type) -> dict[str, Formula] | None:
    """The formulas of an entry of one of the four families; None for any other."""
    if issubclass(kind, ElementWise):
        return element_wise(kind)
    if issubclass(kind, Coin):
        return coin()
    if issubclass(kind, SeparableLoss):
        return separable(takes_positive_values(kind))
    return true_class(kind) if issubclass(kind, TrueClassLoss) else None


def takes_positive_values(kind: type[SeparableLoss]) -> bool:
    """Whether a loss on logarithms is one of positive values, rather than of probabilities."""
    return all(domain.kind == "values" for domain in kind.accepts) and kind.lives_on is LivesOn.LOG


def _jet(form: str) -> Formula:
    """A form of the output with its first and second derivative."""

    def formula(a: Any, xp: Symbolic) -> tuple[Any, ...]:
        made = getattr(a, form)(xp, _input(xp, "z"))
        return made.value, made.first(), made.second()

    return formula


def _excess(a: Any, xp: Symbolic) -> tuple[Any, ...]:
    return (a.entry_excess(xp, _input(xp, "z"), _input(xp, "t")),)


def _input(xp: Symbolic, name: str, bounds: Bounds = ANYTHING) -> Node:
    return xp.graph.leaf("input", name, "entry", bounds)


def _point(xp: Symbolic) -> Any:
    """What a separable loss asks of the output: see `softgrad.contracts.forms.Forms`."""
    difference = xp.graph.node("minus_target", _input(xp, "r.p"), _input(xp, "r.q"))

    def minus(t: object) -> Node:
        return difference

    return SimpleNamespace(
        xp=xp,
        p=_input(xp, "r.p"),
        q=_input(xp, "r.q"),
        log=SimpleNamespace(value=_input(xp, "r.log")),
        minus=minus,
        keep=None,
        weights=xp.graph.operand(1.0),
    )


def _with_symbols(kind: type, graph: Graph) -> Any:
    entry = cast(Any, kind)()
    for number, field in enumerate(fields_of_stages(kind)):
        span = range_of(field)
        bounds = (0.0, 1.0) if span is None else (span.low, span.high)
        symbol = graph.leaf("parameter", (number, field.name), "number", bounds)
        object.__setattr__(entry, field.name, symbol)
    return entry


@contextmanager
def _named() -> Generator[None]:
    """Within it, nodes are given the names of the variables that hold them in definitions."""

    def on_event(frame: FrameType, event: str, _: object) -> None:
        if event != "return" or not is_of_definition(frame):
            return
        for name, value in frame.f_locals.items():
            if isinstance(value, Node) and not value.name and value.arguments:
                value.name = name

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        yield
    finally:
        sys.setprofile(before)
