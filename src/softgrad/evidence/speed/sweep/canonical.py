"""Canonical (Fenchel-Young) losses in PyTorch, by activation: F(z) + F*(t) - t z, F' = activation.

Those with a name or a potential that can be written down; t is what the activation attains.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from math import log, pi, sqrt
from typing import Any

from softgrad.evidence.speed.sweep.losses import LossFormula, own
from softgrad.evidence.speed.sweep.prediction import Prediction

#: Without a formula that books have: an integral without a name, or nobody's loss.
WITHOUT = ("selu", "softplus", "log_sigmoid", "complementary_log_log")


def canonical_losses() -> dict[str, LossFormula]:
    """By the name of the activation."""
    torch: Any = import_module("torch")
    functional: Any = import_module("torch.nn.functional")
    xlogy = torch.special.xlogy

    def of_potential(
        potential: Callable[[Any], Any], conjugate: Callable[[Any], Any]
    ) -> LossFormula:
        return lambda r, t: (potential(r.z) + conjugate(t) - t * r.z).sum()

    def half_square(x: Any) -> Any:
        return 0.5 * x * x

    def kinked(z: Any) -> Any:
        return torch.where(z > 0.0, half_square(z), torch.exp(z) - 1.0 - z)

    def kinked_conjugate(t: Any) -> Any:
        low = 1.0 + torch.clamp(t, max=0.0)
        return torch.where(t > 0.0, half_square(t), xlogy(low, low) - t)

    def of_sparse_plus(z: Any) -> Any:
        return torch.where(z > 1.0, half_square(z) + 1.0 / 6.0, torch.relu(z + 1.0) ** 3 / 12.0)

    def of_squareplus(z: Any) -> Any:
        a = 0.5 * (z + torch.sqrt(z * z + 4.0))
        return half_square(a) + torch.log(a)

    def density(z: Any) -> Any:
        return torch.exp(-half_square(z)) / sqrt(2.0 * pi)

    def of_sparsemax(r: Prediction, t: Any) -> Any:
        """1/2 + sum of (z^2 - tau^2) / 2 over the support - z of the label."""
        p = r.output
        excess = p * r.z - half_square(p)  # tau = z - p
        return (0.5 + excess.sum(-1) - own(r.z, t)[:, 0]).sum()

    def of_entmax(r: Prediction, t: Any) -> Any:
        """p.z + Tsallis's entropy of order 1.5 - z of the label; p is where the sum is largest."""
        p = r.output.detach()
        entropy = (p - p * torch.sqrt(p)) / 0.75
        return (p * r.z + entropy).sum() - own(r.z, t).sum()

    return {
        "softmax": lambda r, t: functional.cross_entropy(r.z, t, reduction="sum"),
        "softmax_plus_one": lambda r, t: -own(r.log, t).sum(),
        "sigmoid": lambda r, t: functional.binary_cross_entropy_with_logits(
            r.z, t, reduction="sum"
        ),
        "sparsemax": of_sparsemax,
        "entmax": of_entmax,
        "identity": of_potential(half_square, half_square),
        "relu": of_potential(lambda z: half_square(torch.relu(z)), half_square),
        "relu6": of_potential(
            lambda z: torch.where(z > 6.0, 6.0 * z - 18.0, half_square(torch.relu(z))), half_square
        ),
        "leaky_relu": of_potential(
            lambda z: torch.where(z > 0.0, 0.5, 0.005) * z * z,
            lambda t: torch.where(t > 0.0, 0.5, 50.0) * t * t,
        ),
        "hard_tanh": of_potential(
            lambda z: torch.where(torch.abs(z) < 1.0, half_square(z), torch.abs(z) - 0.5),
            half_square,
        ),
        "hard_sigmoid": of_potential(
            lambda z: torch.where(z > 3.0, z, torch.relu(z + 3.0) ** 2 / 12.0),
            lambda t: 3.0 * t * t - 3.0 * t,
        ),
        "tanh": of_potential(
            lambda z: torch.abs(z) + functional.softplus(-2.0 * torch.abs(z)) - log(2.0),
            lambda t: _half_entropy(xlogy, t),
        ),
        "softsign": of_potential(
            lambda z: torch.abs(z) - torch.log1p(torch.abs(z)),
            lambda t: -torch.abs(t) - torch.log1p(-torch.abs(t)),
        ),
        "arctan": of_potential(
            lambda z: z * torch.atan(z) - 0.5 * torch.log1p(z * z),
            lambda t: -torch.log(torch.cos(t)),
        ),
        "squareplus": of_potential(of_squareplus, lambda t: half_square(t) - 1.0 - torch.log(t)),
        "elu": of_potential(kinked, kinked_conjugate),
        "celu": of_potential(kinked, kinked_conjugate),
        "exp": of_potential(torch.exp, lambda t: xlogy(t, t) - t),
        "probit": of_potential(
            lambda z: z * torch.special.ndtr(z) + density(z),
            lambda t: -density(torch.special.ndtri(t)),
        ),
        "soft_shrink": of_potential(
            lambda z: half_square(torch.relu(torch.abs(z) - 0.5)),
            lambda t: half_square(t) + 0.5 * torch.abs(t),
        ),
        "sparse_plus": of_potential(
            of_sparse_plus,
            lambda t: torch.where(
                t > 1.0, half_square(t) - 1.0 / 6.0, 4.0 / 3.0 * t * torch.sqrt(t) - t
            ),
        ),
    }


def _half_entropy(xlogy: Callable[[Any, Any], Any], t: Any) -> Any:
    """Of a coin whose sides are 1 + t and 1 - t."""
    return 0.5 * (xlogy(1.0 + t, 1.0 + t) + xlogy(1.0 - t, 1.0 - t))
