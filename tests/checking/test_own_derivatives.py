"""Functions of PyTorch and JAX whose own backward pass is checked."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import softgrad as sg
from softgrad.errors import ParameterError

Z = torch.tensor([[0.3, -1.2, 0.8, 2.0], [1.0, 0.1, -0.4, 0.2], [0.0, 0.5, 0.9, -2.0]])


class Right(torch.autograd.Function):
    @staticmethod
    def forward(context, z):
        p = torch.softmax(z, -1)
        context.save_for_backward(p)
        return p

    @staticmethod
    def backward(context, g):
        (p,) = context.saved_tensors
        return p * (g - (g * p).sum(-1, keepdim=True))


class Wrong(Right):
    @staticmethod
    def backward(context, g):
        return 2.0 * Right.backward(context, g)


def test_an_autograd_function_as_such():
    assert sg.check(Right, x=Z)
    assert sg.check(Wrong, x=Z).diagnosis == "scaled"
    assert sg.check(Wrong.apply, None, Z).verdict == "wrong"


def test_one_as_the_derivative_of_another_function():
    assert sg.check(partial(torch.softmax, dim=-1), Right, Z)
    assert not sg.check(partial(torch.softmax, dim=-1), Wrong, Z)


def test_a_module_whose_weights_are_float32():
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Softmax(-1))
    assert sg.check(module, x=Z)
    assert next(module.parameters()).dtype == torch.float32  # a copy was made


def test_a_function_that_takes_float32_alone():
    weights = torch.linspace(-1, 1, 12).reshape(4, 3)

    def mix(z):
        return torch.softmax(z @ weights, -1)

    def backward(z, g):
        return torch.autograd.functional.vjp(mix, z, g)[1]

    assert sg.check(mix, backward, Z)
    assert sg.check(mix, lambda z, g: 1.01 * backward(z, g), Z).diagnosis == "scaled"


def test_dropout_says_nothing():
    report = sg.check(torch.nn.Dropout(), x=Z)
    assert (report.verdict, report.diagnosis) == ("inconclusive", "not-deterministic")


def test_a_result_in_bfloat16():
    def backward(z, g):
        return Right.apply(z).to(torch.bfloat16) * 0

    assert sg.check(Right, backward, Z).diagnosis == "zero"


@jax.custom_vjp
def softmax_of_jax(z):
    return jax.nn.softmax(z)


softmax_of_jax.defvjp(
    lambda z: (jax.nn.softmax(z),) * 2,
    lambda p, g: (p * (g - jnp.mean(g * p, -1, keepdims=True)),),
)


def test_a_custom_vjp_of_jax_in_double_precision():
    x = jnp.asarray(Z.numpy())
    assert sg.check(jax.nn.softmax, None, x)
    assert sg.check(jax.nn.softmax, None, x, "jvp")
    report = sg.check(softmax_of_jax, None, x)
    assert report.diagnosis == "mean-for-sum"
    assert report.evidence.uncertainty < 1e-8


def test_numpy_brings_none_along():
    with pytest.raises(ParameterError, match="does not bring one along"):
        sg.check(np.tanh, x=np.ones(3))


def test_classes_of_both_frameworks():
    assert sg.check_class(Right)
    report = sg.check_class(Wrong)
    assert report.diagnosis == "scaled"
    assert "Wrong was checked by its own backward pass" in report.explanation
    assert sg.check_class(torch.nn.Softmax(-1))
    assert sg.check_class(torch.nn.Linear(4, 2), Z)
    assert "softmax_of_jax was checked" in sg.check_class(softmax_of_jax).explanation


def test_an_autograd_function_of_logits_and_labels():
    torch = pytest.importorskip("torch")

    class CrossEntropy(torch.autograd.Function):
        @staticmethod
        def forward(ctx, logits, labels, reduction):
            p, rows = torch.softmax(logits, -1), torch.arange(len(labels))
            ctx.save_for_backward(p, labels)
            return -torch.log(p[rows, labels]).mean() if reduction == "mean" else None

        @staticmethod
        def backward(ctx, g):
            p, labels = ctx.saved_tensors
            dlogits = p.clone()
            dlogits[torch.arange(len(labels)), labels] -= 1
            return g * dlogits / len(labels), None, None

    class WithoutUpstream(CrossEntropy):
        @staticmethod
        def backward(ctx, g):
            return CrossEntropy.backward(ctx, torch.ones_like(g))

    found = sg.check_module({"Right": CrossEntropy, "Wrong": WithoutUpstream})
    assert [(one.name, one.report.diagnosis) for one in found] == [
        ("Right", None),
        ("Wrong", "upstream-ignored"),
    ]
    assert "targets: labels-of-logits" in found[0].report.explanation


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "correct"), (0.5, "wrong")])
def test_a_second_backward_pass(factor, verdict):
    class Slope(torch.autograd.Function):
        """The derivative of a cube, with a backward pass of its own."""

        @staticmethod
        def forward(ctx, x, g):
            ctx.save_for_backward(x, g)
            return 3 * x**2 * g

        @staticmethod
        def backward(ctx, v):
            x, g = ctx.saved_tensors
            return factor * 6 * x * g * v, 3 * x**2 * v

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            return Slope.apply(ctx.saved_tensors[0], g)

    x = torch.tensor([0.5, -1.2, 0.8], dtype=torch.float64)
    assert sg.check(Cube, x=x).verdict == "correct"

    def total(z):
        return Cube.apply(z).sum()

    assert sg.check(total, x=x, form="hvp").verdict == verdict
