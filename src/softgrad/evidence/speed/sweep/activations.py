"""Every activation as a textbook writes it in PyTorch; where PyTorch has the function, that."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from softgrad.evidence.speed.sweep.prediction import Formula, Map

#: Why there is no formula.
WITHOUT = {"gumbel_softmax": "its noise is new at each call"}


def activation_formulas() -> dict[str, Formula]:
    """By the name that each has here, with its default parameters."""
    torch: Any = import_module("torch")
    functional: Any = import_module("torch.nn.functional")
    special = torch.special
    plain: dict[str, Map] = {
        "identity": lambda z: z,
        "l2_normalise": lambda z: functional.normalize(z, dim=-1),
        "tanh": torch.tanh,
        "relu": torch.relu,
        "exp": torch.exp,
        "leaky_relu": functional.leaky_relu,
        "hard_tanh": functional.hardtanh,
        "softsign": functional.softsign,
        "arctan": torch.atan,
        "squareplus": lambda z: 0.5 * (z + torch.sqrt(z * z + 4.0)),
        "elu": functional.elu,
        "celu": functional.celu,
        "selu": functional.selu,
        "softplus": functional.softplus,
        "silu": functional.silu,
        "mish": functional.mish,
        "gelu": functional.gelu,
        "relu6": functional.relu6,
        "hard_swish": functional.hardswish,
        "hard_shrink": functional.hardshrink,
        "soft_shrink": functional.softshrink,
        "tanh_shrink": functional.tanhshrink,
        "threshold": lambda z: functional.threshold(z, 1.0, 0.0),
        "sparse_plus": lambda z: torch.where(z > 1.0, z, 0.25 * torch.relu(z + 1.0) ** 2),
        "hard_sigmoid": functional.hardsigmoid,
        "taylor_softmax": lambda z: _shares(torch, 1.0 + z + 0.5 * z * z),
        "spherical_softmax": lambda z: _shares(torch, z * z + 0.1),
        "normalised_softplus": lambda z: _shares(torch, functional.softplus(z)),
        "sparsemax": lambda z: sparsemax(torch, z),
        "entmax": lambda z: entmax15(torch, z),
        "hardmax": lambda z: _straight_through(torch, z),
    }
    logs: dict[str, Formula] = {
        "exp": Formula(output=torch.exp, log=lambda z: z),
        "softmax": Formula(
            output=lambda z: torch.softmax(z, -1), log=lambda z: torch.log_softmax(z, -1)
        ),
        "softmin": Formula(
            output=lambda z: functional.softmin(z, -1), log=lambda z: torch.log_softmax(-z, -1)
        ),
        "log_softmax": Formula(
            output=lambda z: torch.log_softmax(z, -1),
            p=lambda z: torch.softmax(z, -1),
            log=lambda z: torch.log_softmax(z, -1),
        ),
        "softmax_plus_one": Formula(
            output=lambda z: torch.softmax(_with_ghost(torch, z), -1)[..., 1:],
            log=lambda z: torch.log_softmax(_with_ghost(torch, z), -1)[..., 1:],
        ),
        "sigmoid": _coin(functional, torch.sigmoid),
        "log_sigmoid": _coin(functional, functional.logsigmoid),
        "probit": Formula(
            output=special.ndtr,
            log=special.log_ndtr,
            rest=lambda z: special.ndtr(-z),
            log_rest=lambda z: special.log_ndtr(-z),
        ),
        "complementary_log_log": Formula(
            output=lambda z: -torch.expm1(-torch.exp(z)),
            rest=lambda z: torch.exp(-torch.exp(z)),
            log_rest=lambda z: -torch.exp(z),
        ),
    }
    return {**{name: Formula(output=output) for name, output in plain.items()}, **logs}


def _coin(functional: Any, output: Map) -> Formula:
    torch: Any = import_module("torch")
    return Formula(
        output=output,
        p=torch.sigmoid,
        log=functional.logsigmoid,
        rest=lambda z: torch.sigmoid(-z),
        log_rest=lambda z: functional.logsigmoid(-z),
    )


def _shares(torch: Any, weights: Any) -> Any:
    return weights / torch.sum(weights, -1, keepdim=True)


def _with_ghost(torch: Any, z: Any) -> Any:
    return torch.cat([torch.zeros_like(z[..., :1]), z], -1)


def _straight_through(torch: Any, z: Any) -> Any:
    """One-hot, with softmax's derivative."""
    soft = torch.softmax(z, -1)
    hard = torch.zeros_like(z).scatter(-1, torch.argmax(z, -1, keepdim=True), 1.0)
    return soft + (hard - soft).detach()


def sparsemax(torch: Any, z: Any) -> Any:
    """The support by sorting; the threshold as a function of what is in it."""
    falling = torch.sort(z.detach(), dim=-1, descending=True).values
    counts = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    tau = torch.amax((torch.cumsum(falling, -1) - 1.0) / counts, -1, keepdim=True)
    inside = (z.detach() > tau).to(z.dtype)
    size = torch.sum(inside, -1, keepdim=True)
    return torch.relu(z - (torch.sum(inside * z, -1, keepdim=True) - 1.0) / size)


def entmax15(torch: Any, z: Any) -> Any:
    """max(z/2 - tau, 0)^2, in the same way."""
    x = 0.5 * (z - torch.amax(z, -1, keepdim=True).detach())
    falling = torch.sort(x.detach(), dim=-1, descending=True).values
    counts = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    mean = torch.cumsum(falling, -1) / counts
    spread = torch.cumsum(falling * falling, -1) - counts * mean * mean
    taus = mean - torch.sqrt(torch.clamp((1.0 - spread) / counts, min=0.0))
    last = torch.sum((taus <= falling).to(torch.int64), -1, keepdim=True) - 1
    inside = (x.detach() > taus.gather(-1, last)).to(z.dtype)
    size = torch.sum(inside, -1, keepdim=True)
    middle = torch.sum(inside * x, -1, keepdim=True) / size
    far = torch.sum(inside * (x - middle) ** 2, -1, keepdim=True)
    return torch.relu(x - middle + torch.sqrt((1.0 - far) / size)) ** 2
