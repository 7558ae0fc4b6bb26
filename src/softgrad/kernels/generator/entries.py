"""A whole C++ file for an entry of the catalogue: what the stages of its family ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from softgrad.contracts.elementwise import Coin, ElementWise
from softgrad.contracts.separable import SeparableLoss
from softgrad.kernels.generator.arithmetic import BRIEF, FLOATS, PRECISE
from softgrad.kernels.generator.branches import leaves
from softgrad.kernels.generator.emission import body_of
from softgrad.kernels.generator.expressions import Body
from softgrad.kernels.generator.floats import parameters_to_be_floats
from softgrad.kernels.generator.nodes import Node
from softgrad.kernels.generator.tracing import (
    Outputs,
    Traced,
    formulas_of,
    takes_positive_values,
    trace,
)

_JETS = frozenset({"log_jet", "heads", "tails", "log_heads", "log_tails"})
_INDENT = " " * 8


@dataclass(frozen=True)
class Written:
    """The C++ of one entry.

    Attributes:
        struct: its name.
        family: the template of the stages that take it.
        header: where that template is.
        text: the whole file.
    """

    struct: str
    family: str
    header: str
    text: str


def written(name: str, kind: type[Any], room: str) -> Written | None:
    """The file of an entry; None where it belongs to no family that is generated."""
    formulas = formulas_of(kind)
    if formulas is None:
        return None
    traced = {function: trace(kind, formula) for function, formula in formulas.items()}
    family, header = _family(kind)
    in_floats = _in_floats(kind, traced)
    functions = [_Function(function, found) for function, found in traced.items()]
    facts = [f"    static constexpr {fact};" for fact in _facts(kind, traced, functions)]
    headers = {header}.union(*(one.headers for one in functions))
    if in_floats:
        headers.add("stages/float_run.hpp")
    lines = [
        f"// Written by the generator from softgrad/{room}/{name}.py: changes here are lost.",
        "#pragma once",
        "",
        *(f'#include "{one}"' for one in sorted(headers)),
        "",
        "namespace softgrad::SOFTGRAD_INSTRUCTION_SET::generated {",
        "",
        f"struct {kind.__name__} {{",
        *facts,
        *(line for one in functions for line in ("", *one.lines)),
        *in_floats,
        "};",
        "",
        "}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET::generated",
        "",
    ]
    return Written(kind.__name__, family, header, "\n".join(lines))


class _Function:
    """One static function, in both precisions where they differ."""

    def __init__(self, name: str, traced: Traced) -> None:
        result = _result(name)
        precise = body_of(traced.precise, result, PRECISE, _INDENT)
        brief = body_of(traced.brief, result, BRIEF, _INDENT)
        self.headers = precise.headers | brief.headers
        self.inputs = precise.inputs | brief.inputs
        self.lines = [
            "    template <class P>",
            f"    SOFTGRAD_INLINE static {_signature(name)} {{",
            *_both(precise, brief),
            "    }",
        ]
        self._mark_unused()

    def _mark_unused(self) -> None:
        """Arguments that the body does not look at stay without a name in C++."""
        body = "\n".join(self.lines[2:])
        head = self.lines[1]
        if "parameters[" not in body:
            head = head.replace(" parameters)", ")")
        for argument in ("z", "t"):
            if argument not in self.inputs:
                head = head.replace(f"Pack {argument},", "Pack,")
        if not any(one.startswith("c.") for one in self.inputs):
            head = head.replace("TrueClass& c", "TrueClass&")
        self.lines[1] = head


def _both(precise: Body, brief: Body) -> list[str]:
    if precise.lines == brief.lines:
        return precise.lines
    return [
        f"{_INDENT}if constexpr (P::precise) {{",
        *(f"    {line}" for line in precise.lines),
        f"{_INDENT}}} else {{",
        *(f"    {line}" for line in brief.lines),
        f"{_INDENT}}}",
    ]


def _in_floats(kind: type[Any], traced: dict[str, Traced]) -> list[str]:
    """value and first in float32 lanes, where these are exact enough (stages/float_run.hpp)."""
    if not issubclass(kind, ElementWise):
        return []
    works = ("value", "first")
    exact = parameters_to_be_floats([traced[name].brief for name in works])
    if exact is None:
        return []
    tests = " && ".join(f"is_float(parameters[{number}])" for number in sorted(exact))
    lines = [
        "",
        "    struct InFloats {",
        f"        static bool serves(const double*{' parameters' if tests else ''}) {{",
        f"            return {tests or 'true'};",
        "        }",
        "        static constexpr bool has_flat_parts = true;",
    ]
    for name in works:
        body = body_of(traced[name].brief, "{0}", FLOATS, _INDENT + "    ")
        parameters = " parameters" if body.parameters else ""
        lines += [
            "",
            f"        static constexpr Range range_of_{name} = everywhere;",
            "        template <class V>",
            f"        SOFTGRAD_INLINE static V {name}(V z, const double*{parameters}) {{",
            *body.lines,
            "        }",
        ]
    return [*lines, "    };"]


def _family(kind: type[Any]) -> tuple[str, str]:
    if issubclass(kind, ElementWise):
        return "ElementWise", "stages/element_wise.hpp"
    if issubclass(kind, Coin):
        return "Coins", "stages/coins.hpp"
    if issubclass(kind, SeparableLoss):
        return "Separable", "stages/separable.hpp"
    return "TrueClassLoss", "stages/true_class.hpp"


def _signature(function: str) -> str:
    if function in _JETS:
        return f"Jet {function}(Pack z, const double* parameters)"
    if function == "excess":
        return "Pack excess(Pack z, Pack t, const double* parameters)"
    if function == "at":
        return "Entry at(const Point& r, const double* parameters)"
    if function.startswith("psi"):
        return f"Pack {function}(const TrueClass& c, const double* parameters)"
    return f"Pack {function}(Pack z, const double* parameters)"


def _result(function: str) -> str:
    if function in _JETS:
        return "Jet{{{0}, {1}, {2}}}"
    return "Entry{{{all}}}" if function == "at" else "{0}"


def _facts(kind: type[Any], traced: dict[str, Traced], functions: list[_Function]) -> list[str]:
    """What the loops ask of an entry before they run it."""
    inputs = set[str]().union(*(one.inputs for one in functions))
    if issubclass(kind, ElementWise):
        facts = [
            f"bool positive = {_cpp(kind.positive)}, has_potential = {_cpp(kind.has_potential)}"
        ]
        if kind.positive:
            straight = all(_is_zero(one[2]) for one in leaves(traced["log_jet"].precise))
            facts.append(f"bool log_bends = {_cpp(not straight)}")
        return facts
    if issubclass(kind, Coin):
        return []
    if issubclass(kind, SeparableLoss):
        facts = [
            f"Form form = Form::{kind.lives_on.name.lower()}",
            f"bool two_sided = {_cpp(kind.two_sided)}",
            f"bool needs_p = {_cpp('r.p' in inputs)}, needs_q = {_cpp('r.q' in inputs)}",
            f"bool needs_log = {_cpp('r.log' in inputs)}",
        ]
        if takes_positive_values(kind):
            facts.append("bool positive = true")
        if all(map(_is_square_of_difference, leaves(traced["at"].precise))):
            facts.append("bool is_squared_error = true")
        return facts
    facts: list[str] = []
    if not inputs & {"c.p", "c.q"}:
        facts.append("bool of_logarithm_alone = true")
    if all(_is_input(one, "c.nll") for one in leaves(traced["psi"].precise)):
        facts.append("bool psi_is_identity = true")
    return facts


def _is_input(outputs: Outputs, name: str) -> bool:
    return outputs[0].operation == "input" and outputs[0].detail == name


def _is_zero(node: Node) -> bool:
    """Whether an entry is 0 wherever it is a number."""
    while node.operation == "where" and node.arguments[0].operation == "isnan":
        node = node.arguments[2]
    return node.constant == 0


def _is_square_of_difference(outputs: Outputs) -> bool:
    value: Node = outputs[0]
    return value.operation == "*" and all(
        one.operation == "minus_target" for one in value.arguments
    )


def _cpp(value: bool) -> str:
    return "true" if value else "false"
