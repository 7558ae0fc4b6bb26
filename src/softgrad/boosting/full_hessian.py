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


@np.errstate(all="ignore")
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
    e: np.ndarray = np.exp(shifted)
    total = e.sum()
    p: np.ndarray = e / total
    # At the largest, 1 - p is the sum of the others, so that it keeps its digits near p = 1.
    top = int(e.argmax())
    q = 1.0 - p
    q[top] = (e[:top].sum() + e[top + 1 :].sum()) / total
    nll: np.ndarray = np.log(total) - shifted
    nll[top] = -np.log1p(-q[top])
    t = np.arange(n) == target if target.ndim == 0 else target
    smoothing = layer.settings.get("label_smoothing", 0.0)
    if smoothing:
        t = (1.0 - smoothing) * t + smoothing / n
    true = TrueClass(nll, p, q)
    first = np.where(t == 0, 0.0, t * loss.psi_first(np, true)).sum()
    second = np.where(t == 0, 0.0, t * loss.psi_second(np, true))
    jacobian = -np.outer(p, p)
    jacobian[np.diag_indices(n)] = p * q
    # Column c is p - e_c, with -q_c for p_c - 1.
    slopes = np.repeat(p[:, None], n, axis=1)
    slopes[np.diag_indices(n)] = -q
    hessian = first * jacobian + (slopes * second) @ slopes.T
    return hessian / activation.temperature**2
