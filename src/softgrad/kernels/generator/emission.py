"""The body of a C++ function from the graph of its results."""

from __future__ import annotations

import linecache
from collections import Counter
from collections.abc import Sequence

from softgrad.kernels.generator.arithmetic import Arithmetic
from softgrad.kernels.generator.branches import Branch, Tree
from softgrad.kernels.generator.expressions import Body, Expressions
from softgrad.kernels.generator.functions import FIELDS, RECORDS
from softgrad.kernels.generator.laziness import left_out_sides
from softgrad.kernels.generator.nodes import SOURCES, Node, Place
from softgrad.kernels.generator.text import is_wrapped, safe, unwrapped
from softgrad.kernels.generator.tracing import Outputs

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
        self._left_out = left_out_sides(self.order, outputs)
        self._outputs = set(map(id, outputs))
        self._names: Counter[str] = Counter()
        self._place: Place | None = None

    def statements(self) -> None:
        """Write every statement before the last."""
        self._write_some(self.order)

    def _write_some(self, nodes: Sequence[Node]) -> None:
        """Each node, but for those that only a side of a choice among them asks for."""
        here = set(map(id, nodes))
        inside: set[int] = set()
        for (choice, _), own in self._left_out.items():
            if choice in here:
                inside |= own
        for node in nodes:
            if id(node) not in inside:
                self.texts[id(node)] = self._text(node)

    def _sides(self, node: Node) -> str:
        """A choice of which a side is computed only where some lane takes it."""
        condition, yes, no = node.arguments
        test = unwrapped(self.plain(condition))
        name = self._name(node.name)
        eager = {1: yes, 2: no}
        late = [side for side in (1, 2) if (id(node), side) in self._left_out]
        first = "Pack{}" if len(late) == 2 else unwrapped(self.pack(eager[3 - late[0]]))
        self._comment(node)
        self.body.lines.append(f"{self.indent}Pack {name} = {first};")
        outer = self.indent
        for side in late:
            taken = test if side == 1 else f"~({test})"
            self.body.lines.append(f"{outer}if (any({taken})) {{")
            self.indent = outer + "    "
            own = self._left_out[id(node), side]
            self._write_some([one for one in self.order if id(one) in own])
            value = unwrapped(self.pack(eager[side]))
            self.body.lines.append(f"{self.indent}{name} = select({taken}, {value}, {name});")
            self.indent = outer
            self.body.lines.append(f"{outer}}}")
        return name

    def _text(self, node: Node) -> str:
        if node.operation == "constant":
            return self.arithmetic.literal(node.detail)
        if node.operation == "input":
            self.body.inputs.add(node.detail)
            return node.detail
        if node.operation == "parameter":
            self.body.parameters.add(node.detail)
            return safe(node.detail[1])
        if any((id(node), side) in self._left_out for side in (1, 2)) and not self._inline:
            return self._sides(node)
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
        name = self._name(name)
        self._comment(node)
        kind = RECORDS.get(node.operation, self.arithmetic.types[node.kind])
        bare = expression[1:-1] if is_wrapped(expression) else expression
        self.body.lines.append(f"{self.indent}const {kind} {name} = {bare};")
        return name

    def _name(self, name: str) -> str:
        """A name that is used for nothing else."""
        name = safe(name.strip("_") or "part")
        if any(name == parameter for _, parameter in self.body.parameters):
            name += "_here"
        self._names[name] += 1
        return f"{name}_{self._names[name]}" if self._names[name] > 1 else name

    def _comment(self, node: Node) -> None:
        """The line of Python that a statement comes from, unless it stands there already."""
        if node.place is None or node.place == self._place:
            return
        self._place = node.place
        line = linecache.getline(str(SOURCES / node.place.file), node.place.line).strip()
        self.body.lines.append(f"{self.indent}// {line}"[:100])
