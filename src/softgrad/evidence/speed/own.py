"""softgrad's own way to do each task: one public call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from softgrad.catalogue import find_activation
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.task import Task
from softgrad.layer import OutputLayer

#: The path of an activation that no kernel serves.
BY_DEFINITION = "definition (NumPy)"
_LOGGER = logging.getLogger("softgrad.kernels")

Reduction = Literal["sum", "none"]


class OwnCall(NamedTuple):
    """A call, and who says which path it took."""

    run: Callable[[], tuple[Any, ...]]
    path: Callable[[], str]


def own_call(problem: Problem, task: Task, reduction: Reduction = "sum") -> OwnCall:
    """The call that users write, into memory at hand where the work says so."""
    reuses = problem.work.reuses
    buffers = [np.empty_like(problem.z) if reuses else None for _ in range(task.written)]
    if task.loss:
        layer = OutputLayer(task.activation, task.loss, reduction=reduction)
        return OwnCall(_of_layer(layer, task, problem, buffers), layer.explain)
    run = _of_activation(task, problem, buffers)
    return OwnCall(run, lambda: _logged(run))


def _logged(run: Callable[[], object]) -> str:
    """What the kernels log of one more call: activations do not explain themselves."""
    said: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: said.append(record.getMessage())
    level, propagates = _LOGGER.level, _LOGGER.propagate
    _LOGGER.setLevel(logging.DEBUG)
    _LOGGER.propagate = False
    _LOGGER.addHandler(listener)
    try:
        run()
    finally:
        _LOGGER.removeHandler(listener)
        _LOGGER.setLevel(level)
        _LOGGER.propagate = propagates
    return "; ".join(said) or BY_DEFINITION


def _of_layer(
    layer: OutputLayer, task: Task, problem: Problem, buffers: list[Any]
) -> Callable[[], tuple[Any, ...]]:
    z, target, *direction = problem.inputs(task)
    if task.quantity == "hvp":
        return lambda: (layer.hvp(z, target, *direction, out=buffers[0]),)
    if task.quantity == "gradient_and_hessian":
        first, second = buffers
        return lambda: layer.gradient_and_hessian_diagonal(z, target, out=(first, second))
    return lambda: layer.value_and_gradient(z, target, out=buffers[0])


def _of_activation(
    task: Task, problem: Problem, buffers: list[Any]
) -> Callable[[], tuple[Any, ...]]:
    activation = find_activation(task.activation)
    buffer = buffers[0]
    if task.quantity == "value_and_vjp":
        z, g = problem.inputs(task)
        return lambda: (activation(z, out=buffer), activation.vjp(z, g, out=buffers[1]))
    methods: dict[str, Callable[..., Any]] = {
        "value": activation,
        "vjp": activation.vjp,
        "jvp": activation.jvp,
        "hvp": activation.hvp,
    }
    method, inputs = methods[task.quantity], problem.inputs(task)
    return lambda: (method(*inputs, out=buffer),)
