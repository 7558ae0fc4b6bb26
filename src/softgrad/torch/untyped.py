"""What this room uses of PyTorch that has no types, or is private: all of it, in one place."""

from __future__ import annotations

from typing import Any

import torch

_torch: Any = torch

Function: Any = _torch.autograd.Function
#: The innermost level of forward mode; below 0 there is none.
forward_ad: Any = _torch.autograd.forward_ad
transforms_are_active: Any = _torch._C._are_functorch_transforms_active
dispatch_modes: Any = _torch._C._len_torch_dispatch_stack
tracing_state: Any = _torch._C._get_tracing_state
#: Of `is_grads_batched=True`, which is older than torch.func.vmap.
is_batched_of_old: Any = _torch._C._functorch.is_legacy_batchedtensor
#: What an operator's derivative kernel passes on to.
below_autograd: Any = _torch._C._AutoDispatchBelowAutograd
after_autograd: Any = _torch._C._after_autograd_keyset
set_forward_mode: Any = _torch.autograd.forward_ad._set_fwd_grad_enabled
forward_mode_is_on: Any = _torch._C._is_fwd_grad_enabled
differentiated: Any = _torch.func.grad
from_numpy: Any = _torch.from_numpy
library: Any = _torch.library
operators: Any = _torch.ops
is_compiling: Any = _torch.compiler.is_compiling
is_exporting: Any = getattr(_torch.compiler, "is_exporting", lambda: False)


def is_recorded() -> bool:
    """Whether operators are written down into a graph that nobody compiles at once (make_fx)."""
    mode = _torch._C._get_dispatch_mode(_torch._C._TorchDispatchModeKey.PROXY)
    return mode is not None and _torch._guards.TracingContext.try_get() is None


def dynamo() -> Any:
    """torch._dynamo, which takes a second to import: asked for where it is there already."""
    import torch._dynamo as loaded

    return loaded
