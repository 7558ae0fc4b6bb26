"""From the cotangent of an activation's output to that of its logits, in PyTorch.

A framework keeps of the way there what is cheapest on the way back: the logits, or the output
where that alone tells the derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

#: Of the output y and its cotangent g.
FromOutput = Callable[[Any, Any], Any]

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_LEAK = 0.01


def from_output() -> dict[str, FromOutput]:
    """By the name of the activation, with its default parameters; others need their logits."""
    torch: Any = import_module("torch")

    def along_rows(x: Any) -> Any:
        return torch.sum(x, -1, keepdim=True)

    def of_shares(y: Any, g: Any) -> Any:
        return y * (g - along_rows(y * g))

    def of_sparsemax(y: Any, g: Any) -> Any:
        inside = (y > 0.0).to(y.dtype)
        return inside * (g - along_rows(inside * g) / along_rows(inside))

    def of_entmax15(y: Any, g: Any) -> Any:
        root = torch.sqrt(y)
        return root * (g - along_rows(root * g) / along_rows(root))

    def kept_where(counts: Callable[[Any], Any]) -> FromOutput:
        return lambda y, g: torch.where(counts(y), g, 0.0)

    def of_selu(y: Any, g: Any) -> Any:
        return g * torch.where(y > 0.0, _SELU_SCALE, y + _SELU_SCALE * _SELU_ALPHA)

    def of_exponential_linear(y: Any, g: Any) -> Any:
        return torch.where(y > 0.0, g, g * (y + 1.0))

    return {
        "identity": lambda _, g: g,
        "softmax": of_shares,
        "softmax_plus_one": of_shares,
        "softmin": lambda y, g: -of_shares(y, g),
        "log_softmax": lambda y, g: g - torch.exp(y) * along_rows(g),
        "sparsemax": of_sparsemax,
        "entmax": of_entmax15,
        "sigmoid": lambda y, g: g * (y * (1.0 - y)),
        "log_sigmoid": lambda y, g: -g * torch.expm1(y),
        "tanh": lambda y, g: g * (1.0 - y * y),
        "exp": lambda y, g: g * y,
        "softplus": lambda y, g: -g * torch.expm1(-y),
        "softsign": lambda y, g: g * (1.0 - torch.abs(y)) ** 2,
        "squareplus": lambda y, g: g * (y * y / (y * y + 1.0)),
        "elu": of_exponential_linear,
        "celu": of_exponential_linear,
        "selu": of_selu,
        "leaky_relu": lambda y, g: torch.where(y > 0.0, g, _LEAK * g),
        "relu": kept_where(lambda y: y > 0.0),
        "relu6": kept_where(lambda y: (y > 0.0) & (y < 6.0)),
        "hard_tanh": kept_where(lambda y: torch.abs(y) < 1.0),
        "hard_sigmoid": lambda y, g: torch.where((y > 0.0) & (y < 1.0), g / 6.0, 0.0),
        "hard_shrink": kept_where(lambda y: y != 0.0),
        "soft_shrink": kept_where(lambda y: y != 0.0),
        "threshold": kept_where(lambda y: y != 0.0),
    }


def from_logits(output: Callable[[Any], Any]) -> FromOutput:
    """Of the logits and g, differentiated by PyTorch."""
    torch: Any = import_module("torch")

    def pull_back(z: Any, g: Any) -> Any:
        return torch.func.vjp(output, z)[1](g)[0]

    return pull_back
