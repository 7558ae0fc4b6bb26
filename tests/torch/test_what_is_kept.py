"""Nothing that somebody else can see is written over, and nothing is kept beyond its use."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import weakref
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import softgrad as sg
from softgrad.torch import Activation, Loss

Z = torch.tensor([[0.5, -1.0, 0.0], [1.5, 0.25, -0.75]], dtype=torch.float64)
Y = torch.tensor([2, 0])
REDUCTIONS: tuple[Any, ...] = ("none", "sum", "mean")
each_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def layer(reduction: Any) -> sg.OutputLayer:
    return sg.OutputLayer("softmax", "cross_entropy", reduction=reduction)


@each_reduction
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_a_gradient_that_was_handed_over_stays_what_it_was(reduction: Any, dtype: Any) -> None:
    z = Z.to(dtype, copy=True).requires_grad_()
    value = layer(reduction).value(z, Y).sum()
    value.backward(retain_graph=True)
    assert z.grad is not None
    kept, shown = z.grad, z.grad.clone()
    z.grad = None
    value.backward(torch.tensor(-3.0, dtype=dtype), retain_graph=True)
    assert torch.equal(kept, shown)
    assert z.grad is not None
    again = z.grad.clone()
    kept.zero_()  # by an optimiser
    (third,) = torch.autograd.grad(value, z, retain_graph=True)
    assert torch.equal(third, shown)
    assert torch.equal(z.grad, again)


@pytest.mark.parametrize("scales", [(1.0, 4.0, -0.5), (4.0, 1.0, 1.0), (-0.5, -0.5, 1.0)])
def test_what_a_hook_kept_is_not_scaled_afterwards(scales: tuple[float, ...]) -> None:
    seen: list[Tensor] = []
    x = Z.clone().requires_grad_() * 1.0
    x.register_hook(lambda g: seen.append(g) or None)
    value = layer("mean").value(x, Y)
    expected = layer("mean").gradient(Z, Y)
    for u in scales:
        value.backward(torch.tensor(u, dtype=torch.float64), retain_graph=True)
    for found, u in zip(seen, scales, strict=True):
        assert torch.equal(found, u * expected)


def test_two_leaves_that_share_a_loss_do_not_share_a_gradient() -> None:
    a, b = Z.clone().requires_grad_(), torch.zeros_like(Z).requires_grad_()
    layer("sum").value(a + b, Y).backward()
    assert a.grad is not None
    assert b.grad is not None
    shown = a.grad.clone()
    b.grad.mul_(7.0)
    layer("sum").value(a + b, Y).backward()
    assert torch.equal(a.grad, 2 * shown)


@each_reduction
def test_logits_that_are_changed_after_the_call_are_not_mistaken_for_those_before(
    reduction: Any,
) -> None:
    """As for torch's own: what is needed and was written to is an error."""
    z = Z.clone().requires_grad_()
    x = z * 1.0
    value, p = layer(reduction).value(x, Y).sum(), sg.softmax(x).sum()
    (expected,) = torch.autograd.grad(layer(reduction).value(z, Y).sum(), z)
    x.mul_(2.0)
    changed = pytest.raises(RuntimeError, match="modified by an inplace operation")
    if reduction != "none":  # (made with the value already; made again it would be another)
        assert torch.equal(torch.autograd.grad(value, z, retain_graph=True)[0], expected)
    with changed:
        torch.autograd.grad(value, z, retain_graph=True)
    with changed:
        torch.autograd.grad(p, z)


def test_inputs_are_not_written_to() -> None:
    z, t, w = Z.clone().requires_grad_(), torch.softmax(Z, -1), torch.tensor([1.0, 2.0]).double()
    before = [x.detach().clone() for x in (z, t, w)]
    for kind in ("cross_entropy", "squared_error", "focal"):
        own = sg.OutputLayer("softmax", kind, label_smoothing=0.1)
        own.value(z, t, sample_weight=w, reduction="mean").backward()
    for x, kept in zip((z, t, w), before, strict=True):
        assert torch.equal(x, kept)


def test_results_share_no_memory_with_what_they_are_made_of() -> None:
    z = Z.clone()
    for found in (sg.identity(z), sg.relu(z.abs()), sg.ReLU().vjp(z.abs(), z)):
        assert found.data_ptr() != z.data_ptr()
    numbers = Z.numpy().copy()
    assert not np.shares_memory(sg.identity(torch.from_numpy(numbers)).numpy(), numbers)


@each_reduction
def test_a_graph_that_is_freed_frees_what_it_kept(reduction: Any) -> None:
    z = torch.randn(8, 5, dtype=torch.float64, requires_grad=True)
    x = z * 1.0
    seen = weakref.ref(x)
    value = layer(reduction).value(x, torch.arange(8) % 5).sum()
    del x
    value.backward()
    with pytest.raises(RuntimeError, match="second time"):
        value.backward(torch.tensor(2.0, dtype=torch.float64))
    del value
    gc.collect()
    assert seen() is None


MODULES: list[nn.Module] = [
    Loss("softmax", "focal", weight=torch.tensor([1.0, 2.0, 0.5]).double(), label_smoothing=0.1),
    Loss("sigmoid", "cross_entropy", pos_weight=torch.tensor([2.0, 1.0, 3.0]).double()),
    Loss("softmax", sg.CrossEntropy() + 1e-2 * sg.ZLoss()),
    Activation("sparsemax", dim=0),
    Activation("entmax", alpha=nn.Parameter(torch.tensor(1.4, dtype=torch.float64))),
    Activation("softmax", temperature=torch.tensor([[0.5], [2.0]], dtype=torch.float64)),
]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_modules_are_copied_pickled_and_saved(module: nn.Module) -> None:
    arguments: tuple[Tensor, ...] = (Z,)
    if isinstance(module, Loss):
        arguments = (Z, (Z > 0).double() if module.pos_weight is not None else Y)
    expected = module(*arguments).detach()
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    saved = torch.load(file, weights_only=False)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)), saved):
        assert torch.equal(other(*arguments), expected)
        assert repr(other) == repr(module)
        assert set(other.state_dict()) == set(module.state_dict())
    blank = copy.deepcopy(module)
    for one in blank.state_dict().values():
        one.fill_(1.25)
    blank.load_state_dict(module.state_dict())
    assert torch.equal(blank(*arguments), expected)
    assert module.to(torch.float32) is module
    module.to(torch.float64)
