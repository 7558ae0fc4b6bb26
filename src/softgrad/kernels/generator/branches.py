"""Branches of a definition on hyper-parameters: it runs once for each side of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar, cast

from softgrad.kernels.generator.namespace import Symbolic
from softgrad.kernels.generator.nodes import Graph, Node, TracingError
from softgrad.kernels.generator.rules import simpler

T = TypeVar("T")
_MOST = 16


@dataclass(frozen=True)
class Branch(Generic[T]):
    """What a definition makes where a condition holds, and where it does not."""

    condition: Node
    yes: Tree[T]
    no: Tree[T]


Tree: TypeAlias = "Branch[T] | T"


def leaves(tree: Tree[T]) -> list[T]:
    """The results of every side."""
    if not isinstance(tree, Branch):
        return [tree]
    branch = cast(Branch[T], tree)
    return [*leaves(branch.yes), *leaves(branch.no)]


def every_side(function: Callable[[Symbolic], T], *, brief: bool) -> Tree[T]:
    """The results of a function of a symbolic namespace, by the branches that it meets."""
    return _sides(function, brief, [])


def _sides(function: Callable[[Symbolic], T], brief: bool, decided: list[bool]) -> Tree[T]:
    if len(decided) > _MOST:
        raise TracingError("a definition branches too often")
    met: list[Node] = []

    def decide(condition: Node) -> bool:
        if condition.constant is not None:
            return bool(condition.constant)
        for earlier, answer in zip(met, decided, strict=False):
            if earlier is condition:
                return answer
        met.append(condition)
        return decided[len(met) - 1] if len(met) <= len(decided) else True

    namespace = Symbolic()
    namespace.graph = Graph(namespace, decide, simpler, brief)
    result = function(namespace)
    if len(met) <= len(decided):
        return result
    condition = met[len(decided)]
    return Branch(
        condition,
        _sides(function, brief, [*decided, True]),
        _sides(function, brief, [*decided, False]),
    )
