"""Every loss as a textbook writes it in PyTorch: the sum over all rows, by a prediction."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from math import log
from typing import Any

from softgrad.evidence.speed.sweep.prediction import Prediction

#: The loss of all rows, by prediction and target.
LossFormula = Callable[[Prediction, Any], Any]


def loss_formulas() -> dict[str, LossFormula]:
    """By the name that each has here, with its default parameters."""
    torch: Any = import_module("torch")
    functional: Any = import_module("torch.nn.functional")

    def of_difference(entry: Callable[[Any], Any]) -> LossFormula:
        return lambda r, t: entry(r.output - t).sum()

    def of_true_class(psi: Callable[[Any, Any], Any]) -> LossFormula:
        """`psi` of p and log p."""

        def loss(r: Prediction, t: Any) -> Any:
            if t.dtype == torch.int64:
                ((p, log_p),) = r.sides
                return psi(own(p, t), own(log_p, t)).sum()
            shares = (t, 1.0 - t)
            return sum((s * psi(*side)).sum() for s, side in zip(shares, r.sides, strict=False))

        return loss

    def of_both(entry: Callable[[Any, Any, Any], Any]) -> LossFormula:
        """`entry` of p, log p and the target's share, of every class or side of a coin."""

        def loss(r: Prediction, t: Any) -> Any:
            shares = (t, 1.0 - t)
            sides = zip(shares, r.sides, strict=False)
            return sum(entry(p, log_p, s).sum() for s, (p, log_p) in sides)

        return loss

    def log_cosh(d: Any) -> Any:
        size = torch.abs(d)
        near = 0.5 * torch.log1p(torch.sinh(torch.clamp(d, -1.0, 1.0)) ** 2)
        return torch.where(size < 1.0, near, size + functional.softplus(-2.0 * size) - log(2.0))

    def xlogx(t: Any) -> Any:
        return torch.special.xlogy(t, t)

    def spherical(r: Prediction, t: Any) -> Any:
        p = r.output
        return (1.0 - own(p, t)[:, 0] / torch.linalg.vector_norm(p, dim=-1)).sum()

    def ranked(r: Prediction, t: Any) -> Any:
        p = r.output
        return (torch.cumsum(p - one_hot(torch, p, t), -1) ** 2).sum()

    def overlap(positives: float, negatives: float, smooth: float) -> LossFormula:
        def loss(r: Prediction, t: Any) -> Any:
            p = r.output
            hit = (p * t).sum(-1) + smooth
            wrong = positives * (p * (1.0 - t)).sum(-1) + negatives * (t * (1.0 - p)).sum(-1)
            return (1.0 - hit / (hit + wrong)).sum()

        return loss

    def violation(r: Prediction, t: Any) -> Any:
        """The margin of 1 less the lead of the own class, where it is not kept."""
        scores = r.output
        rivals = scores.scatter(-1, t[:, None], -torch.inf)
        return torch.relu(1.0 + torch.amax(rivals, -1) - own(scores, t)[:, 0])

    def weston_watkins(r: Prediction, t: Any) -> Any:
        scores = r.output
        all_violations = torch.relu(1.0 + scores - own(scores, t))
        return all_violations.sum() - len(scores)  # the own class counts 1 among them

    def exponential(r: Prediction, t: Any) -> Any:
        sign = 1.0 - 2.0 * one_hot(torch, r.output, t)
        return torch.exp(sign * r.output).sum()

    def multi_quantile(r: Prediction, t: Any) -> Any:
        tau = torch.tensor((0.1, 0.5, 0.9))
        d = t[:, None] - r.output
        return torch.maximum(tau * d, (tau - 1.0) * d).sum()

    def gaussian(r: Prediction, t: Any) -> Any:
        middle, spread = r.output[:, 0], r.output[:, 1]
        return (0.5 * (spread + (t - middle) ** 2 * torch.exp(-spread))).sum()

    cross_entropy = of_true_class(lambda _, log_p: -log_p)
    return {
        "cross_entropy": cross_entropy,
        "binary_cross_entropy": cross_entropy,
        "focal": of_true_class(lambda p, log_p: -((1.0 - p) ** 2) * log_p),
        "generalised_cross_entropy": of_true_class(lambda p, _: (1.0 - p**0.7) / 0.7),
        "true_class_error": of_true_class(lambda p, _: 1.0 - p),
        "poly": of_true_class(lambda p, log_p: (1.0 - p) - log_p),
        "taylor_cross_entropy": of_true_class(lambda p, _: (1.0 - p) + 0.5 * (1.0 - p) ** 2),
        "symmetric_cross_entropy": of_true_class(lambda p, log_p: 4.0 * (1.0 - p) - 0.1 * log_p),
        "kl_divergence": of_both(lambda _, log_p, t: xlogx(t) - t * log_p),
        "reverse_kl_divergence": of_both(lambda p, log_p, t: p * (log_p - torch.log(t)) - p + t),
        "jensen_shannon": of_both(
            lambda p, log_p, t: 0.5 * (p * log_p + xlogx(t) - (p + t) * torch.log(0.5 * (p + t)))
        ),
        "alpha_divergence": of_both(lambda p, _, t: 2.0 * (torch.sqrt(p) - torch.sqrt(t)) ** 2),
        "spherical_score": spherical,
        "ranked_probability_score": ranked,
        "dice": overlap(0.5, 0.5, 0.5),
        "tversky": overlap(0.3, 0.7, 1.0),
        "squared_error": of_difference(torch.square),
        "absolute_error": of_difference(torch.abs),
        "huber": lambda r, t: functional.huber_loss(r.output, t, reduction="sum"),
        # These two in forms that do not cancel near 0, where probabilities differ.
        "pseudo_huber": of_difference(lambda d: d * d / (1.0 + torch.sqrt(1.0 + d * d))),
        "log_cosh": of_difference(log_cosh),
        "quantile": of_difference(lambda d: torch.maximum(-0.5 * d, 0.5 * d)),
        "cosine": lambda r, t: (1.0 - functional.cosine_similarity(r.output, t, dim=-1)).sum(),
        "z_loss": lambda r, _: (torch.logsumexp(r.z, -1) ** 2).sum(),
        "negative_log_likelihood": lambda r, t: -own(r.output, t).sum(),
        "kl_divergence_of_logs": lambda r, t: functional.kl_div(
            r.output, t, reduction="sum", log_target=True
        ),
        "hinge": lambda r, t: violation(r, t).sum(),
        "squared_hinge": lambda r, t: (violation(r, t) ** 2).sum(),
        "weston_watkins": weston_watkins,
        "exponential": exponential,
        "absolute_percentage_error": lambda r, t: (
            torch.abs(r.output - t) / torch.clamp(torch.abs(t), min=2.0**-52)
        ).sum(),
        "squared_log_error": lambda r, t: ((torch.log1p(r.output) - torch.log1p(t)) ** 2).sum(),
        "poisson": lambda r, t: (r.output - t * r.log).sum(),
        "tweedie": lambda r, t: (2.0 * r.output**0.5 + 2.0 * t * r.output**-0.5).sum(),
        "multi_quantile": multi_quantile,
        "gaussian": gaussian,
    }


def own(x: Any, labels: Any) -> Any:
    """The number of each row's label, shape (rows, 1)."""
    return x.gather(-1, labels[:, None])


def one_hot(torch: Any, like: Any, labels: Any) -> Any:
    """1 at each row's label, else 0."""
    return (torch.arange(like.shape[-1]) == labels[:, None]).to(like.dtype)
