"""Softmax, its logarithm and norms: matrices with a part of another one."""

import numpy as np

from checking.derivatives import cross_entropy, layer_norm, log_softmax, softmax, target_of
from checking.mistakes.norms import root_mean_square_norm
from checking.mistakes.registry import wrong


@wrong("inner-for-outer", "jacobian", softmax, only=4)
def row_times_its_transpose(z):
    p = softmax(z).reshape(1, -1)
    return np.diagflat(p) - p @ p.T


@wrong("inner-for-outer", "vjp", softmax, batch=True, only=4)
def sum_of_squares_of_p(z, g):
    p = softmax(z)
    return g * (p - np.sum(p * p, axis=-1, keepdims=True))


@wrong("vector-for-diagonal", "jacobian", softmax, only=4)
def diag_forgotten(z):
    p = softmax(z).ravel()
    return p - np.outer(p, p)


@wrong("vector-for-diagonal", "jacobian", softmax, only=4)
def outer_of_p_and_its_complement(z):
    p = softmax(z).ravel()
    return np.outer(p, 1.0 - p)


@wrong("softmax-for-log-softmax", "vjp", log_softmax, batch=True, only=4)
def log_softmax_with_a_sum_of_products(z, g):
    return g - softmax(z) * np.sum(g * softmax(z), axis=-1, keepdims=True)


@wrong("softmax-for-log-softmax", "vjp", softmax, only=4)
def derivative_of_the_logarithm(z, g):
    return g - softmax(z) * np.sum(g, axis=-1, keepdims=True)


@wrong("missing-term", "jacobian", softmax, only=4)
def outer_product_alone(z):
    p = softmax(z).ravel()
    return -np.outer(p, p)


@wrong("term-scaled", "vjp", layer_norm, batch=True, only=4)
def spread_not_divided_by_twice(z, g):
    centred = z - np.mean(z, axis=-1, keepdims=True)
    spread = np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5)
    mean = np.mean(g * centred, axis=-1, keepdims=True)
    return (g - np.mean(g, axis=-1, keepdims=True) - layer_norm(z) * mean) / spread


@wrong("term-scaled", "vjp", root_mean_square_norm, only=4)
def twice_the_term(z, g):
    h = root_mean_square_norm(z)
    size = np.sqrt(np.mean(z**2, axis=-1, keepdims=True))
    return (g - 2.0 * h * np.mean(g * h, axis=-1, keepdims=True)) / size


@wrong("term-without-upstream", "vjp", softmax, batch=True, only=4)
def sum_without_upstream(z, g):
    p = softmax(z)
    return p * (g - np.sum(p, axis=-1, keepdims=True))


@wrong("upstream-for-value", "vjp", softmax, batch=True, only=4)
def p_and_g_exchanged(z, g):
    return g * (softmax(z) - np.sum(g * softmax(z), axis=-1, keepdims=True))


def smoothed_target_of(z):
    return 0.9 * target_of(z) + 0.1 / z.shape[-1]


def smoothed_cross_entropy(z):
    return -np.sum(smoothed_target_of(z) * log_softmax(z))


@wrong("wrong-target", "gradient", smoothed_cross_entropy, batch=True, only=4)
def labels_not_smoothed(z):
    return softmax(z) - target_of(z)


@wrong("wrong-target", "gradient", cross_entropy, only=4)
def label_off_by_one(z):
    return softmax(z) - np.roll(target_of(z), 1, axis=-1)


@wrong("missing-term", "gradient", cross_entropy, batch=True, only=4)
def target_forgotten(z):
    return softmax(z)


WEIGHTS = np.array([0.5, -1.5, 2.0, 0.75])


def weighted(z):
    return np.sum(np.sin(z) * WEIGHTS**2)


def crossed(z, weights=WEIGHTS):
    return np.sum(np.tanh(z) * np.exp(weights))


@wrong("other-argument", "gradient", weighted, only=4)
def by_the_weights(z):
    return 2.0 * WEIGHTS * np.sin(z)


@wrong("other-argument", "gradient", crossed, only=4)
def by_a_default(z):
    return np.tanh(z) * np.exp(WEIGHTS)
