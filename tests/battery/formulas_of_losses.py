"""Losses in torch's own operations, from their docstrings, with default settings.

One value a row of predictions r and targets t of the same shape (a column of what was observed,
for rows of a fixed length). `coins` says that each entry is a coin of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from battery.formulas import output, probability

RowFormula = Callable[[Tensor, Tensor, bool], Tensor]


def _of_the_true_class(psi: Callable[[Tensor], Tensor]) -> RowFormula:
    def value(p: Tensor, t: Tensor, coins: bool) -> Tensor:
        # (The share that is not asked for may be infinite.)
        heads = torch.where(t > 0, t * psi(torch.where(t > 0, p, 0.5)), 0 * p)
        if not coins:
            return heads.sum(-1)
        q = 1 - p
        tails = torch.where(t < 1, (1 - t) * psi(torch.where(t < 1, q, 0.5)), 0 * p)
        return (heads + tails).sum(-1)

    return value


def _both_sides(one: Callable[[Tensor, Tensor], Tensor]) -> RowFormula:
    return lambda p, t, coins: (one(p, t) + (one(1 - p, 1 - t) if coins else 0 * p)).sum(-1)


def _entries(one: Callable[[Tensor, Tensor], Tensor]) -> RowFormula:
    return lambda r, t, coins: one(r, t).sum(-1)


def _rows(one: Callable[[Tensor, Tensor], Tensor]) -> RowFormula:
    return lambda r, t, coins: one(r, t)


def _kl(p: Tensor, t: Tensor) -> Tensor:
    safe = torch.where(t > 0, t, 1.0)
    return torch.where(t > 0, t * (safe.log() - torch.where(t > 0, p, 1.0).log()), 0 * p)


def _jensen_shannon(p: Tensor, t: Tensor) -> Tensor:
    m = (p + t) / 2
    return (_kl(m, t) + p * (p / m).log()) / 2


def _alpha_divergence(p: Tensor, t: Tensor) -> Tensor:
    root = torch.where(t > 0, torch.where(t > 0, t * p, 1.0).sqrt(), 0 * p)
    return (t / 2 + p / 2 - root) * 4


def _log_cosh(r: Tensor, t: Tensor) -> Tensor:
    d = r - t
    return torch.logaddexp(d, -d) - torch.log(torch.tensor(2.0, dtype=d.dtype))


def _violations(r: Tensor) -> Tensor:
    """1 + the best of the others, less the own score: of each class, were it the true one."""
    n = r.shape[-1]
    away = torch.eye(n, dtype=torch.bool)
    others = torch.where(away, -torch.inf, r.unsqueeze(-2).expand(*r.shape, n)).amax(-1)
    return (1 + others - r).clamp(min=0)


def _weston_watkins(r: Tensor, t: Tensor) -> Tensor:
    true = (t * r).sum(-1, keepdim=True)
    return ((1 - t) * (1 + r - true).clamp(min=0)).sum(-1)


def _gaussian(r: Tensor, y: Tensor) -> Tensor:
    return (r[..., 1] + (y[..., 0] - r[..., 0]) ** 2 * (-r[..., 1]).exp()) / 2


def _levels(r: Tensor, y: Tensor) -> Tensor:
    tau = torch.tensor([0.1, 0.5, 0.9], dtype=r.dtype)
    d = y - r
    return torch.maximum(tau * d, (tau - 1) * d).sum(-1)


def _ratio(r: Tensor, t: Tensor) -> Tensor:
    return 1 - (2 * (t * r).sum(-1) + 1) / (r.sum(-1) + t.sum(-1) + 1)


def _tversky(r: Tensor, t: Tensor) -> Tensor:
    hit = (t * r).sum(-1) + 1
    return 1 - hit / (hit + 0.3 * (r * (1 - t)).sum(-1) + 0.7 * (t * (1 - r)).sum(-1))


def _log_normal_time(r: Tensor, t: Tensor) -> Tensor:
    """Bounds of times are kept where their logarithms are numbers."""
    low, high = (t.clamp(1e-30, 1e30).log() - r).unbind(-1)
    seen = t[..., 0] == t[..., 1]
    normal = torch.special.ndtr
    apart = normal(torch.where(seen, low + 1, high)) - normal(low)
    density = low**2 / 2 + 0.5 * torch.log(torch.tensor(2 * torch.pi, dtype=r.dtype))
    return torch.where(seen, density + t[..., 0].clamp(1e-30).log(), -apart.log())


def _cox(r: Tensor, t: Tensor) -> Tensor:
    at_risk = t.abs().unsqueeze(-2) >= t.abs().unsqueeze(-1)
    total = torch.where(at_risk, r.unsqueeze(-2).expand(at_risk.shape), -torch.inf).logsumexp(-1)
    return torch.where(t > 0, total - r, 0 * r).sum(-1)


def _pairs(r: Tensor, t: Tensor) -> Tensor:
    above = t.unsqueeze(-1) > t.unsqueeze(-2)
    cost = functional.softplus(r.unsqueeze(-2) - r.unsqueeze(-1), threshold=300.0)
    return torch.where(above, cost, 0 * cost).sum((-2, -1))


VALUES: dict[str, RowFormula] = {
    "cross_entropy": _of_the_true_class(lambda p: -p.log()),
    "binary_cross_entropy": _of_the_true_class(lambda p: -p.log()),
    "focal": _of_the_true_class(lambda p: -((1 - p) ** 2) * p.log()),
    "generalised_cross_entropy": _of_the_true_class(lambda p: (1 - p**0.7) / 0.7),
    "true_class_error": _of_the_true_class(lambda p: 1 - p),
    "poly": _of_the_true_class(lambda p: -p.log() + 1 - p),
    "taylor_cross_entropy": _of_the_true_class(lambda p: (1 - p) + (1 - p) ** 2 / 2),
    "symmetric_cross_entropy": _of_the_true_class(lambda p: -0.1 * p.log() + 4 * (1 - p)),
    "squared_error": _entries(lambda r, t: (r - t) ** 2),
    "absolute_error": _entries(lambda r, t: (r - t).abs()),
    "kl_divergence": _both_sides(_kl),
    "reverse_kl_divergence": _both_sides(lambda p, t: p * (p / t).log() - p + t),
    "jensen_shannon": _both_sides(_jensen_shannon),
    "alpha_divergence": _both_sides(_alpha_divergence),
    "spherical_score": _entries(lambda r, t: t * (1 - r / r.norm(dim=-1, keepdim=True))),
    "ranked_probability_score": _rows(lambda r, t: ((r.cumsum(-1) - t.cumsum(-1)) ** 2).sum(-1)),
    "dice": _rows(_ratio),
    "tversky": _rows(_tversky),
    "huber": _entries(lambda r, t: functional.huber_loss(r, t, reduction="none")),
    "pseudo_huber": _entries(lambda r, t: (1 + (r - t) ** 2).sqrt() - 1),
    "log_cosh": _entries(_log_cosh),
    "quantile": _entries(lambda r, t: (t - r).abs() / 2),
    "multi_quantile": _rows(_levels),
    "cosine": _rows(lambda r, t: 1 - (r * t).sum(-1) / (r.norm(dim=-1) * t.norm(dim=-1))),
    "poisson": _entries(lambda r, t: r - t * r.log()),
    "tweedie": _entries(lambda r, t: r**0.5 / 0.5 + t * r**-0.5 / 0.5),
    "gaussian": _rows(_gaussian),
    "hinge": _entries(lambda r, t: t * _violations(r)),
    "squared_hinge": _entries(lambda r, t: t * _violations(r) ** 2),
    "weston_watkins": _rows(_weston_watkins),
    "negative_log_likelihood": _entries(lambda r, t: -t * r),
    "kl_divergence_of_logs": _entries(lambda r, t: t.exp() * (t - r)),
    "exponential": _entries(lambda r, t: t * (-r).exp() + (1 - t) * r.exp()),
    "squared_log_error": _entries(lambda r, t: (torch.log1p(r) - torch.log1p(t)) ** 2),
    "absolute_percentage_error": _entries(lambda r, t: (r - t).abs() / t.abs()),
    "accelerated_failure_time": _rows(_log_normal_time),
    "cox": _rows(_cox),
    "pairwise_logistic": _rows(_pairs),
}
# On probabilities also where the activation gives their logarithms.
_OF_PROBABILITIES = {
    "cross_entropy",
    "binary_cross_entropy",
    "focal",
    "generalised_cross_entropy",
    "true_class_error",
    "poly",
    "taylor_cross_entropy",
    "symmetric_cross_entropy",
    "kl_divergence",
    "reverse_kl_divergence",
    "jensen_shannon",
    "alpha_divergence",
}
#: Fenchel-Young losses less what the target alone makes: F(z) - t . z with F' the activation.
POTENTIALS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda z: torch.logsumexp(z, -1),
    "softmax_plus_one": lambda z: torch.logaddexp(torch.logsumexp(z, -1), 0 * z[..., 0]),
    "sigmoid": lambda z: functional.softplus(z, threshold=300.0).sum(-1),
    "identity": lambda z: (z * z).sum(-1) / 2,
    "exp": lambda z: z.exp().sum(-1),
    "tanh": lambda z: torch.logaddexp(z, -z).sum(-1),
    "relu": lambda z: (z.clamp(min=0) ** 2).sum(-1) / 2,
}


def has_formula(activation: Any, loss: Any) -> bool:
    """Whether the value of the pair is written here, up to what depends on the target alone."""
    return not loss.needs_potential or activation.name in POTENTIALS


def row_value(activation: Any, loss: Any) -> Callable[[Tensor, Tensor], Tensor]:
    """The loss of each row of logits; `t` is a number an entry."""
    if loss.needs_potential:
        potential = POTENTIALS[activation.name]
        return lambda z, t: potential(z) - (t * z).sum(-1)
    if loss.name == "z_loss":
        return lambda z, t: torch.logsumexp(z, -1) ** 2
    through = probability if loss.name in _OF_PROBABILITIES else output
    formula, one = through(activation), VALUES[loss.name]
    coins = loss.name == "binary_cross_entropy" or activation.domain.kind in ("coins", "log-coins")
    return lambda z, t: one(formula(z), t, coins)
