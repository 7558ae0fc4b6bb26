"""Signs, factors and means."""

import numpy as np

from checking.derivatives import (
    cross_entropy,
    gradient_of_squared_error,
    jacobian,
    log_softmax,
    mean_cross_entropy,
    pull_back,
    softmax,
    squared_error,
    target_of,
)
from checking.mistakes.registry import wrong


@wrong("sign-flipped", "vjp", softmax)
def negated_backward(z, g):
    return -pull_back(z, g)


@wrong("sign-flipped", "gradient", cross_entropy)
def y_minus_p(z):
    return target_of(z) - softmax(z)


@wrong("sign-flipped", "jacobian", softmax)
def outer_minus_diag(z):
    return -jacobian(z)


@wrong("scaled", "gradient", squared_error)
def two_is_missing(z):
    return gradient_of_squared_error(z) / 2.0


@wrong("scaled", "gradient", squared_error)
def two_stands_twice(z):
    return 2.0 * gradient_of_squared_error(z)


@wrong("scaled", "vjp", softmax)
def temperature_forgotten(z, g):
    return pull_back(z, g) / 0.7


@wrong("scaled", "gradient", mean_cross_entropy, batch=True)
def batch_size_not_divided_by(z):
    return softmax(z) - target_of(z)


@wrong("mean-for-sum", "gradient", cross_entropy, batch=True)
def mean_over_all_entries(z):
    return (softmax(z) - target_of(z)) / z.size


@wrong("mean-for-sum", "vjp", softmax)
def divided_by_classes(z, g):
    return pull_back(z, g) / z.shape[-1]


@wrong("scaled", "jvp", log_softmax)
def one_percent_off(z, v):
    return 1.01 * (v - np.sum(softmax(z) * v, axis=-1, keepdims=True))
