"""PyTorch as it comes: closed forms, forms that write into buffers, and autograd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from numpy.typing import NDArray

from softgrad.evidence.speed.formulas import Function, closed_form, differentiated, to_differentiate
from softgrad.evidence.speed.formulas.torch_library import torch_library
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.torch_tensors import array_of, tensors
from softgrad.evidence.speed.torch_threads import torch_threads

Run = Callable[[], tuple[Any, ...]]


def _calls(problem: Problem) -> Iterator[Call]:
    torch: Any = import_module("torch")
    library, task = torch_library(), problem.work.task
    inputs = tensors(problem.inputs(task))
    into = _INTO_BUFFERS.get((task.quantity, task.activation, task.loss))
    if into is not None and problem.work.reuses and task.target != "distributions":
        buffers = [torch.empty_like(inputs[0]) for _ in range(task.written)]
        yield Call(_without_graph(into, torch, *inputs, *buffers), "into buffers", array_of)
    closed = closed_form(library, task)
    if closed is not None:
        yield Call(_without_graph(closed, *inputs), "closed form", array_of)
    function = to_differentiate(library, task)
    if function is not None and task.quantity in ("vjp", "value_and_gradient"):
        yield Call(_autograd(torch, function, task.quantity, *inputs), "autograd", array_of)
    transformed = differentiated(library, task)
    if transformed is not None and task.quantity in ("jvp", "hvp"):
        yield Call(_without_graph(transformed, *inputs), "torch.func", array_of)


def _without_graph(function: Function, *arguments: Any) -> Run:
    """No input asks for a gradient, so no graph is recorded; `no_grad` would cost a microsecond."""
    return partial(function, *arguments)


def _autograd(torch: Any, function: Function, quantity: str, z: Any, other: Any) -> Run:
    logits = z.detach().requires_grad_()

    def pull_back() -> tuple[Any, ...]:
        return torch.autograd.grad(function(logits), logits, other)

    def value_and_gradient() -> tuple[Any, ...]:
        value = function(logits, other)
        return value.detach(), torch.autograd.grad(value, logits)[0]

    return pull_back if quantity == "vjp" else value_and_gradient


def _softmax(torch: Any, z: Any, out: Any) -> tuple[Any, ...]:
    return (torch.softmax(z, -1, out=out),)


def _sigmoid(torch: Any, z: Any, out: Any) -> tuple[Any, ...]:
    return (torch.sigmoid(z, out=out),)


def _gelu(torch: Any, z: Any, out: Any) -> tuple[Any, ...]:
    return (torch.ops.aten.gelu.out(z, out=out),)


def _silu(torch: Any, z: Any, out: Any) -> tuple[Any, ...]:
    return (torch.ops.aten.silu.out(z, out=out),)


def _mish(torch: Any, z: Any, out: Any) -> tuple[Any, ...]:
    return (torch.ops.aten.mish.out(z, out=out),)


def _softmax_vjp(torch: Any, z: Any, g: Any, out: Any) -> tuple[Any, ...]:
    p = torch.softmax(z, -1)
    return (torch.ops.aten._softmax_backward_data.out(g, p, -1, z.dtype, grad_input=out),)


def _sigmoid_vjp(torch: Any, z: Any, g: Any, out: Any) -> tuple[Any, ...]:
    p = torch.sigmoid(z, out=out)
    return (torch.ops.aten.sigmoid_backward.grad_input(g, p, grad_input=out),)


def _gelu_vjp(torch: Any, z: Any, g: Any, out: Any) -> tuple[Any, ...]:
    return (torch.ops.aten.gelu_backward.grad_input(g, z, grad_input=out),)


def _silu_vjp(torch: Any, z: Any, g: Any, out: Any) -> tuple[Any, ...]:
    return (torch.ops.aten.silu_backward.grad_input(g, z, grad_input=out),)


def _mish_vjp(torch: Any, z: Any, g: Any, out: Any) -> tuple[Any, ...]:
    """It has no `out`."""
    return (torch.ops.aten.mish_backward(g, z),)


def _cross_entropy(torch: Any, z: Any, labels: Any, out: Any) -> tuple[Any, ...]:
    at = labels[:, None]
    log_p = torch.log_softmax(z, -1, out=out)
    value = -log_p.gather(1, at).sum()
    gradient = log_p.exp_()
    return value, gradient.scatter_add_(1, at, gradient.new_full(at.shape, -1.0))


def _curvature(torch: Any, z: Any, labels: Any, first: Any, second: Any) -> tuple[Any, ...]:
    at = labels[:, None]
    p = torch.softmax(z, -1, out=first)
    torch.addcmul(p, p, p, value=-1, out=second)  # p - p^2
    return p.scatter_add_(1, at, p.new_full(at.shape, -1.0)), second


_INTO_BUFFERS: dict[tuple[str, str, str], Function] = {
    ("value", "softmax", ""): _softmax,
    ("value", "sigmoid", ""): _sigmoid,
    ("value", "gelu", ""): _gelu,
    ("value", "silu", ""): _silu,
    ("value", "mish", ""): _mish,
    ("vjp", "softmax", ""): _softmax_vjp,
    ("vjp", "sigmoid", ""): _sigmoid_vjp,
    ("vjp", "gelu", ""): _gelu_vjp,
    ("vjp", "silu", ""): _silu_vjp,
    ("vjp", "mish", ""): _mish_vjp,
    ("value_and_gradient", "softmax", "cross_entropy"): _cross_entropy,
    ("gradient_and_hessian", "softmax", "cross_entropy"): _curvature,
}


def _copy(target: NDArray[Any], source: NDArray[Any]) -> Callable[[], object]:
    torch: Any = import_module("torch")
    into, of = torch.from_numpy(target), torch.from_numpy(source)
    return lambda: into.copy_(of)


PEER = Peer("torch", ("torch",), _calls, session=torch_threads, copy=_copy)
