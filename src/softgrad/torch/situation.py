"""How a call came: as a plain one, or inside a transformation that has to see operators."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import torch
from torch import Tensor

from softgrad.kernels.availability import availability
from softgrad.torch.memory import has_numpy_dtype
from softgrad.torch.untyped import (
    dispatch_modes,
    forward_ad,
    is_batched_of_old,
    is_exporting,
    is_recorded,
    tracing_state,
    transforms_are_active,
)

_STRIDED = torch.strided
_requires_grad = attrgetter("requires_grad")
_PLAIN = (Tensor, torch.nn.Parameter)


def is_plain(*tensors: Tensor) -> bool:
    """Whether nothing but ordinary autograd looks on, and NumPy can read all of the tensors."""
    if (
        transforms_are_active()
        or dispatch_modes()
        or forward_ad._current_level >= 0
        or tracing_state()
    ):
        return False
    for one in tensors:
        if type(one) not in _PLAIN or not one.is_cpu or is_batched_of_old(one):
            return False
        if one.layout is not _STRIDED or not has_numpy_dtype(one):
            return False
    return availability().native is not None


def records(*tensors: Tensor) -> bool:
    """Whether autograd will ask for a derivative by one of the tensors."""
    return torch.is_grad_enabled() and any(map(_requires_grad, tensors))


def by_operator(*tensors: Tensor | None) -> bool:
    """Whether an operator of softgrad's own computes; else definitions, which Inductor fuses.

    A graph that is kept, and may be differentiated later, has to hold operators: of the formulas
    autograd would make derivatives of its own.
    """
    first: Any = tensors[0]
    batched = any(is_batched_of_old(one) for one in tensors if one is not None)
    if first.device.type == "meta" or batched or is_exporting() or is_recorded():
        return True
    has_kernels = availability().native is not None
    return first.device.type == "cpu" and has_kernels and has_numpy_dtype(first)


def takes_one_operator(z: Tensor) -> bool:
    """Whether value and gradient of z are best made together: traced, for the kernels."""
    if transforms_are_active() or forward_ad._current_level >= 0 or not dispatch_modes():
        return False
    return z.dtype.itemsize > 2 and z.device.type == "cpu" and by_operator(z)
