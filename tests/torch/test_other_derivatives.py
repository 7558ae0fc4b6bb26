"""Derivatives by what is not the logits: targets, weights, and hyper-parameters that are learnt."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, func, nn
from torch.nn import functional

import softgrad as sg
from battery.formulas_of_losses import row_value
from battery.judgement import close
from laws.cases import identify
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.errors import AutodiffError, ParameterError
from softgrad.torch import Activation

Z = torch.tensor([[0.53, -1.07, 0.11], [1.61, 0.27, -0.73]], dtype=torch.float64)
SHARES = torch.tensor([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]], dtype=torch.float64)
NUMBERS = torch.tensor([[0.4, 1.3, 0.9], [0.2, 2.1, 0.6]], dtype=torch.float64)
WEIGHT = torch.tensor([1.5, 0.25], dtype=torch.float64)
V = torch.tensor([[1.0, -2.0, 0.5], [0.25, 1.5, -1.0]], dtype=torch.float64)
LABELS = torch.tensor([2, 0])

PAIRS = [
    (ACTIVATIONS[a](), LOSSES[b]())
    for a, b in (
        ("softmax", "cross_entropy"),
        ("softmax", "focal"),
        ("softmax", "kl_divergence"),
        ("softmax", "jensen_shannon"),
        ("softmax", "squared_error"),
        ("sigmoid", "cross_entropy"),
        ("sigmoid", "poly"),
        ("exp", "poisson"),
        ("identity", "squared_error"),
        ("tanh", "huber"),
        ("softplus", "tweedie"),
    )
]


def goals(activation: Any) -> Tensor:
    return SHARES if activation.domain.kind in ("simplex", "coins") else NUMBERS


@pytest.mark.parametrize("pair", PAIRS, ids=identify)
def test_a_target_has_a_derivative(pair: Any) -> None:
    layer, formula, t = sg.OutputLayer(*pair), row_value(*pair), goals(pair[0])

    def own(t: Tensor) -> Tensor:
        return (layer.value(Z, t, check_target=False) * WEIGHT).sum()

    expected = func.grad(lambda t: (formula(Z, t) * WEIGHT).sum())(t)
    leaf = t.clone().requires_grad_()
    own(leaf).backward()
    assert leaf.grad is not None
    for found in (leaf.grad, func.grad(own)(t), func.jacfwd(own)(t)):
        assert close(found, expected)
    assert close(func.jvp(own, (t,), (V,))[1], (expected * V).sum())
    two = func.vmap(func.grad(own))(torch.stack([t, t]))
    assert close(two[1], expected)


def test_a_target_that_says_what_its_row_weighs_has_a_derivative() -> None:
    layer, weight = sg.OutputLayer("softmax", "cross_entropy"), torch.tensor([2.0, 0.5, 1.0])

    def own(t: Tensor, reduction: Any) -> Tensor:
        found = layer.value(Z, t, class_weight=weight.double(), reduction=reduction)
        return (found * WEIGHT).sum() if found.dim() else found

    def formula(t: Tensor, reduction: str) -> Tensor:
        rows, counts = -(t * functional.log_softmax(Z, -1)).sum(-1), (t * weight.double()).sum(-1)
        if reduction == "none":
            return (rows * counts * WEIGHT).sum()
        return (rows * counts).sum() / (counts.sum() if reduction == "mean" else 1.0)

    for reduction in ("none", "sum", "mean"):
        expected = func.grad(formula)(SHARES, reduction)
        leaf = SHARES.clone().requires_grad_()
        own(leaf, reduction).backward()
        assert leaf.grad is not None
        assert close(leaf.grad, expected)
        assert close(func.jacfwd(own)(SHARES, reduction), expected)


def test_a_teacher_is_taught_through_the_target() -> None:
    """Logits on both sides, and both learn."""
    layer = sg.OutputLayer("softmax", "cross_entropy", reduction="mean")
    teacher, student = V.clone().requires_grad_(), Z.clone().requires_grad_()
    layer.value(student, sg.softmax(teacher)).backward()

    def formula(s: Tensor, t: Tensor) -> Tensor:
        return functional.cross_entropy(s, functional.softmax(t, -1))

    for leaf, expected in zip((student, teacher), func.grad(formula, (0, 1))(Z, V), strict=True):
        assert leaf.grad is not None
        assert close(leaf.grad, expected)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_a_row_s_weight_has_a_derivative(reduction: Any) -> None:
    layer = sg.OutputLayer("softmax", "focal")
    rows = row_value(layer.activation, layer.loss)

    def own(z: Tensor, w: Tensor) -> Tensor:
        found = layer.value(z, LABELS, sample_weight=w, reduction=reduction)
        return (found * V[:, 0]).sum() if found.dim() else found

    def formula(z: Tensor, w: Tensor) -> Tensor:
        found = w * rows(z, functional.one_hot(LABELS, 3).double())
        if reduction == "none":
            return (found * V[:, 0]).sum()
        return found.sum() / (w.sum() if reduction == "mean" else 1.0)

    for transform in (
        func.grad,
        func.jacfwd,
        func.hessian,
        lambda f, argnums: func.jacrev(func.jacrev(f, argnums), argnums),
        lambda f, argnums: func.jacfwd(func.jacfwd(f, argnums), argnums),
        lambda f, argnums: func.jacrev(func.jacfwd(f, argnums), argnums),
    ):
        found, expected = (transform(f, argnums=(0, 1))(Z, WEIGHT) for f in (own, formula))
        for a, b in zip(_flat(found), _flat(expected), strict=True):
            assert close(a, b)
    leaves = Z.clone().requires_grad_(), WEIGHT.clone().requires_grad_()
    plain = torch.autograd.grad(own(*leaves), leaves)
    for a, b in zip(plain, func.grad(formula, argnums=(0, 1))(Z, WEIGHT), strict=True):
        assert close(a, b)


def _flat(found: Any) -> list[Tensor]:
    return [found] if isinstance(found, Tensor) else [x for one in found for x in _flat(one)]


@pytest.mark.parametrize("shape", [(), (2, 1)], ids=["one", "a row"])
def test_a_temperature_is_learnt_to_second_order(shape: tuple[int, ...]) -> None:
    heat = torch.full(shape, 1.7, dtype=torch.float64)

    def own(z: Tensor, heat: Tensor) -> Tensor:
        # (A module of no parameters, for torch.func.)
        return (Activation("softmax", temperature=heat)(z) * V).sum()

    def formula(z: Tensor, heat: Tensor) -> Tensor:
        return (functional.softmax(z / heat, -1) * V).sum()

    for transform in (func.grad, func.jacfwd, func.hessian):
        found, expected = (transform(f, argnums=(0, 1))(Z, heat) for f in (own, formula))
        for a, b in zip(_flat(found), _flat(expected), strict=True):
            assert close(a, b)
    module = Activation("softmax", temperature=nn.Parameter(heat.clone()))
    (module(Z) * V).sum().backward()
    assert set(module.state_dict()) == {"temperature"}
    slope = module.get_parameter("temperature").grad
    assert slope is not None
    assert close(slope, func.grad(formula, argnums=1)(Z, heat))


@pytest.mark.parametrize("rows", [False, True], ids=["one", "a row"])
def test_alpha_of_entmax_is_learnt(rows: bool) -> None:
    alpha = torch.tensor([[1.3], [1.7]] if rows else 1.4, dtype=torch.float64)
    module = Activation("entmax", alpha=nn.Parameter(alpha.clone()))
    z = Z.clone().requires_grad_()
    (module(z) * V).sum().backward()
    slope = module.get_parameter("alpha").grad
    assert slope is not None
    assert z.grad is not None
    step = 1e-6
    for at in range(alpha.numel()):
        change = torch.zeros_like(alpha.reshape(-1))
        change[at] = step
        ends = []
        for sign in (1.0, -1.0):
            moved = (alpha.reshape(-1) + sign * change).expand(2)
            p = [sg.Entmax(alpha=float(a))(row) for a, row in zip(moved, Z, strict=True)]
            ends.append((torch.stack(p) * V).sum())
        assert abs((ends[0] - ends[1]) / (2 * step) - slope.reshape(-1)[at]) < 1e-8
    for at, a in enumerate(alpha.reshape(-1).expand(2)):
        one = sg.Entmax(alpha=float(a)).vjp(Z[at : at + 1].numpy(), V[at : at + 1].numpy())
        assert close(z.grad[at : at + 1], torch.tensor(one))
    with pytest.raises(AutodiffError, match="second derivative by alpha"):
        func.hessian(lambda x: (Activation("entmax", alpha=x)(Z) * V).sum())(alpha)


def test_what_has_no_derivative_is_not_learnt() -> None:
    with pytest.raises(ParameterError, match="no derivative by 'order'"):
        Activation("taylor_softmax", order=nn.Parameter(torch.tensor(2.0)))


@pytest.mark.parametrize("transformed", [False, True], ids=["recorded", "batched"])
def test_the_gradient_by_the_target_knows_weights_of_classes(transformed: bool) -> None:
    layer = sg.OutputLayer("softmax", "kl_divergence", class_weight=[1.0, 2.0, 0.5])
    z = torch.tensor([[0.5, -1.0, 0.1], [1.6, 0.2, -0.7]], dtype=torch.float64)
    t = torch.softmax(2.0 * z.flip(-1), -1)
    if transformed:
        found = torch.func.vmap(layer.target_gradient)(z, t)
    else:
        found = layer.target_gradient(z.clone().requires_grad_(), t).detach()
    want = layer.target_gradient(z.numpy(), t.numpy())
    np.testing.assert_allclose(found.numpy(), want, rtol=1e-13)
