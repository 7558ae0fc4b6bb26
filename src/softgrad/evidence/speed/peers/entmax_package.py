"""The package `entmax`, by those who invented it; it runs on PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.torch_threads import torch_threads

_FORWARD = {"sparsemax": "sparsemax", "entmax": "entmax15"}


def _calls(problem: Problem) -> Iterator[Call]:
    task = problem.work.task
    if task.quantity == "value" and task.activation in _FORWARD:
        torch, package = _packages()
        z = torch.from_numpy(problem.z)
        function = getattr(package, _FORWARD[task.activation])

        def forward() -> tuple[Any, ...]:
            with torch.no_grad():
                return (function(z, dim=-1),)

        yield Call(forward)
    if (task.activation, task.loss) == ("sparsemax", "fenchel_young"):
        torch, package = _packages()
        logits = torch.from_numpy(problem.z).requires_grad_()
        labels = torch.from_numpy(problem.labels)

        def backward() -> tuple[Any, ...]:
            value = package.sparsemax_loss(logits, labels).sum()
            return value.detach(), torch.autograd.grad(value, logits)[0]

        yield Call(backward)


def _packages() -> tuple[Any, Any]:
    return import_module("torch"), import_module("entmax")


PEER = Peer("entmax", ("entmax", "torch"), _calls, session=torch_threads)
