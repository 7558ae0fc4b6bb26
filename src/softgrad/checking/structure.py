"""Softmax and sigmoid, as hypotheses need it: plain, and not by the library that is to judge."""

from __future__ import annotations

import numpy as np

from softgrad.checking.frameworks import Numbers


def softmax(z: Numbers, width: int) -> Numbers:
    """Of every `width` numbers of each row."""
    pieces = z.reshape(len(z), -1, width)
    e = np.exp(pieces - np.max(pieces, axis=-1, keepdims=True))
    return (e / np.sum(e, axis=-1, keepdims=True)).reshape(z.shape)


def times_softmax_jacobian(matrices: Numbers, z: Numbers, width: int) -> Numbers:
    """M (diag(p) - p p^T) for the matrix M, shape (m, n), of each row z."""
    batch, m, n = matrices.shape
    p = softmax(z, width).reshape(batch, 1, -1, width)
    pieces = matrices.reshape(batch, m, -1, width)
    return (p * (pieces - np.sum(pieces * p, axis=-1, keepdims=True))).reshape(batch, m, n)


def sigmoid(z: Numbers) -> Numbers:
    """Of each number."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def times_sigmoid_jacobian(matrices: Numbers, z: Numbers) -> Numbers:
    """M diag(s (1 - s)) for the matrix M of each row z."""
    s = sigmoid(z)
    return matrices * (s * (1.0 - s))[:, None, :]


def temperature(z: Numbers, p: Numbers) -> float | None:
    """The T with p = softmax(z / T) for all rows, if there is one other than 0."""
    if z.shape != p.shape or z.shape[-1] < 2 or not np.all(p > 0.0):
        return None
    logs = np.log(p)
    off_z = z - np.mean(z, axis=-1, keepdims=True)
    off_p = logs - np.mean(logs, axis=-1, keepdims=True)
    power, size = float(np.sum(off_z * off_p)), float(np.sum(off_z * off_z))
    if not size or not power or not np.allclose(np.sum(p, axis=-1), 1.0):
        return None
    inverse = power / size
    return 1.0 / inverse if np.allclose(off_p, inverse * off_z, rtol=1e-5, atol=1e-9) else None
