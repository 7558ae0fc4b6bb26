"""Batches and axes; order, offsets, terms."""

import numpy as np

from checking.derivatives import (
    cross_entropy,
    gradient_of_squared_error,
    log_softmax,
    pull_back,
    pull_back_sparsemax,
    sigmoid,
    silu,
    softmax,
    sparsemax,
    squared_error,
    tanh,
    target_of,
)
from checking.mistakes.registry import wrong


@wrong("wrong-axis", "vjp", softmax, batch=True)
def along_the_batch(z, g):
    p = softmax(z, axis=0)
    return p * (g - np.sum(g * p, axis=0, keepdims=True))


@wrong("batch-mixed", "vjp", softmax, batch=True)
def sum_over_everything(z, g):
    p = softmax(z)
    return p * (g - np.sum(g * p))


@wrong("batch-mixed", "vjp", log_softmax, batch=True)
def upstream_summed_over_the_batch(z, g):
    return g - softmax(z) * np.sum(g)


@wrong("permuted", "vjp", softmax)
def sorted_and_left_so(z, g):
    return pull_back(z, g)[..., ::-1].copy()


@wrong("permuted", "gradient", squared_error)
def rolled_by_one(z):
    return np.roll(gradient_of_squared_error(z), 1, axis=-1)


@wrong("constant-offset", "gradient", cross_entropy)
def a_constant_too_many(z):
    return softmax(z) - target_of(z) + 0.05


@wrong("constant-offset", "jacobian", tanh)
def epsilon_everywhere(z):
    return np.diag(1 - np.tanh(z.ravel()) ** 2) + 1e-3


def regularised(z):
    return cross_entropy(z) + 0.05 * np.sum(z**2)


@wrong("missing-term", "gradient", regularised)
def weight_decay_forgotten(z):
    return softmax(z) - target_of(z)


@wrong("wrong-axis", "vjp", softmax, batch=True)
def sum_down_the_batch(z, g):
    p = softmax(z)
    return p * (g - np.sum(g * p, axis=0, keepdims=True))


@wrong("wrong-axis", "gradient", cross_entropy, batch=True)
def softmax_down_the_batch(z):
    return softmax(z, axis=0) - target_of(z)


@wrong("batch-mixed", "gradient", cross_entropy, batch=True)
def one_softmax_for_the_batch(z):
    e = np.exp(z - z.max())
    return e / e.sum() - target_of(z)


@wrong("permuted", "vjp", sparsemax)
def left_in_sorted_order(z, g):
    return np.take_along_axis(pull_back_sparsemax(z, g), np.argsort(-z, axis=-1), axis=-1)


@wrong("missing-term", "elementwise", silu)
def silu_by_its_gate_alone(z):
    return sigmoid(z)


@wrong("missing-term", "elementwise", silu)
def silu_by_its_slope_alone(z):
    s = sigmoid(z)
    return z * s * (1 - s)


@wrong("constant-offset", "elementwise", tanh)
def minus_tanh_squared(z):
    return -(np.tanh(z) ** 2)
