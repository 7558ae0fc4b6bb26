"""Entries of one's own, sums of losses, noise, and rows of a fixed length, as tensors are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, func

import own_entries
import softgrad as sg
from battery.judgement import close
from softgrad.errors import InputTypeError
from softgrad.torch import Loss

Z = torch.tensor([[0.53, -1.07, 0.11], [1.61, 0.27, -0.73]], dtype=torch.float64)
V = torch.tensor([[1.0, -2.0, 0.5], [0.25, 1.5, -1.0]], dtype=torch.float64)
Y = torch.tensor([2, 0])


OWN = sg.OutputLayer(own_entries.Bent(), own_entries.Fair(c=0.5))


def _own(z: Tensor) -> Tensor:
    return OWN.value(z, V, reduction="sum")


def _own_by_formula(z: Tensor) -> Tensor:
    x = ((z + ((z * z + 1).sqrt() - 1) / 2) - V).abs() / 0.5
    return (0.25 * (x - torch.log1p(x))).sum()


def _sum_of_losses(z: Tensor) -> Tensor:
    loss = sg.CrossEntropy() + 0.25 * sg.SquaredError() + 1e-2 * sg.ZLoss()
    return sg.OutputLayer("softmax", loss).value(z, Y, reduction="sum")


def _sum_by_formula(z: Tensor) -> Tensor:
    hot = torch.nn.functional.one_hot(Y, 3).double()
    p, total = z.softmax(-1), z.logsumexp(-1)
    rows = -(hot * z.log_softmax(-1)).sum(-1) + 0.25 * ((p - hot) ** 2).sum(-1)
    return (rows + 1e-2 * total**2).sum()


def _module_of_images(z: Tensor) -> Tensor:
    return Loss("softmax", "focal", reduction="sum")(z.T[None], Y[None])


def _images_by_formula(z: Tensor) -> Tensor:
    p = z.softmax(-1)[torch.arange(2), Y]
    return (-((1 - p) ** 2) * p.log()).sum()


CALLS: dict[str, tuple[Any, Any]] = {
    "entries of one's own": (_own, _own_by_formula),
    "a sum of losses": (_sum_of_losses, _sum_by_formula),
    "classes in axis 1": (_module_of_images, _images_by_formula),
    "a prediction": (
        lambda z: (sg.squared_error(z, V) * V[:, 0]).sum(),
        lambda z: (((z - V) ** 2).sum(-1) * V[:, 0]).sum(),
    ),
    "its gradient": (
        lambda z: (sg.log_cosh.gradient(z, V) * V).sum(),
        lambda z: (torch.tanh(z - V) * V).sum(),
    ),
    "a gradient of a layer": (
        lambda z: (sg.OutputLayer("softmax", "cross_entropy").gradient(z, Y) * V).sum(),
        lambda z: ((z.softmax(-1) - torch.nn.functional.one_hot(Y, 3)) * V).sum(),
    ),
    "a product with a Jacobian": (
        lambda z: (sg.softmax.vjp(z, V) * V).sum(),
        lambda z: (z.softmax(-1) * (V - (z.softmax(-1) * V).sum(-1, keepdim=True)) * V).sum(),
    ),
    "value and gradient": (
        lambda z: sum(
            x.sum() for x in sg.OutputLayer("sigmoid", "squared_error").value_and_gradient(z, V > 0)
        ),
        lambda z: (
            ((z.sigmoid() - (V > 0).double()) ** 2).sum()
            + (2 * (z.sigmoid() - (V > 0).double()) * z.sigmoid() * (1 - z.sigmoid())).sum()
        ),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_it_is_differentiated_as_its_formula(name: str) -> None:
    own, formula = CALLS[name]
    z = Z.clone().requires_grad_()
    (slope,) = torch.autograd.grad(own(z), z)
    assert close(own(Z), formula(Z))
    assert close(slope, func.grad(formula)(Z))
    assert close(func.jacfwd(own)(Z), func.grad(formula)(Z))
    assert close(func.vmap(func.grad(own))(Z[None])[0], func.grad(formula)(Z))
    if "gradient" not in name and "product" not in name:
        assert close(func.hessian(own)(Z), func.hessian(formula)(Z))


def test_entries_of_one_s_own_are_compiled() -> None:
    call = torch.compile(func.grad(_own), fullgraph=True, backend="aot_eager")
    assert close(call(Z), func.grad(_own_by_formula)(Z))


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_a_seed_or_an_array_of_noise_is_what_it_is_for_arrays(axis: int) -> None:
    numbers = np.random.default_rng(5).gumbel(size=Z.shape[axis])
    for one in (
        sg.GumbelSoftmax(generator=3),
        sg.GumbelSoftmax(noise=numbers, temperature=0.5),
        sg.GumbelSoftmax(noise=torch.tensor(numbers)),
    ):
        for dtype in (torch.float64, torch.float32):
            z = Z.to(dtype)
            found, expected = one(z, axis=axis), torch.tensor(one(z.numpy(), axis=axis))
            assert found.dtype is dtype
            assert ((found - expected).abs() <= 4 * torch.finfo(dtype).eps).all()
            traced = func.vmap(lambda z, one=one: one(z, axis=axis))(z[None])[0]
            assert ((traced - expected).abs() <= 4 * torch.finfo(dtype).eps).all()


def test_noise_is_drawn_from_a_generator_of_torch() -> None:
    draws = [
        sg.GumbelSoftmax(generator=torch.Generator().manual_seed(seed))(Z) for seed in (1, 1, 2)
    ]
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])
    torch.manual_seed(7)
    first = sg.gumbel_softmax(Z), sg.OutputLayer("gumbel_softmax", "cross_entropy").value(Z, Y)
    torch.manual_seed(7)
    again = sg.gumbel_softmax(Z), sg.OutputLayer("gumbel_softmax", "cross_entropy").value(Z, Y)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], sg.gumbel_softmax(Z))


def test_a_gradient_belongs_to_the_noise_of_its_value() -> None:
    one = sg.GumbelSoftmax(generator=torch.Generator().manual_seed(1), temperature=0.7)
    z = Z.clone().requires_grad_()
    p = one(z)
    (slope,) = torch.autograd.grad((p * V).sum(), z)
    drawn = p.detach()
    assert close(slope, drawn * (V - (drawn * V).sum(-1, keepdim=True)) / 0.7)


def test_the_largest_noisy_logit_is_a_draw_of_softmax() -> None:
    torch.manual_seed(0)
    rows = Z[:1].expand(20_000, 3)
    share = torch.bincount(sg.gumbel_softmax(rows).argmax(-1), minlength=3) / 20_000
    assert ((share - Z[0].softmax(-1)).abs() < 0.02).all()


def test_a_generator_of_numpy_is_refused_where_it_would_be_drawn_from_once() -> None:
    one = sg.GumbelSoftmax(generator=np.random.default_rng(0))
    assert one(Z).shape == Z.shape
    with pytest.raises(Exception, match=r"expected a torch.Generator") as caught:
        torch.compile(lambda z: one(z), backend="aot_eager", fullgraph=True)(Z)
    assert isinstance(caught.value, InputTypeError) or "InputTypeError" in str(caught.value)


def test_hardmax_is_straight_through() -> None:
    z = Z.clone().requires_grad_()
    p = sg.hardmax(z)
    assert torch.equal(p.detach(), torch.nn.functional.one_hot(Z.argmax(-1), 3).double())
    (slope,) = torch.autograd.grad((p * V).sum(), z)
    assert close(slope, func.grad(lambda z: (z.softmax(-1) * V).sum())(Z))


def test_explain_says_whether_operators_were_called() -> None:
    layer = sg.OutputLayer("softmax", "cross_entropy", reduction="sum")
    z, y = torch.zeros(2, 3), torch.tensor([0, 2])
    torch.func.grad(lambda z: layer.value(z, y))(z)
    assert "PyTorch operators" in layer.explain()
    layer.value(z, y)
    assert "PyTorch" not in layer.explain()
