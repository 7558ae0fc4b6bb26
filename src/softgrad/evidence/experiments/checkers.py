"""Derivative checkers, each with its defaults, asked whether a derivative is right.

softgrad.check, torch.autograd.gradcheck (slow and fast mode), jax.test_util.check_grads (reverse
mode) and scipy.optimize.check_grad, in float64.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

import numpy as np

import softgrad

#: check_grad returns a distance and leaves it to its caller what is small: relative to the
#: gradient, or to 1 where that is less.
SMALL = 1e-5


class Claim(Protocol):
    """A function with a derivative that may be wrong, and what `softgrad.check` is told of it."""

    form: str
    function: Callable[..., Any]
    derivative: Callable[..., Any]
    argument: Any


Checker = Callable[[Claim, np.ndarray], bool]


def report_on(claim: Claim, x: np.ndarray) -> Any:
    """What softgrad.check says."""
    check: Any = softgrad.check
    return check(claim.function, claim.derivative, x, claim.form, argument=claim.argument)


def lets_through(checker: Checker, claim: Claim, x: np.ndarray) -> bool:
    """Whether it says that all is well; an exception of any kind counts as a warning."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return bool(checker(claim, x.copy()))
        except Exception:
            return False


def _backward_of(claim: Claim) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """The derivative as (x, upstream gradient) -> gradient, whatever its form."""

    def backward(x: np.ndarray, g: np.ndarray) -> np.ndarray:
        given = claim.function(x) if claim.argument == "output" else x
        if claim.form == "vjp":
            return claim.derivative(given.copy(), g.copy())
        if claim.form == "jvp":
            units = np.eye(x.size).reshape(x.size, *x.shape)
            columns = [np.ravel(claim.derivative(given.copy(), e)) for e in units]
            return (np.stack(columns, axis=1).T @ np.ravel(g)).reshape(x.shape)
        found = np.asarray(claim.derivative(given.copy()), dtype=float)
        if claim.form == "jacobian":
            return np.einsum("...i,...ij->...j", g, found.reshape(*g.shape, x.shape[-1]))
        losses = g.ndim < x.ndim and g.ndim > 0
        return (g[..., None] if losses else g) * found

    return backward


def _by_softgrad(claim: Claim, x: np.ndarray) -> bool:
    return report_on(claim, x).verdict != "wrong"


def _by_gradcheck(fast: bool) -> Checker:
    def passes(claim: Claim, x: np.ndarray) -> bool:
        torch: Any = import_module("torch")
        backward_of_claim = _backward_of(claim)

        def forward(context: Any, z: Any) -> Any:
            context.save_for_backward(z)
            return torch.as_tensor(np.array(claim.function(z.numpy().copy())))

        def backward(context: Any, g: Any) -> Any:
            (z,) = context.saved_tensors
            return torch.as_tensor(np.array(backward_of_claim(z.numpy(), g.contiguous().numpy())))

        methods = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
        function: Any = type("Function", (torch.autograd.Function,), methods)
        z = torch.tensor(x, requires_grad=True)
        return torch.autograd.gradcheck(function.apply, (z,), fast_mode=fast)

    return passes


def _by_check_grads(claim: Claim, x: np.ndarray) -> bool:
    jax: Any = import_module("jax")
    check_grads: Any = import_module("jax.test_util").check_grads
    backward = _backward_of(claim)
    result = jax.ShapeDtypeStruct(np.shape(claim.function(x)), np.float64)

    def value_on_host(z: Any) -> np.ndarray:
        return np.array(claim.function(np.array(z)), dtype=float)

    def slope_on_host(z: Any, g: Any) -> np.ndarray:
        return np.array(backward(np.array(z), np.array(g)), dtype=float)

    def called(z: Any) -> Any:
        return jax.pure_callback(value_on_host, result, z)

    def saved(z: Any) -> tuple[Any, Any]:
        return called(z), z

    def pulled(z: Any, g: Any) -> tuple[Any]:
        shape = jax.ShapeDtypeStruct(x.shape, np.float64)
        return (jax.pure_callback(slope_on_host, shape, z, g),)

    function = jax.custom_vjp(called)
    function.defvjp(saved, pulled)
    with jax.enable_x64(True):
        check_grads(function, (jax.numpy.asarray(x),), order=1, modes=["rev"])
    return True


def _by_check_grad(claim: Claim, x: np.ndarray) -> bool:
    check_grad: Any = import_module("scipy.optimize").check_grad
    backward = _backward_of(claim)
    u = np.random.default_rng(0).standard_normal(np.shape(claim.function(x)))

    def value(flat: np.ndarray) -> float:
        return float(np.sum(u * claim.function(flat.reshape(x.shape))))

    def slope(flat: np.ndarray) -> np.ndarray:
        return np.ravel(backward(flat.reshape(x.shape), np.array(u)))

    flat = x.ravel()
    return check_grad(value, slope, flat) <= SMALL * max(1.0, np.linalg.norm(slope(flat)))


#: By the name that tables show.
CHECKERS: dict[str, Checker] = {
    "softgrad": _by_softgrad,
    "gradcheck": _by_gradcheck(fast=False),
    "gradcheck, fast": _by_gradcheck(fast=True),
    "check_grads": _by_check_grads,
    "check_grad": _by_check_grad,
}
