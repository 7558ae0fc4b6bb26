"""Activations in torch's own operations: naive, float64, differentiated by torch's autodiff.

Written from the docstrings, to be right away from kinks and ties; nothing of softgrad's code is in
them. Logits have the class axis last.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

Formula = Callable[[Tensor], Tensor]


def _share(numbers: Tensor, extra: float = 0.0) -> Tensor:
    return numbers / (numbers.sum(-1, keepdim=True) + extra)


def _sparsemax(z: Tensor) -> Tensor:
    """The threshold of the largest support that it leaves positive."""
    falling = z.sort(-1, descending=True).values
    sizes = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    cuts = (falling.cumsum(-1) - 1) / sizes
    return (z - cuts.amax(-1, keepdim=True)).clamp(min=0)


def _entmax(z: Tensor) -> Tensor:
    """Alpha 1.5, in closed form (Peters, Niculae and Martins 2019)."""
    x = z / 2
    falling = x.sort(-1, descending=True).values
    sizes = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    mean, square = falling.cumsum(-1) / sizes, (falling**2).cumsum(-1) / sizes
    room = (1 - sizes * (square - mean**2)) / sizes
    cuts = mean - torch.where(room > 0, room, 1.0).sqrt()
    last = ((cuts <= falling) & (room > 0)).sum(-1, keepdim=True) - 1
    return (x - cuts.gather(-1, last)).clamp(min=0) ** 2


def _gumbel(seed: int, z: Tensor) -> Tensor:
    """-log of exponential numbers, as float32, the same in every row."""
    drawn = np.random.default_rng(seed).standard_exponential(z.shape[-1])
    noise = torch.tensor((-np.log(drawn)).astype(np.float32).astype(np.float64))
    return functional.softmax(z + noise, -1)


def _straight_through(z: Tensor) -> Tensor:
    """The class of the largest logit, with the derivatives of softmax."""
    p = functional.softmax(z, -1)
    hard = functional.one_hot(z.argmax(-1), z.shape[-1]).to(z.dtype)
    return hard + p - p.detach()


def _sparse_plus(z: Tensor) -> Tensor:
    return torch.where(z <= -1, 0 * z, torch.where(z < 1, (z + 1) ** 2 / 4, z))


_LOG = {"log_softmax", "log_sigmoid"}

OUTPUTS: dict[str, Formula] = {
    "softmax": partial(functional.softmax, dim=-1),
    "log_softmax": partial(functional.log_softmax, dim=-1),
    "softmin": lambda z: functional.softmax(-z, -1),
    "taylor_softmax": lambda z: _share(1 + z + z * z / 2),
    "spherical_softmax": lambda z: _share(z * z + 0.1),
    "normalised_softplus": lambda z: _share(functional.softplus(z, threshold=300.0)),
    "sparsemax": _sparsemax,
    "entmax": _entmax,
    "softmax_plus_one": lambda z: _share(z.exp(), 1.0),
    "gumbel_softmax": partial(_gumbel, 0),
    "hardmax": _straight_through,
    "sigmoid": torch.sigmoid,
    "identity": lambda z: 1.0 * z,
    "l2_normalise": lambda z: z / (z * z).sum(-1, keepdim=True).sqrt(),
    "tanh": torch.tanh,
    "relu": functional.relu,
    "exp": torch.exp,
    "leaky_relu": partial(functional.leaky_relu, negative_slope=0.01),
    "hard_tanh": partial(torch.clamp, min=-1, max=1),
    "hard_sigmoid": lambda z: (z / 6 + 0.5).clamp(0, 1),
    "softsign": lambda z: z / (1 + z.abs()),
    "arctan": torch.atan,
    "squareplus": lambda z: (z + (z * z + 4).sqrt()) / 2,
    "elu": functional.elu,
    "celu": functional.celu,
    "selu": functional.selu,
    "softplus": partial(functional.softplus, threshold=300.0),
    "log_sigmoid": functional.logsigmoid,
    "silu": lambda z: z * torch.sigmoid(z),
    "mish": lambda z: z * torch.tanh(torch.log1p(z.exp())),
    "gelu": lambda z: z * torch.special.ndtr(z),
    "probit": torch.special.ndtr,
    "complementary_log_log": lambda z: -torch.expm1(-z.exp()),
    "relu6": partial(torch.clamp, min=0, max=6),
    "hard_swish": lambda z: z * (z + 3).clamp(0, 6) / 6,
    "hard_shrink": lambda z: torch.where(z.abs() > 0.5, z, 0 * z),
    "soft_shrink": lambda z: z.sign() * (z.abs() - 0.5).clamp(min=0),
    "tanh_shrink": lambda z: z - torch.tanh(z),
    "threshold": lambda z: torch.where(z > 1, z, 0 * z),
    "sparse_plus": _sparse_plus,
}


def output(activation: Any) -> Formula:
    """The output of an activation with its defaults."""
    return OUTPUTS[activation.name]


def probability(activation: Any) -> Formula:
    """The probabilities that losses of probabilities see, where the output is their logarithm."""
    formula = output(activation)
    return (lambda z: formula(z).exp()) if activation.name in _LOG else formula


def form(activation: Any, name: str) -> Formula:
    """The output, its logarithm or its complement."""
    formula = probability(activation) if name == "complement" else output(activation)
    if name == "log":
        return lambda z: formula(z) if activation.name in _LOG else formula(z).log()
    return (lambda z: 1.0 - formula(z)) if name == "complement" else formula
