"""A framework's own autodiff makes wrong derivatives of the definitions: it is not let near them.

Tensors and JAX's arrays are differentiated by what softgrad hands their frameworks (tests/torch,
tests/in_jax); operators are numbers, with no derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
import torch

import softgrad as sg
from softgrad.errors import AutodiffError, SoftgradError

LAYER = sg.OutputLayer("softmax", "cross_entropy")
Z, T = np.zeros((1, 4)), np.array([[0.0, 0.0, 1.0, 0.0]])

CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "output": lambda z, t: sg.softmax(z),
    "entry by entry": lambda z, t: sg.gelu(z),
    "vjp": lambda z, t: sg.softmax.vjp(z, t),
    "value": lambda z, t: LAYER.value(z, t),
    "gradient": lambda z, t: LAYER.gradient(z, t),
    "hvp": lambda z, t: LAYER.hvp(z, t, z),
    "loss": lambda z, t: sg.squared_error(z, t),
}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "jacobian": lambda z, t: sg.entmax.jacobian(z).diagonal(),
    "hessian": lambda z, t: LAYER.hessian(z, t).diagonal(),
    "gauss_newton": lambda z, t: LAYER.gauss_newton(z, t).diagonal(),
    "logsumexp": lambda z, t: sg.logsumexp(z),
}
each_call = pytest.mark.parametrize("call", [*CALLS.values(), *OPERATORS.values()])
each_operator = pytest.mark.parametrize("call", OPERATORS.values(), ids=list(OPERATORS))


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_a_tensor_that_requires_grad_is_differentiated(call: Callable[[Any, Any], Any]) -> None:
    z = torch.zeros(1, 4, dtype=torch.float64, requires_grad=True)
    found = call(z, torch.tensor(T))
    assert found.requires_grad
    assert found.shape == call(Z, T).shape


@each_operator
def test_an_operator_of_a_tensor_that_requires_grad_is_refused(
    call: Callable[[Any, Any], Any],
) -> None:
    z = torch.zeros(1, 4, dtype=torch.float64, requires_grad=True)
    with pytest.raises(AutodiffError, match=r"requires grad.*detach") as caught:
        call(z, torch.tensor(T))
    assert isinstance(caught.value, SoftgradError)
    assert isinstance(caught.value, TypeError)


@each_call
def test_where_no_derivative_is_recorded_it_is_welcome(call: Callable[[Any, Any], Any]) -> None:
    z = torch.zeros(1, 4, dtype=torch.float64, requires_grad=True)
    expected = call(Z, T)
    with torch.no_grad():
        np.testing.assert_allclose(np.asarray(call(z, torch.tensor(T))), expected, rtol=1e-14)
    np.testing.assert_allclose(call(z.detach(), torch.tensor(T)), expected, rtol=1e-14)


@pytest.mark.parametrize("argument", ["target", "sample_weight", "class_weight"])
def test_every_argument_of_an_operator_is_looked_at(argument: str) -> None:
    z, t, w = torch.zeros(1, 4, dtype=torch.float64), torch.tensor(T), torch.ones(1)
    calls: dict[str, Callable[[Any], Any]] = {
        "target": lambda x: LAYER.hessian(z, x),
        "sample_weight": lambda x: LAYER.hessian(z, t, sample_weight=x),
        "class_weight": lambda x: LAYER.hessian(z, t, class_weight=x),
    }
    others = {"target": t, "sample_weight": w, "class_weight": torch.ones(4)}
    given = others[argument].clone().requires_grad_()
    with pytest.raises(AutodiffError, match="requires grad"):
        calls[argument](given)


def test_functional_transforms_of_torch_do_not_reach_an_operator() -> None:
    z = torch.zeros(1, 4, dtype=torch.float64)
    v = torch.ones_like(z)
    for transform in (
        lambda f: torch.func.grad(f)(z),
        lambda f: torch.func.jvp(f, (z,), (v,)),
        lambda f: torch.func.jacrev(f)(z),
        lambda f: torch.func.jacfwd(f)(z),
    ):
        with pytest.raises(AutodiffError):
            transform(lambda z: LAYER.hessian(z, torch.tensor(T)).diagonal().sum())


@each_operator
def test_an_operator_that_jax_differentiates_is_refused(call: Callable[[Any, Any], Any]) -> None:
    def total(z: Any) -> Any:
        return jax.numpy.sum(call(z, jax.numpy.asarray(T)))

    z = jax.numpy.asarray(Z)
    transforms: list[Callable[[], Any]] = [
        lambda: jax.grad(total)(z),
        lambda: jax.grad(jax.jit(total))(z),
        lambda: jax.jvp(total, (z,), (z,)),
        lambda: jax.jacfwd(jax.jit(total))(z),
        lambda: jax.hessian(total)(z),
    ]
    for transform in transforms:
        with pytest.raises(AutodiffError, match="differentiated by jax"):
            transform()


def test_jax_traces_what_it_does_not_differentiate() -> None:
    with jax.enable_x64(True):
        z, t = jax.numpy.asarray(Z), jax.numpy.asarray(T)
        expected = LAYER.gradient(Z, T)
        np.testing.assert_allclose(jax.jit(LAYER.gradient)(z, t), expected, rtol=1e-14)
        mapped = jax.vmap(LAYER.gradient)(z[None], t[None])
        np.testing.assert_allclose(mapped[0], expected, rtol=1e-14)
        # Beside something else that is differentiated.
        slope = jax.grad(lambda x: jax.numpy.sum(x * LAYER.gradient(z, t)))(z)
        np.testing.assert_allclose(slope, expected, rtol=1e-14)
