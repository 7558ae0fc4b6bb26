"""Products with a derivative that PyTorch takes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def torch_product(output: Callable[[Any], Any], x: Any, vector: Any) -> Any:
    """A vector times the derivative of an output by x; None where there is none."""
    torch = import_module("torch")
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_(True)
        y = output(leaf)
        if not y.requires_grad:
            return None
        return torch.autograd.grad(y, leaf, vector.to(y.dtype), allow_unused=True)[0]
