"""What is done to a function of logits in eager mode: what was found, beside what holds."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, func
from torch.autograd import forward_ad as forward_mode
from torch.autograd import functional, grad, graph
from torch.utils.checkpoint import checkpoint

from battery.cases import Case

Pairs = Iterable[tuple[Tensor, Tensor]]
Transformation = Callable[[Case], Pairs]
EAGER: dict[str, Transformation] = {}


def listed(
    kept: dict[str, Transformation], name: str
) -> Callable[[Transformation], Transformation]:
    """Under `name` in the table."""

    def keep(transformation: Transformation) -> Transformation:
        kept[name] = transformation
        return transformation

    return keep


def leaf(case: Case) -> Tensor:
    """The case's logits, of which derivatives are asked."""
    return case.z.clone().requires_grad_()


def points(case: Case) -> Tensor:
    """The case's logits and two points beside them, batched in front."""
    return torch.stack([case.z, case.z + case.v / 512, case.z - case.v / 512])


def at_points(function: Callable[[Tensor], Tensor], case: Case) -> Tensor:
    """A function of logits at each of the points, one after the other."""
    return torch.stack([function(z) for z in points(case)])


@listed(EAGER, "backward()")
def _backward(case: Case) -> Pairs:
    z = leaf(case)
    value = case.function(z)
    value.backward()
    assert z.grad is not None
    return [(value.detach(), case.value), (z.grad, case.gradient)]


@listed(EAGER, "double backward")
def _double_backward(case: Case) -> Pairs:
    z = leaf(case)
    (slope,) = grad(case.function(z), z, create_graph=True)
    # (What is linear has a slope without a graph in torch, too.)
    (bend,) = grad((slope * case.v).sum(), z, allow_unused=True)
    return [(slope.detach(), case.gradient), (bend, case.bend)]


@listed(EAGER, "retain_graph twice, then accumulated")
def _retained(case: Case) -> Pairs:
    z = leaf(case)
    value = case.function(z)
    value.backward(retain_graph=True)
    assert z.grad is not None
    kept, first = z.grad, z.grad.clone()
    z.grad = None
    (value * 3).backward(retain_graph=True)
    assert z.grad is not None
    thrice = z.grad.clone()
    value.backward()
    return [
        (first, case.gradient),
        (kept, case.gradient),
        (thrice, 3 * case.gradient),
        (z.grad, 4 * case.gradient),
    ]


@listed(EAGER, "any gradient from above, 0 and negative")
def _from_above(case: Case) -> Pairs:
    z = leaf(case)
    value = case.function(z)
    for u in (0.0, -2.5, 1e-3):
        above = torch.tensor(u, dtype=value.dtype)
        yield grad(value, z, above, retain_graph=True)[0], u * case.gradient


@listed(EAGER, "hooks")
def _hooks(case: Case) -> Pairs:
    z, seen = leaf(case), []
    # (On what is no leaf, so that each backward hands its own on.)
    x = z * 1.0
    x.register_hook(seen.append)
    value = case.function(x)
    value.register_hook(lambda u: -u)
    value.backward(retain_graph=True)
    value.backward()
    assert z.grad is not None
    return [(one, -case.gradient) for one in seen] + [(z.grad, -2 * case.gradient)]


@listed(EAGER, "anomaly mode")
def _anomaly(case: Case) -> Pairs:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is slow
        mode = torch.autograd.detect_anomaly(check_nan=True)
    assert case.bend.isfinite().all()  # (found before, for torch finds it by vmap)
    with mode:
        return list(_double_backward(case))


@listed(EAGER, "forward AD, dual numbers")
def _dual(case: Case) -> Pairs:
    with forward_mode.dual_level():
        dual = forward_mode.make_dual(case.z, case.v)
        value, change = forward_mode.unpack_dual(case.function(dual))
        assert change is not None
        return [(value, case.value), (change, (case.gradient * case.v).sum())]


@listed(EAGER, "forward AD over backward")
def _dual_of_grad(case: Case) -> Pairs:
    with forward_mode.dual_level():
        dual = forward_mode.make_dual(leaf(case), case.v)
        (slope,) = grad(case.function(dual), dual, create_graph=True)
        bend = forward_mode.unpack_dual(slope).tangent
        # (None says zero, where what is linear is differentiated.)
        bend = torch.zeros_like(case.z) if bend is None else bend
        return [(slope.detach(), case.gradient), (bend.detach(), case.bend)]


@listed(EAGER, "is_grads_batched")
def _batched_grads(case: Case) -> Pairs:
    z, above = leaf(case), torch.tensor([1.0, -2.0, 0.0], dtype=torch.float64)
    (found,) = grad(case.function(z), z, above, is_grads_batched=True)
    return [(found, above[:, None, None] * case.gradient)]


@listed(EAGER, "autograd.functional.hessian(vectorize=True)")
def _vectorised(case: Case) -> Pairs:
    for strategy in ("reverse-mode", "forward-mode"):
        found: Any = functional.hessian(
            case.function, case.z, vectorize=True, outer_jacobian_strategy=strategy
        )
        yield found, case.hessian


@listed(EAGER, "autograd.functional.vhp, jvp")
def _products(case: Case) -> Pairs:
    along = (case.gradient * case.v).sum()
    yield functional.vhp(case.function, case.z, case.v)[1], case.bend
    yield functional.jvp(case.function, case.z, case.v)[1], along


@listed(EAGER, "autograd.functional.hvp")
def _by_double_backward(case: Case) -> Pairs:
    return [(functional.hvp(case.function, case.z, case.v)[1], case.bend)]


@listed(EAGER, "checkpoint")
def _checkpoint(case: Case) -> Pairs:
    for reentrant in (False, True):
        z = leaf(case)
        value: Any = checkpoint(case.function, z, use_reentrant=reentrant)
        value.backward()
        assert z.grad is not None
        yield z.grad, case.gradient


@listed(EAGER, "saved-tensor hooks")
def _saved(case: Case) -> Pairs:
    z = leaf(case)
    with graph.saved_tensors_hooks(lambda x: x.clone().numpy(force=True), torch.from_numpy):
        value = case.function(z)
    (slope,) = grad(value, z, retain_graph=True)
    (again,) = grad(value, z)
    return [(slope, case.gradient), (again, case.gradient)]


@listed(EAGER, "inference_mode, no_grad")
def _without_grad(case: Case) -> Pairs:
    for mode in (torch.inference_mode, torch.no_grad):
        with mode():
            found = case.function(leaf(case))
        assert not found.requires_grad
        yield found.clone(), case.value


@listed(EAGER, "gradient penalty")
def _penalty(case: Case) -> Pairs:
    z = leaf(case)
    (slope,) = grad(case.function(z), z, create_graph=True)
    (slope**2).sum().backward()
    expected = 2 * torch.einsum("ijkl,kl->ij", case.hessian, case.gradient)
    return [(torch.zeros_like(z) if z.grad is None else z.grad, expected)]


@listed(EAGER, "strided and expanded logits")
def _strides(case: Case) -> Pairs:
    rows, n = case.z.shape
    wide = torch.zeros(2 * n, 2 * rows, dtype=case.z.dtype)
    wide[::2, ::2] = case.z.T
    wide.requires_grad_()
    case.function(wide[::2, ::2].T).backward()
    assert wide.grad is not None
    yield wide.grad[::2, ::2].T, case.gradient
    together = torch.stack([case.z, case.z]).transpose(0, 1)  # with the batch in the middle
    found = func.vmap(func.grad(case.function), in_dims=1)(together)
    yield found[1], case.gradient
    once = case.z[:1].clone().requires_grad_()
    repeated = once.expand(rows, n)
    (slope,) = grad(case.function(repeated), once)
    yield slope, func.grad(case.formula)(repeated.detach()).sum(0, keepdim=True)


@listed(EAGER, "class axis first")
def _axis(case: Case) -> Pairs:
    z = case.z.T.contiguous().requires_grad_()
    value = case.function(z, axis=0)
    (slope,) = grad(value, z, create_graph=True)
    (bend,) = grad((slope * case.v.T).sum(), z, allow_unused=True)
    return [(value.detach(), case.value), (slope.detach(), case.gradient.T), (bend, case.bend.T)]


@listed(EAGER, "deepcopy of a graph's leaf, retained gradients")
def _copies(case: Case) -> Pairs:
    z = copy.deepcopy(leaf(case))
    x = 2 * (z / 2)
    x.retain_grad()
    case.function(x).backward()
    assert x.grad is not None
    assert z.grad is not None
    return [(x.grad, case.gradient), (z.grad, case.gradient)]
