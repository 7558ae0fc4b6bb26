"""The peer of the sweep: torch.compile of the textbook's activation and loss, differentiated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from softgrad.catalogue import find_activation
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.peers.torch_compiled import compiled
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.sweep.activations import WITHOUT, activation_formulas
from softgrad.evidence.speed.sweep.canonical import WITHOUT as WITHOUT_CANONICAL
from softgrad.evidence.speed.sweep.canonical import canonical_losses
from softgrad.evidence.speed.sweep.losses import loss_formulas
from softgrad.evidence.speed.sweep.prediction import Formula, Kind, Prediction
from softgrad.evidence.speed.task import Task
from softgrad.evidence.speed.torch_tensors import array_of
from softgrad.evidence.speed.torch_threads import torch_threads

_formulas = cache(activation_formulas)
_losses = cache(loss_formulas)
_canonical = cache(canonical_losses)


def why_no_formula(task: Task) -> str | None:
    """Why no textbook has the task, or None."""
    if task.activation in WITHOUT:
        return WITHOUT[task.activation]
    if task.loss == "fenchel_young" and task.activation in WITHOUT_CANONICAL:
        return "its canonical loss has no name and no formula in books"
    return None


def _calls(problem: Problem) -> Iterator[Call]:
    task = problem.work.task
    if why_no_formula(task) is not None:
        return
    torch: Any = import_module("torch")
    torch.compiler.reset()
    yield Call(compiled(torch, textbook(task), problem), "", array_of)


def textbook(task: Task) -> Callable[..., tuple[Any, ...]]:
    """The results of the task by its inputs, as tensors."""
    torch: Any = import_module("torch")
    formula = _formulas()[task.activation]
    if task.loss:
        return _of_pair(torch, formula, task)

    def forward_and_back(z: Any, g: Any) -> tuple[Any, ...]:
        value, pull_back = torch.func.vjp(formula.output, z)
        return value, pull_back(g)[0]

    return forward_and_back


def _of_pair(torch: Any, formula: Formula, task: Task) -> Callable[..., tuple[Any, ...]]:
    losses = _canonical() if task.loss == "fenchel_young" else _losses()
    loss = losses[task.activation if task.loss == "fenchel_young" else task.loss]
    kind = _kind(task.activation)

    def value_and_gradient(z: Any, target: Any) -> tuple[Any, ...]:
        def total(x: Any) -> Any:
            return loss(Prediction(torch, formula, x, kind), target)

        value, pull_back = torch.func.vjp(total, z)
        return value, pull_back(torch.ones_like(value))[0]

    return value_and_gradient


def _kind(activation: str) -> Kind:
    kind = find_activation(activation).domain.kind
    return "coins" if "coins" in kind else "classes" if "simplex" in kind else "values"


TEXTBOOK = Peer("torch.compile", ("torch",), _calls, session=torch_threads, starts_quickly=False)
