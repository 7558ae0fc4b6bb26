"""The peer of the sweep: torch.compile of the textbook's activation and loss, differentiated.

A pair is one graph, from logits and target to value and gradient. An activation alone is two, as
ours is two calls: in use the cotangent exists only once the output does. The graph back starts
from the logits or from the output, whichever is faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from softgrad.catalogue import find_activation
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.peers.torch_compiled import compiled, into
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.sweep.activations import WITHOUT, activation_formulas
from softgrad.evidence.speed.sweep.canonical import WITHOUT as WITHOUT_CANONICAL
from softgrad.evidence.speed.sweep.canonical import canonical_losses
from softgrad.evidence.speed.sweep.losses import loss_formulas
from softgrad.evidence.speed.sweep.prediction import Kind, Map, Prediction
from softgrad.evidence.speed.sweep.ways_back import FromOutput, from_logits, from_output
from softgrad.evidence.speed.task import Task
from softgrad.evidence.speed.torch_tensors import array_of, tensors
from softgrad.evidence.speed.torch_threads import torch_threads

_formulas = cache(activation_formulas)
_from_output = cache(from_output)
_losses = cache(loss_formulas)
_canonical = cache(canonical_losses)
_Run = Callable[[], tuple[Any, ...]]


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
    if task.loss:
        yield Call(compiled(torch, textbook_pair(task), problem), "", array_of)
        return
    z, g = tensors(problem.inputs(task))
    output, product = torch.empty_like(z), torch.empty_like(z)
    forward = into(torch, _alone(textbook_output(task)), [z], [output])
    kept = {"logits": z, "output": output}
    for what, pull_back in ways_back(task).items():
        back = into(torch, _alone(pull_back), [kept[what], g], [product])
        yield Call(_in_turn(forward, back), f"back from the {what}", array_of)


def _alone(formula: Callable[..., Any]) -> Callable[..., tuple[Any]]:
    return lambda *inputs: (formula(*inputs),)


def _in_turn(first: _Run, second: _Run) -> _Run:
    return lambda: (*first(), *second())


def textbook_output(task: Task) -> Map:
    """What makes the activation's output of a tensor."""
    return _formulas()[task.activation].output


def ways_back(task: Task) -> dict[str, FromOutput]:
    """The products of the activation's Jacobian: of "logits" and g, or of "output" and g."""
    formula = textbook_output(task)
    ways = {"logits": from_logits(formula)}
    if task.activation in _from_output():
        ways["output"] = _from_output()[task.activation]
    return ways


def textbook_pair(task: Task) -> Callable[..., tuple[Any, ...]]:
    """Value and gradient of the task's pair by its inputs, as tensors."""
    torch: Any = import_module("torch")
    formula = _formulas()[task.activation]
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
