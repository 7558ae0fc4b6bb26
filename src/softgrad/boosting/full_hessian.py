"""The dense Hessian of one row through softmax, in a few vector operations.

CatBoost asks for it row by row, so that what one row costs is what training costs. For losses of
the true class, with g_c = (p - e_c) / T the gradient of -log p_c,

    H = sum_c t_c (psi'_c (diag(p) - p p^T) / T^2 + psi''_c g_c g_c^T).
"""

from __future__ import annotations

import numpy as np

from softgrad.activations.softmax import Softmax
from softgrad.contracts.separable import TrueClass, TrueClassLoss
from softgrad.layer import OutputLayer


def softmax_hessian(
    layer: OutputLayer, scores: np.ndarray, target: np.ndarray
) -> np.ndarray | None:
    """The Hessian of one row, shape (n, n); None for what this formula does not serve.

    Args:
        layer: softmax with a loss of the true class, with label smoothing or without.
        scores: raw scores, shape (n,).
        target: a label, or a distribution of shape (n,).
    """
    activation, loss = layer.activation, layer.loss
    if not (isinstance(activation, Softmax) and isinstance(loss, TrueClassLoss)):
        return None
    n = len(scores)
    shifted = (scores - scores.max()) / activation.temperature
    e = np.exp(shifted)
    total = e.sum()
    p = e / total
    # 1 - p as the sum of the others where p > 1/2, so that it keeps its digits.
    others = np.where(p > 0.5, total - e, 0.0)
    if others.any():
        top = int(p.argmax())
        others[top] = e[:top].sum() + e[top + 1 :].sum()
    q = np.where(p > 0.5, others / total, 1.0 - p)
    nll = np.where(p > 0.5, -np.log1p(-q), np.log(total) - shifted)
    t = np.arange(n) == target if target.ndim == 0 else target
    smoothing = layer.settings.get("label_smoothing", 0.0)
    if smoothing:
        t = (1.0 - smoothing) * t + smoothing / n
    true = TrueClass(nll, p, q)
    first = np.where(t == 0, 0.0, t * loss.psi_first(np, true)).sum()
    second = np.where(t == 0, 0.0, t * loss.psi_second(np, true))
    # sum_c s_c (p - e_c)(p - e_c)^T with s = t psi''.
    spread = second.sum() * p - second
    hessian = np.outer(p, spread - first * p) - np.outer(second, p)
    hessian[np.diag_indices(n)] = first * p * q + second * q * q + (second.sum() - second) * p * p
    return hessian / activation.temperature**2
