"""Closed forms of values and derivatives, as experts write them by hand in PyTorch or JAX.

They are peers, not references: written for speed, with the usual accuracy.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from softgrad.evidence.speed.formulas.library import Function, Library
from softgrad.evidence.speed.task import Task


def closed_form(library: Library, task: Task) -> Function | None:
    """The task's results, a tuple, by its inputs; None where nobody writes it by hand."""
    if task.quantity == "value":
        function = forward(library, task.activation)
        return None if function is None else partial(_alone, function)
    formula = _FORMULAS.get((task.quantity, task.activation, task.loss, task.target))
    return None if formula is None else partial(formula, library)


def _alone(function: Function, z: Any) -> tuple[Any]:
    return (function(z),)


def forward(library: Library, activation: str) -> Function | None:
    """The activation, by the library itself where it has it."""
    if activation == "sparsemax":
        return partial(sparsemax, library)
    return library.activations.get(activation)


def sparsemax(library: Library, z: Any) -> Any:
    """max(z - tau, 0) of (rows, n), with the threshold by sorting."""
    return library.activations["relu"](z - _threshold(library, z))


def _threshold(library: Library, z: Any) -> Any:
    """tau, shape (rows, 1): the largest over k of (sum of the k largest - 1) / k."""
    counts = library.xp.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    return library.largest((library.xp.cumsum(library.falling(z), -1) - 1.0) / counts)


def _less_one(library: Library, p: Any, labels: Any) -> Any:
    """p - e_label, in one pass."""
    columns = library.xp.arange(p.shape[-1])
    return library.xp.where(columns == labels[:, None], p - 1.0, p)


def _row_sum(library: Library, x: Any) -> Any:
    return library.xp.sum(x, axis=-1, keepdims=True)


def _cross_entropy(library: Library, z: Any, labels: Any) -> tuple[Any, Any]:
    log_p = library.log_softmax(z)
    gradient = _less_one(library, library.xp.exp(log_p), labels)
    return -library.pick(log_p, labels).sum(), gradient


def _focal(library: Library, z: Any, labels: Any) -> tuple[Any, Any]:
    """q^2 L with slope q^2 + 2 p q L by L, at gamma = 2."""
    log_p = library.log_softmax(z)
    log_loss = -library.pick(log_p, labels)
    p = library.xp.exp(-log_loss)
    q = 1.0 - p
    slope = q * (q + 2.0 * p * log_loss)
    gradient = slope * _less_one(library, library.xp.exp(log_p), labels)
    return (q * q * log_loss).sum(), gradient


def _soft_cross_entropy(library: Library, z: Any, t: Any) -> tuple[Any, Any]:
    log_p = library.log_softmax(z)
    return -(t * log_p).sum(), library.xp.exp(log_p) - t


def _soft_focal(library: Library, z: Any, t: Any) -> tuple[Any, Any]:
    """sum t q^2 L over the classes of a row, each with its own slope by log p."""
    log_p = library.log_softmax(z)
    p = library.xp.exp(log_p)
    q = 1.0 - p
    s = t * q * (q - 2.0 * p * log_p)
    return -(t * q * q * log_p).sum(), p * _row_sum(library, s) - s


def _squared_error(library: Library, z: Any, labels: Any) -> tuple[Any, Any]:
    p = library.activations["softmax"](z)
    d = _less_one(library, p, labels)
    return (d * d).sum(), 2.0 * p * (d - _row_sum(library, p * d))


def _soft_squared_error(library: Library, z: Any, t: Any) -> tuple[Any, Any]:
    p = library.activations["softmax"](z)
    d = p - t
    return (d * d).sum(), 2.0 * p * (d - _row_sum(library, p * d))


def _kl_divergence(library: Library, z: Any, t: Any) -> tuple[Any, Any]:
    log_p = library.log_softmax(z)
    return (t * (library.xp.log(t) - log_p)).sum(), library.xp.exp(log_p) - t


def _sparsemax_loss(library: Library, z: Any, labels: Any) -> tuple[Any, Any]:
    """1/2 + sum over the support of (z^2 - tau^2) / 2 - z_label, and p - e_label."""
    tau = _threshold(library, z)
    support = z > tau
    p = library.xp.where(support, z - tau, 0.0)
    excess = library.xp.where(support, 0.5 * (z - tau) * (z + tau), 0.0)
    losses = 0.5 + _row_sum(library, excess) - library.pick(z, labels)
    return losses.sum(), _less_one(library, p, labels)


def _binary_cross_entropy(library: Library, z: Any, t: Any) -> tuple[Any, Any]:
    return (library.softplus(z) - t * z).sum(), library.activations["sigmoid"](z) - t


def _curvature(library: Library, z: Any, labels: Any) -> tuple[Any, Any]:
    p = library.activations["softmax"](z)
    return _less_one(library, p, labels), p * (1.0 - p)


def _product(library: Library, z: Any, v: Any) -> tuple[Any]:
    """p (v - p.v): the Jacobian is symmetric, so vjp and jvp are one."""
    return (_moved(library, library.activations["softmax"](z), v),)


def _moved(library: Library, p: Any, v: Any) -> Any:
    """How p moves as the logits move by v."""
    return p * (v - _row_sum(library, p * v))


def _second(library: Library, z: Any, g: Any, v: Any) -> tuple[Any]:
    """With w = p (g - p.g): w v - w (p.v) - p (w.v)."""
    p = library.activations["softmax"](z)
    w = p * (g - _row_sum(library, p * g))
    return (w * (v - _row_sum(library, p * v)) - p * _row_sum(library, w * v),)


def _cross_entropy_hvp(library: Library, z: Any, labels: Any, v: Any) -> tuple[Any]:
    """The Hessian of cross-entropy is softmax's Jacobian, whatever the label."""
    return _product(library, z, v)


def _soft_squared_error_hvp(library: Library, z: Any, t: Any, v: Any) -> tuple[Any]:
    """The derivative of p (u - p.u), u = 2 (p - t), along v."""
    p = library.activations["softmax"](z)
    u, dp = 2.0 * (p - t), _moved(library, p, v)
    du = 2.0 * dp
    inner = _row_sum(library, p * u)
    step = _row_sum(library, dp * u + p * du)
    return (dp * (u - inner) + p * (du - step),)


def _focal_hvp(library: Library, z: Any, labels: Any, v: Any) -> tuple[Any]:
    """The derivative of slope (p - e_label), slope = q^2 + 2 p q L of the label, along v."""
    log_p = library.log_softmax(z)
    all_p = library.xp.exp(log_p)
    log_loss = -library.pick(log_p, labels)
    p = library.xp.exp(-log_loss)
    q = 1.0 - p
    dp = _moved(library, all_p, v)
    slope = q * (q + 2.0 * p * log_loss)
    d_slope = (2.0 * log_loss * (1.0 - 2.0 * p) - 4.0 * q) * library.pick(dp, labels)
    return (d_slope * _less_one(library, all_p, labels) + slope * dp,)


_LABELS, _SOFT, _COINS = "labels", "distributions", "coins"
# By quantity, activation, loss and kind of target.
_FORMULAS: dict[tuple[str, str, str, str], Function] = {
    ("vjp", "softmax", "", _LABELS): _product,
    ("jvp", "softmax", "", _LABELS): _product,
    ("hvp", "softmax", "", _LABELS): _second,
    ("gradient_and_hessian", "softmax", "cross_entropy", _LABELS): _curvature,
    ("value_and_gradient", "softmax", "cross_entropy", _LABELS): _cross_entropy,
    ("value_and_gradient", "softmax", "focal", _LABELS): _focal,
    ("value_and_gradient", "softmax", "squared_error", _LABELS): _squared_error,
    ("value_and_gradient", "softmax", "kl_divergence", _SOFT): _kl_divergence,
    ("value_and_gradient", "sparsemax", "fenchel_young", _LABELS): _sparsemax_loss,
    ("value_and_gradient", "sigmoid", "cross_entropy", _COINS): _binary_cross_entropy,
    ("value_and_gradient", "softmax", "cross_entropy", _SOFT): _soft_cross_entropy,
    ("value_and_gradient", "softmax", "squared_error", _SOFT): _soft_squared_error,
    ("value_and_gradient", "softmax", "focal", _SOFT): _soft_focal,
    ("hvp", "softmax", "cross_entropy", _LABELS): _cross_entropy_hvp,
    ("hvp", "softmax", "squared_error", _SOFT): _soft_squared_error_hvp,
    ("hvp", "softmax", "focal", _LABELS): _focal_hvp,
}
