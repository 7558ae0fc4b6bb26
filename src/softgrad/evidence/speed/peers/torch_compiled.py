"""torch.compile: closed forms and torch.func, each as one graph for its fixed shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from softgrad.evidence.speed.formulas import Function, closed_form, differentiated
from softgrad.evidence.speed.formulas.torch_library import torch_library
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.torch_tensors import array_of, tensors
from softgrad.evidence.speed.torch_threads import torch_threads


def _calls(problem: Problem) -> Iterator[Call]:
    torch: Any = import_module("torch")
    # What was compiled for earlier works goes: its cache is limited, and past that limit
    # functions run uncompiled.
    torch.compiler.reset()
    library, task = torch_library(), problem.work.task
    forms = (
        ("closed form", closed_form(library, task)),
        ("torch.func", differentiated(library, task)),
    )
    for form, formula in forms:
        if formula is not None:
            yield Call(compiled(torch, formula, problem), form, array_of)


def compiled(torch: Any, formula: Function, problem: Problem) -> Callable[[], tuple[Any, ...]]:
    """The formula as one graph for the problem's shape, its results in memory that is used."""
    inputs = tensors(problem.inputs(problem.work.task))
    if not problem.work.reuses:
        function = torch.compile(formula, fullgraph=True, dynamic=False)

        return partial(function, *inputs)

    buffers = [torch.empty_like(inputs[0]) for _ in range(problem.work.task.written)]
    return into(torch, formula, inputs, buffers)


def into(
    torch: Any, formula: Function, inputs: Sequence[Any], buffers: Sequence[Any]
) -> Callable[[], tuple[Any, ...]]:
    """The formula of tensors as one graph: its results of their shape go into the buffers."""
    shape = inputs[0].shape

    def into_buffers(*given: Any) -> tuple[Any, ...]:
        """The compiler turns the copies into the stores of the loops before them."""
        results = formula(*given)
        arrays = [result for result in results if result.shape == shape]
        for buffer, array in zip(buffers, arrays, strict=True):
            buffer.copy_(array)
        return tuple(result for result in results if result.shape != shape)

    graph = torch.compile(into_buffers, fullgraph=True, dynamic=False)

    def run() -> tuple[Any, ...]:
        return (*graph(*inputs), *buffers)

    return run


PEER = Peer("torch.compile", ("torch",), _calls, session=torch_threads, starts_quickly=False)
