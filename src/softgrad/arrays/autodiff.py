"""No derivative by somebody else's autodiff: what the definitions make of it is silently wrong.

Their max, where and abs have wrong derivatives at ties and at 0, the first step of every head that
is initialised with zeros. Frameworks are recognised by the array at hand, never imported for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from softgrad.errors import AutodiffError

_ADVICE = (
    "derivatives by automatic differentiation through these formulas would be wrong at ties and "
    "at 0; ask softgrad for them (vjp, jvp, hvp, gradient, target_gradient)"
)

_allowed: ContextVar[bool] = ContextVar("whether derivatives may be taken", default=False)


@contextmanager
def differentiable() -> Generator[None]:
    """Inside, arrays keep what a framework records of them: for formulas without kinks or ties."""
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)


def without_autodiff(xp: Any, array: Any, argument: str) -> Any:
    """`array`, of which no derivative can be taken unseen.

    Raises:
        AutodiffError: a PyTorch tensor that requires grad where that is recorded, or that carries
            a tangent. A traced JAX array comes back so that differentiating what is made of it
            raises.
    """
    if _allowed.get():
        return array
    name = xp.__name__
    if name.endswith("torch"):
        return _of_torch(array, argument)
    if name.startswith("jax"):
        return _of_jax(array, argument)
    return array


def _of_torch(tensor: Any, argument: str) -> Any:
    torch: Any = sys.modules["torch"]
    if tensor.requires_grad and torch.is_grad_enabled():
        raise AutodiffError(
            f"{argument} requires grad, but {_ADVICE}, and give {argument}.detach() or call under "
            "torch.no_grad()"
        )
    if torch.autograd.forward_ad.unpack_dual(tensor).tangent is not None:
        raise AutodiffError(f"{argument} carries a tangent, but {_ADVICE}")
    return tensor.detach()


def _of_jax(array: Any, argument: str) -> Any:
    if not isinstance(array, sys.modules["jax"].core.Tracer):
        return array
    return _opaque(argument)(array)


@cache
def _opaque(argument: str) -> Callable[[Any], Any]:
    """The identity, which raises where JAX takes its derivative."""
    jax: Any = sys.modules["jax"]

    def refuse(primals: Any, tangents: Any) -> Any:
        raise AutodiffError(f"{argument} is differentiated by jax, but {_ADVICE}")

    @jax.custom_jvp
    def opaque(x: Any) -> Any:
        return x

    opaque.defjvp(refuse)
    return opaque
