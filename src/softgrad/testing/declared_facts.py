"""What an entry says of itself for those who choose by it (`softgrad.contracts.facts`), held to it.

Each function is a law: it raises AssertionError where a claim is not true. What is not claimed is
not asked for, but for convexity, which is claimed unless a class says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.testing.comparing import expect, near, rounding
from softgrad.testing.limits import Limits
from softgrad.testing.points import logits
from softgrad.testing.predictions import examples


def _by_link(link: str, z: Array) -> Array:
    """What a link undoes."""
    if link == "identity":
        return z
    return np.exp(z) if link == "log" else 1.0 / (1.0 + np.exp(-z))


def a_declared_link_undoes_the_activation(activation: Any, limits: Limits) -> None:
    """With a link the activation is its inverse: z, exp z, or 1 / (1 + exp(-z))."""
    if activation.link is None:
        return
    z = np.array([-3.0, -0.5, 0.25, 2.0])
    where = f"z = {z.tolist()}, link = {activation.link!r}"
    near(activation(z), _by_link(activation.link, z), 1e-14, where=where)


def what_is_piecewise_linear_has_no_curvature(activation: Any, limits: Limits) -> None:
    """What says that it is piecewise linear has no curvature."""
    if not activation.is_piecewise_linear():
        return
    z = logits(activation)
    bends = activation.curvature(z, np.ones_like(z)).to_dense()
    near(bends, np.zeros_like(bends), 0.0, where=f"the curvature at z = {z.tolist()}")


def declared_natural_parameters_are_log_odds(activation: Any, limits: Limits) -> None:
    """With natural_scale() = s log-odds are s z, of coins, or of two classes s (z_i - z_j)."""
    scale = activation.natural_scale()
    if scale is None:
        return
    z = logits(activation)[:2]
    p = np.asarray(activation(z))
    p = np.exp(p) if activation.domain.kind.startswith("log-") else p
    is_coin = "coins" in activation.domain.kind
    odds = np.log(p / (1.0 - p)) if is_coin else np.diff(np.log(p))
    wanted = scale * (z if is_coin else np.diff(z))
    near(odds, wanted, 1e-12 * (1.0 + np.abs(wanted)), where=f"log-odds at z = {z.tolist()}")


def a_convex_loss_has_no_negative_eigenvalue(loss: Any, limits: Limits) -> None:
    """Convex, as it is unless convex = False says otherwise: no second derivative is negative."""
    if not loss.convex:
        return
    for dense, where in _hessians(loss):
        lowest = np.linalg.eigvalsh(0.5 * (dense + np.swapaxes(dense, -1, -2)))[:, 0]
        allowed = rounding(dense, 256.0)[:, 0, 0]
        row = int(np.argmin(lowest + allowed))
        expect(
            bool(lowest[row] >= -allowed[row]),
            f"got an eigenvalue {lowest[row]:.3g} of row {row}, expected >= 0 (or convex = False); "
            f"{where}",
        )


def a_flat_loss_has_no_second_derivative(loss: Any, limits: Limits) -> None:
    """With flat = True its second derivative is 0."""
    if loss.flat:
        for dense, where in _hessians(loss):
            near(dense, np.zeros_like(dense), 0.0, where=where)


def a_constant_hessian_is_the_same_everywhere(loss: Any, limits: Limits) -> None:
    """With constant_hessian = True its second derivative is the same everywhere."""
    if loss.constant_hessian:
        for dense, where in _hessians(loss):
            near(dense, np.broadcast_to(dense[:1], dense.shape), rounding(dense, 4.0), where=where)


ACTIVATION_LAWS = (
    a_declared_link_undoes_the_activation,
    what_is_piecewise_linear_has_no_curvature,
    declared_natural_parameters_are_log_odds,
)
LOSS_LAWS = (
    a_convex_loss_has_no_negative_eigenvalue,
    a_flat_loss_has_no_second_derivative,
    a_constant_hessian_is_the_same_everywhere,
)


def _hessians(loss: Any) -> Iterator[tuple[Array, str]]:
    """By the prediction, at the examples and at others that are drawn about them."""
    rng = np.random.default_rng(3)
    for r, t, *_ in examples(loss):
        for _ in range(8):
            where = f"prediction = {r.tolist()}, target = {t.tolist()}"
            dense = loss.hessian(r, t).to_dense()
            if np.all(np.isfinite(dense)):
                yield dense, where
            factor = np.exp(rng.normal(size=r.shape))
            r = r * factor
            if any(domain.high == 1.0 for domain in loss.accepts):
                r = r / np.sum(r, axis=-1, keepdims=True)
