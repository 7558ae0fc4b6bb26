"""PyTorch's functions as the formulas name them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from softgrad.evidence.speed.formulas.library import DifferentiatingLibrary


def torch_library() -> DifferentiatingLibrary:
    """Import PyTorch and name its functions."""
    torch: Any = import_module("torch")
    functional: Any = import_module("torch.nn.functional")

    def softmax(z: Any) -> Any:
        return torch.softmax(z, -1)

    def log_softmax(z: Any) -> Any:
        return torch.log_softmax(z, -1)

    def log_loss(z: Any, labels: Any) -> Any:
        return functional.cross_entropy(z, labels, reduction="none")

    def coin_loss(z: Any, t: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(z, t, reduction="sum")

    def pick(x: Any, labels: Any) -> Any:
        return x.gather(1, labels[:, None])

    def falling(z: Any) -> Any:
        return torch.sort(z, dim=-1, descending=True).values

    def largest(x: Any) -> Any:
        return torch.amax(x, dim=-1, keepdim=True)

    return DifferentiatingLibrary(
        xp=torch,
        transforms=torch.func,
        activations={
            "softmax": softmax,
            "sigmoid": torch.sigmoid,
            "gelu": functional.gelu,
            "silu": functional.silu,
            "mish": functional.mish,
            "relu": torch.relu,
        },
        log_softmax=log_softmax,
        log_loss=log_loss,
        coin_loss=coin_loss,
        softplus=functional.softplus,
        pick=pick,
        falling=falling,
        largest=largest,
    )
