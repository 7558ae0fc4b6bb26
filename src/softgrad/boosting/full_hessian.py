"""The dense Hessian of one row through softmax and its kin, in a few vector operations.

CatBoost asks for it row by row, so that what one row costs is what training costs. For losses of
the true class and p of the natural parameters s z, with g_c = s (p - e_c) the gradient of -log p_c,

    H = sum_c t_c (psi'_c s^2 (diag(p) - p p^T) + psi''_c g_c g_c^T).
"""

from __future__ import annotations

import numpy as np

from softgrad.contracts.separable import TrueClass, TrueClassLoss
from softgrad.layer import OutputLayer


@np.errstate(all="ignore")
def softmax_hessian(
    layer: OutputLayer, scores: np.ndarray, target: np.ndarray
) -> np.ndarray | None:
    """The Hessian of one row, shape (n, n); None for what this formula does not serve.

    Args:
        layer: softmax, or what else has natural parameters, with a loss of the true class, with
            label smoothing or without.
        scores: raw scores, shape (n,).
        target: a label, or a distribution of shape (n,).
    """
    activation, loss = layer.activation, layer.loss
    scale = activation.natural_scale()
    if scale is None or not isinstance(loss, TrueClassLoss):
        return None
    if activation.domain.kind not in ("simplex", "log-simplex"):
        return None
    n = len(scores)
    shifted = scale * (scores - (scores.max() if scale > 0.0 else scores.min()))
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
    return scale**2 * hessian
