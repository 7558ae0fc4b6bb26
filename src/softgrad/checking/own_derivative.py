"""Functions that bring their derivative along: their own backward pass is what is checked.

PyTorch: an `autograd.Function`, or a module, or anything that `backward` goes through.
JAX: a `custom_vjp` or `custom_jvp` function, or anything that `jax.vjp` goes through.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from softgrad.checking.calls.call import duplicate
from softgrad.checking.calls.forward import holds_gradient
from softgrad.checking.frameworks import Framework
from softgrad.checking.second_derivative import second_derivative
from softgrad.checking.torch_products import torch_product
from softgrad.errors import ParameterError


def as_function(given: Any, framework: Framework) -> Any:
    """What can be called: an `autograd.Function`'s apply, a module with weights of float64."""
    if framework.name != "PyTorch":
        return given
    if _is_autograd_function(given):
        return given.apply
    return _in_double(given) if _is_module(given) else given


def as_derivative(given: Any, framework: Framework) -> Any:
    """A derivative that is an `autograd.Function` or a module stands for its backward pass."""
    own = framework.name == "PyTorch" and (_is_autograd_function(given) or _is_module(given))
    return backward_pass(as_function(given, framework), framework, "vjp") if own else given


def own_derivative(
    function: Callable[[Any], Any], framework: Framework, form: str, x: Any
) -> tuple[Callable[[Any], Any], Any, str]:
    """A function, its own derivative, and the form of that.

    A function that returns a number and its gradient is split into the two.

    Raises:
        ParameterError: if it brings none along.
    """
    if form in ("hessian", "hvp"):
        return second_derivative(function, framework, form, x)
    with suppress(Exception):  # what it fails with is told later
        if holds_gradient(function(duplicate(x)), x):
            return _part(function, 0), _part(function, 1), form
    return function, backward_pass(function, framework, form), "vjp" if form == "auto" else form


def _part(function: Callable[[Any], Any], place: int) -> Callable[[Any], Any]:
    def part(x: Any) -> Any:
        return function(x)[place]

    return part


def _is_autograd_function(given: Any) -> bool:
    kind = import_module("torch").autograd.Function
    return isinstance(given, type) and issubclass(given, kind)


def _is_module(given: Any) -> bool:
    return isinstance(given, import_module("torch").nn.Module)


def backward_pass(function: Callable[[Any], Any], framework: Framework, form: str) -> Any:
    """The derivative that a framework takes of the function, as one of x and a vector.

    Raises:
        ParameterError: for arrays of a framework that takes no derivatives.
    """
    if framework.name == "PyTorch":
        return _of_torch(function)
    if framework.name == "JAX":
        return _forward_of_jax(function) if form == "jvp" else _of_jax(function)
    raise ParameterError(
        "derivative: a function of NumPy arrays or lists does not bring one along; give a "
        "derivative, or x as a PyTorch tensor or JAX array"
    )


def _of_torch(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    torch = import_module("torch")

    def backward(x: Any, g: Any) -> Any:
        found = torch_product(function, x, g)
        return torch.zeros_like(x) if found is None else found

    return backward


def _of_jax(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    jax = import_module("jax")

    def backward(x: Any, g: Any) -> Any:
        y, pull_back = jax.vjp(function, x)
        return pull_back(g.astype(y.dtype))[0]

    return backward


def _forward_of_jax(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    jax = import_module("jax")

    def forward(x: Any, v: Any) -> Any:
        return jax.jvp(function, (x,), (v,))[1]

    return forward


def _in_double(module: Any) -> Any:
    try:
        return copy.deepcopy(module).double()
    except Exception:  # what cannot be copied is taken as it is
        return module
