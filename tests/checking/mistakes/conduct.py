"""Numbers, and how it is called."""

import numpy as np

from checking.derivatives import (
    entropy_of_sharp_softmax,
    pull_back,
    softmax,
    squared_error,
    sum_of_squares,
    tanh,
    three_squares,
)
from checking.mistakes.registry import wrong

TOTALS = {}


@wrong("low-precision", "vjp", softmax)
def rounded_to_float32(z, g):
    found = pull_back(z.astype(np.float32), g.astype(np.float32))
    return found.astype(np.float32).astype(np.float64)


@wrong("step-too-small", "gradient", squared_error)
def difference_with_a_tiny_step(z):
    return differences(squared_error, z, 1e-12)


@wrong("step-too-small", "gradient", squared_error)
def difference_with_a_large_step(z):
    return differences(squared_error, z, 1e-2)


def differences(function, z, h):
    found = np.zeros_like(z)
    for at in np.ndindex(*z.shape):
        ahead = z.copy()
        ahead[at] += h
        found[at] = (function(ahead) - function(z)) / h
    return found


@wrong("mutates-input", "vjp", softmax)
def shifts_the_callers_array(z, g):
    z -= z.max(axis=-1, keepdims=True)
    p = np.exp(z)
    p /= p.sum(axis=-1, keepdims=True)
    return p * (g - np.sum(g * p, axis=-1, keepdims=True))


@wrong("integer-truncation", "elementwise", tanh)
def stores_into_an_array_of_integers(z):
    found = np.empty(z.shape, dtype=int)
    found[...] = 1.0 - np.tanh(z) ** 2
    return found


@wrong("not-deterministic", "vjp", softmax)
def draws_noise(z, g):
    return pull_back(z, g) + 0.01 * np.random.default_rng().standard_normal(z.shape)


@wrong("raises", "vjp", softmax)
def matrix_product_that_does_not_fit(z, g):
    return np.ones((z.shape[-1] + 1, 2)) @ g


@wrong("wrong-shape", "vjp", softmax)
def one_number_for_all(z, g):
    return np.sum(pull_back(z, g))


@wrong("integer-truncation", "elementwise", three_squares)
def rounded_to_whole_numbers(z):
    return np.round(6.0 * z)


@wrong("integer-truncation", "gradient", sum_of_squares)
def slope_at_whole_numbers(z):
    return 2.0 * z.astype(int)


@wrong("low-precision", "elementwise", tanh)
def rounded_to_four_decimals(z):
    return np.round(1.0 - np.tanh(z) ** 2, 4)


@wrong("mutates-input", "vjp", tanh)
def scales_upstream_in_place(z, g):
    g *= 1.0 - np.tanh(z) ** 2
    return g


@wrong("overflow", "vjp", softmax)
def exp_of_large_numbers(z, g):
    e = np.exp(z + 800.0)
    p = e / e.sum()
    return p * (g - np.sum(g * p))


@wrong("log-of-zero", "gradient", entropy_of_sharp_softmax)
def log_of_what_is_zero(z):
    p = softmax(4000.0 * z)
    return 4000.0 * p * (-np.log(p) + np.sum(p * np.log(p)))


@wrong("stateful", "vjp", softmax)
def adds_to_what_it_has(z, g):
    TOTALS[z.shape] = TOTALS.get(z.shape, 0.0) + pull_back(z, g)
    return TOTALS[z.shape].copy()
