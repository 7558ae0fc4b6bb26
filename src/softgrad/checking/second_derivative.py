"""The second derivative that a framework takes of a function: a backward pass of the first one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.checking.frameworks import Framework, to_numpy
from softgrad.checking.torch_products import torch_product
from softgrad.errors import ParameterError


def second_derivative(
    function: Callable[[Any], Any], framework: Framework, form: str, x: Any
) -> tuple[Callable[[Any], Any], Callable[..., Any], str]:
    """A function with one number, its Hessian times a vector by the framework, and "hvp".

    Of a function with several results the number is their sum with weights that differ: so its
    double backward is compared, for an upstream gradient of those weights.

    Raises:
        ParameterError: for arrays of a framework that takes no derivatives.
    """
    if framework.name not in ("PyTorch", "JAX"):
        raise ParameterError(
            f"derivative: a function of NumPy arrays or lists brings no {form} along; give one, "
            "or x as a PyTorch tensor or JAX array"
        )
    shape = to_numpy(function(x), "the function's result").shape
    weights = framework.make(np.linspace(0.5, 1.5, max(1, int(np.prod(shape)))).reshape(shape))

    def weighted(z: Any) -> Any:
        found = function(z)
        return found if shape == () else (found * weights).sum()

    of = _of_torch if framework.name == "PyTorch" else _of_jax
    return weighted, of(weighted), "hvp"


def _of_torch(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    torch = import_module("torch")

    def slope(leaf: Any) -> Any:
        return torch.autograd.grad(function(leaf), leaf, create_graph=True)[0]

    def product(x: Any, v: Any) -> Any:
        found = torch_product(slope, x, v)
        return torch.zeros_like(x) if found is None else found

    return product


def _of_jax(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    jax = import_module("jax")

    def product(x: Any, v: Any) -> Any:
        return jax.jvp(jax.grad(function), (x,), (v,))[1]

    return product
