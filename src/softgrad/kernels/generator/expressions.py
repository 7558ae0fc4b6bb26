"""C++ expressions for the nodes of a formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from softgrad.kernels.generator.arithmetic import Arithmetic
from softgrad.kernels.generator.functions import (
    FIELDS,
    NUMBERS,
    SCALAR_ARGUMENTS,
    function_for,
)
from softgrad.kernels.generator.nodes import Node
from softgrad.kernels.generator.text import unwrapped


@dataclass
class Body:
    """Lines of C++, and the headers that they need."""

    lines: list[str] = field(default_factory=list[str])
    headers: set[str] = field(default_factory=set[str])
    inputs: set[str] = field(default_factory=set[str])
    parameters: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])


class Expressions:
    """Of the nodes that some results are made of; the caller keeps the text of each in `texts`.

    Attributes:
        order: the nodes, each after its arguments.
        uses: how often each is an argument or a result, by its identity.
    """

    def __init__(
        self, outputs: Sequence[Node], arithmetic: Arithmetic, indent: str, body: Body
    ) -> None:
        self.arithmetic = arithmetic
        self.indent = indent
        self.body = body
        self.order = list(in_order(outputs))
        self.uses = Counter(id(one) for node in self.order for one in node.arguments)
        self.uses.update(id(one) for one in outputs)
        self.texts: dict[int, str] = {}
        self._decays = {id(one.arguments[0]) for one in self.order if one.operation == "exp_times"}
        self._polynomials = 0

    def plain(self, node: Node) -> str:
        """A node as it is: numbers for all entries as doubles."""
        return self.texts[id(node)]

    def pack(self, node: Node) -> str:
        """A node as a number an entry, or as a mask."""
        text = self.plain(node)
        if node.kind != "number":
            return text
        every = self.arithmetic.every
        return every[0] if node.constant == 0 else every[1].format(unwrapped(text))

    def expression(self, node: Node) -> str:
        """What computes a node from the texts of its arguments."""
        operation, arguments = node.operation, node.arguments
        if operation in FIELDS:
            return f"{self.plain(arguments[0])}.{operation}"
        if operation == "minus_target":
            return "r.minus_target()"
        if operation == "where":
            return self._choice(*arguments, is_number=node.kind in ("number", "flag"))
        if node.kind == "number" and operation in NUMBERS:
            return NUMBERS[operation].format(*map(self.plain, arguments))
        if operation in ("maximum", "minimum"):
            return self._extreme(operation, *arguments)
        if operation == "polynomial":
            return self._polynomial(node)
        if operation == "exp" and id(arguments[0]) in self._decays and arguments[0].bounds[1] <= 0:
            operation = "decay"
        if operation in "+-" and node.kind == "entry" and self.arithmetic.fuses:
            fused = self._fused(operation, *arguments)
            if fused is not None:
                return fused
        if node.kind in ("entry", "mask"):
            bounds = [one.bounds for one in arguments]
            found = function_for(operation, bounds, brief=self.arithmetic.brief)
            if found is not None:
                return self._called(found.pattern, found.header, operation, arguments)
        if operation in ("negative", "~"):
            sign = "-" if operation == "negative" else "!" if node.kind == "flag" else "~"
            return f"{sign}{self.plain(arguments[0])}"
        left, right = map(self.plain, arguments)
        if node.kind == "flag" and operation in "&|":
            operation *= 2
        return f"({left} {operation} {right})"

    def _called(self, pattern: str, header: str, operation: str, arguments: Sequence[Node]) -> str:
        self.body.headers.add(header)
        scalar = SCALAR_ARGUMENTS.get(operation, set[int]())
        texts = [
            self.plain(one) if i in scalar else self.pack(one) for i, one in enumerate(arguments)
        ]
        return pattern.format(*(unwrapped(one) for one in texts))

    def _choice(self, condition: Node, yes: Node, no: Node, *, is_number: bool) -> str:
        test = self.plain(condition)
        if is_number:
            return f"({test} ? {self.plain(yes)} : {self.plain(no)})"
        if condition.kind == "flag":
            return f"({test} ? {self.pack(yes)} : {self.pack(no)})"
        test = unwrapped(test)
        if yes.kind in ("mask", "flag"):
            return f"((({test}) & {self.plain(yes)}) | (~({test}) & {self.plain(no)}))"
        if no.constant == 0:
            return f"where({test}, {unwrapped(self.pack(yes))})"
        if yes.constant == 0:
            return f"where(~({test}), {unwrapped(self.pack(no))})"
        return f"select({test}, {unwrapped(self.pack(yes))}, {unwrapped(self.pack(no))})"

    def _extreme(self, operation: str, a: Node, b: Node) -> str:
        """Of a number and an entry in one instruction, which lets a NaN of the entry pass."""
        if a.kind == "number" or b.kind == "number":
            bound, entry = (a, b) if a.kind == "number" else (b, a)
            name = "largest" if operation == "maximum" else "smallest"
            return f"{name}({self.pack(bound)}, {unwrapped(self.pack(entry))})"
        self.body.headers.add("arithmetic/elementary.hpp")
        name = "larger_of" if operation == "maximum" else "smaller_of"
        return f"{name}({unwrapped(self.pack(a))}, {unwrapped(self.pack(b))})"

    def _polynomial(self, node: Node) -> str:
        self._polynomials += 1
        name = f"coefficients_{self._polynomials}"
        numbers = ", ".join(map(self.arithmetic.literal, node.detail))
        self.body.lines.append(f"{self.indent}constexpr double {name}[] = {{{numbers}}};")
        self.body.headers.add("arithmetic/polynomial.hpp")
        return f"polynomial({self.pack(node.arguments[0])}, {name})"

    def _is_product(self, node: Node) -> bool:
        return node.operation == "*" and node.kind == "entry" and self.uses[id(node)] == 1

    def is_fused(self, node: Node) -> bool:
        """Whether a product is part of the one sum that uses it."""
        return (
            self.arithmetic.fuses
            and self._is_product(node)
            and any(
                other.operation in ("+", "-") and any(one is node for one in other.arguments)
                for other in self.order
            )
        )

    def _fused(self, operation: str, a: Node, b: Node) -> str | None:
        """a b + c in one operation."""
        if self._is_product(a):
            x, y = map(self.pack, a.arguments)
            rest = self.pack(b) if operation == "+" else f"-{self.pack(b)}"
        elif self._is_product(b):
            x, y = map(self.pack, b.arguments)
            x, rest = (x if operation == "+" else f"-{x}"), self.pack(a)
        else:
            return None
        return f"multiply_add({unwrapped(x)}, {unwrapped(y)}, {unwrapped(rest)})"


def in_order(outputs: Sequence[Node]) -> Iterator[Node]:
    """Every node after its arguments."""
    seen: set[int] = set()

    def visit(node: Node) -> Iterator[Node]:
        if id(node) in seen:
            return
        seen.add(id(node))
        for one in node.arguments:
            yield from visit(one)
        yield node

    for output in outputs:
        yield from visit(output)
