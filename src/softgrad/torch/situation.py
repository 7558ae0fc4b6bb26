"""How a call came: as a plain one, or inside a transformation that has to see operators."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

from softgrad.kernels.availability import availability
from softgrad.torch.memory import has_numpy_dtype

_transforms_are_active = torch._C._are_functorch_transforms_active
_modes = torch._C._len_torch_dispatch_stack
_is_tracing = torch._C._get_tracing_state
is_batched_of_old = torch._C._functorch.is_legacy_batchedtensor
_STRIDED = torch.strided
_PLAIN = (Tensor, torch.nn.Parameter)


def is_plain(*tensors: Tensor) -> bool:
    """Whether nothing but ordinary autograd looks on, and NumPy can read all of the tensors."""
    if _transforms_are_active() or _modes() or forward_ad._current_level >= 0 or _is_tracing():
        return False
    for one in tensors:
        if type(one) not in _PLAIN or not one.is_cpu or is_batched_of_old(one):
            return False
        if one.layout is not _STRIDED or not has_numpy_dtype(one):
            return False
    return availability().native is not None


def records(*tensors: Tensor) -> bool:
    """Whether autograd will ask for a derivative by one of the tensors."""
    if not torch.is_grad_enabled():
        return False
    for one in tensors:
        if one.requires_grad:
            return True
    return False


def by_operator(*tensors: Tensor | None) -> bool:
    """Whether an operator of softgrad's own computes; else definitions, which Inductor fuses."""
    first: Any = tensors[0]
    if first.device.type == "meta" or any(is_batched_of_old(one) for one in tensors if one is not None):
        return True
    return first.device.type == "cpu" and availability().native is not None and has_numpy_dtype(first)


def takes_one_operator(z: Tensor) -> bool:
    """Whether value and gradient of z are best made together: traced, for the kernels."""
    if _transforms_are_active() or forward_ad._current_level >= 0 or not _modes():
        return False
    return z.dtype.itemsize > 2 and z.device.type == "cpu" and by_operator(z)
