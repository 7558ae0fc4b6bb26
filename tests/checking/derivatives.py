"""Functions whose derivatives people write by hand, plainly written: what the wrong and the right
ones of the permanent set are derivatives of."""

import numpy as np


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def tanh(z):
    return np.tanh(z)


def sparsemax(z):
    ordered = -np.sort(-z, axis=-1)
    count = np.arange(1, z.shape[-1] + 1)
    sums = np.cumsum(ordered, axis=-1) - 1.0
    size = np.sum(ordered - sums / count > 0, axis=-1, keepdims=True)
    threshold = np.take_along_axis(sums, size - 1, axis=-1) / size
    return np.maximum(z - threshold, 0.0)


def jacobian(z):
    p = softmax(z)
    return p[..., :, None] * (np.eye(z.shape[-1]) - p[..., None, :])


def pull_back(z, g):
    p = softmax(z)
    return p * (g - np.sum(g * p, axis=-1, keepdims=True))


def pull_back_log(z, g):
    return g - softmax(z) * np.sum(g, axis=-1, keepdims=True)


def pull_back_sparsemax(z, g):
    support = sparsemax(z) > 0
    mean = np.sum(g * support, axis=-1, keepdims=True) / np.sum(support, axis=-1, keepdims=True)
    return support * (g - mean)


def target_of(z):
    """A one-hot target of each row: the second class."""
    t = np.zeros(z.shape)
    t[..., 1] = 1.0
    return t


def soft_target_of(z):
    """Positive targets that sum to 1.3, and are no function of z."""
    t = 1.0 + np.arange(z.shape[-1]) % 5
    return np.broadcast_to(1.3 * t / t.sum(), z.shape)


def cross_entropy(z):
    return -np.sum(target_of(z) * log_softmax(z))


def soft_cross_entropy(z):
    return -np.sum(soft_target_of(z) * log_softmax(z))


def mean_cross_entropy(z):
    return cross_entropy(z) / (z.size // z.shape[-1])


def squared_error(z):
    return np.sum((softmax(z) - target_of(z)) ** 2)


def gradient_of_squared_error(z):
    return pull_back(z, 2.0 * (softmax(z) - target_of(z)))


def focal(z):
    p = np.sum(softmax(z) * target_of(z), axis=-1)
    return -np.sum((1.0 - p) ** 2 * np.log(p))


def rows_of_losses(z):
    return -np.sum(target_of(z) * log_softmax(z), axis=-1)


def target_distribution(z):
    """Positive targets that sum to 1, and are no function of z."""
    return soft_target_of(z) / 1.3


def kl_divergence(z):
    t = target_distribution(z)
    return np.sum(t * (np.log(t) - log_softmax(z)))


def reverse_kl_divergence(z):
    return np.sum(softmax(z) * (log_softmax(z) - np.log(target_distribution(z))))


def entropy_of_sharp_softmax(z):
    p = softmax(4000.0 * z)
    return -np.sum(np.where(p > 0.0, p * np.log(np.where(p > 0.0, p, 1.0)), 0.0))


def silu(z):
    return z * sigmoid(z)


def three_squares(z):
    return 3.0 * z**2


def normalise(z):
    return z / np.sqrt(np.sum(z**2, axis=-1, keepdims=True))


def layer_norm(z):
    centred = z - np.sum(z, axis=-1, keepdims=True) / z.shape[-1]
    return centred / np.sqrt(np.sum(centred**2, axis=-1, keepdims=True) / z.shape[-1] + 1e-5)


def values_of(s):
    """Three columns for attention weights to mix."""
    return np.cos(np.arange(3.0 * s.shape[-1])).reshape(-1, 3)


def attention(s):
    return softmax(s) @ values_of(s)


def sum_of_squares(z):
    return np.sum(z**2)
