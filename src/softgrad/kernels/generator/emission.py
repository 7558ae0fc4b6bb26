"""The body of a C++ function from the graph of its results."""

from __future__ import annotations

import linecache
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from softgrad.kernels.generator.arithmetic import Arithmetic
from softgrad.kernels.generator.branches import Branch, Tree
from softgrad.kernels.generator.expressions import Body, Expressions
from softgrad.kernels.generator.functions import FIELDS, RECORDS
from softgrad.kernels.generator.nodes import Node, Place
from softgrad.kernels.generator.text import is_wrapped, safe, unwrapped
from softgrad.kernels.generator.tracing import Outputs

_SOURCES = Path(__file__).parents[2]
_INLINE = 48  # characters up to which an expression that is used once stays where it is used


def body_of(tree: Tree[Outputs], result: str, arithmetic: Arithmetic, indent: str) -> Body:
    """Statements that end in returning the results, in a branch each where there are some.

    Args:
        tree: the results.
        result: a pattern of the returned expression, such as "{{{0}, {1}}}".
        arithmetic: in which numbers it computes.
        indent: blanks before each line.
    """
    body = Body()
    _write(tree, result, arithmetic, indent, body)
    number = arithmetic.types["number"]
    body.lines[:0] = [
        f"{indent}const {number} {safe(name)} = static_cast<{number}>(parameters[{position}]);"
        if number != "double"
        else f"{indent}const double {safe(name)} = parameters[{position}];"
        for position, name in sorted(body.parameters)
    ]
    return body


def _write(
    tree: Tree[Outputs], result: str, arithmetic: Arithmetic, indent: str, body: Body
) -> None:
    if isinstance(tree, Branch):
        condition = _Writer((tree.condition,), arithmetic, indent, body, inline=True)
        condition.statements()
        body.lines.append(f"{indent}if ({unwrapped(condition.plain(tree.condition))}) {{")
        _write(tree.yes, result, arithmetic, indent + "    ", body)
        body.lines.append(f"{indent}}} else {{")
        _write(tree.no, result, arithmetic, indent + "    ", body)
        body.lines.append(f"{indent}}}")
        return
    writer = _Writer(tree, arithmetic, indent, body)
    writer.statements()
    texts = [unwrapped(writer.pack(one)) for one in tree]
    body.lines.append(f"{indent}return {result.format(*texts, all=', '.join(texts))};")


class _Writer(Expressions):
    """Statements for what is used more than once or has a name, expressions for the rest."""

    def __init__(
        self,
        outputs: Sequence[Node],
        arithmetic: Arithmetic,
        indent: str,
        body: Body,
        *,
        inline: bool = False,
    ) -> None:
        super().__init__(outputs, arithmetic, indent, body)
        self._inline = inline
        self._outputs = set(map(id, outputs))
        self._names: Counter[str] = Counter()
        self._place: Place | None = None

    def statements(self) -> None:
        """Write every statement before the last."""
        for node in self.order:
            self.texts[id(node)] = self._text(node)

    def _text(self, node: Node) -> str:
        if node.operation == "constant":
            return self.arithmetic.literal(node.detail)
        if node.operation == "input":
            self.body.inputs.add(node.detail)
            return node.detail
        if node.operation == "parameter":
            self.body.parameters.add(node.detail)
            return safe(node.detail[1])
        expression = self.expression(node)
        if self._inline or node.operation in FIELDS:
            return expression
        once = self.uses[id(node)] == 1 and node.operation not in RECORDS
        brief = len(expression) <= _INLINE or id(node) in self._outputs
        if once and (self.is_fused(node) or (brief and not node.name)):
            return expression
        return self._statement(node, expression, node.name or self._name_of_record(node))

    def _name_of_record(self, node: Node) -> str:
        """All results of an operation, by the variable that holds the first."""
        parts = (one for one in self.order if one.operation in FIELDS and one.arguments[0] is node)
        return next((f"{one.name}_and_{one.operation}" for one in parts if one.name), "")

    def _statement(self, node: Node, expression: str, name: str) -> str:
        name = safe(name.strip("_") or "part")
        if any(name == parameter for _, parameter in self.body.parameters):
            name += "_here"
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name}_{self._names[name]}"
        if node.place is not None and node.place != self._place and node.arguments:
            self._place = node.place
            line = linecache.getline(str(_SOURCES / node.place.file), node.place.line).strip()
            self.body.lines.append(f"{self.indent}// {line}"[:100])
        kind = RECORDS.get(node.operation, self.arithmetic.types[node.kind])
        bare = expression[1:-1] if is_wrapped(expression) else expression
        self.body.lines.append(f"{self.indent}const {kind} {name} = {bare};")
        return name
