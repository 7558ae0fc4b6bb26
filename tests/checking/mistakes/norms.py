"""Counts in the backward pass of a norm."""

import numpy as np

from checking.derivatives import layer_norm, log_softmax, softmax
from checking.mistakes.registry import wrong


def root_mean_square_norm(z):
    return z / np.sqrt(np.mean(z**2, axis=-1, keepdims=True))


def spread_and_norm(z):
    return np.sqrt(np.var(z, axis=-1, keepdims=True) + 1e-5), layer_norm(z)


@wrong("sum-for-mean", "vjp", layer_norm)
def second_term_by_a_sum(z, g):
    spread, h = spread_and_norm(z)
    mean = np.mean(g, axis=-1, keepdims=True)
    return (g - mean - h * np.sum(g * h, axis=-1, keepdims=True)) / spread


@wrong("sum-for-mean", "vjp", root_mean_square_norm)
def one_term_by_a_sum(z, g):
    h = root_mean_square_norm(z)
    size = np.sqrt(np.mean(z**2, axis=-1, keepdims=True))
    return (g - h * np.sum(g * h, axis=-1, keepdims=True)) / size


@wrong("wrong-count", "vjp", layer_norm, batch=True)
def rows_in_place_of_columns(z, g):
    spread, h = spread_and_norm(z)
    sums = np.sum(g, axis=-1, keepdims=True) + h * np.sum(g * h, axis=-1, keepdims=True)
    return (g - sums / len(z)) / spread


@wrong("wrong-count", "vjp", root_mean_square_norm, batch=True)
def mean_square_over_the_rows(z, g):
    h = root_mean_square_norm(z)
    size = np.sqrt(np.mean(z**2, axis=-1, keepdims=True))
    return (g - h * np.sum(g * h, axis=-1, keepdims=True) / len(z)) / size


@wrong("batch-mixed", "vjp", log_softmax, batch=True)
def sum_of_exponentials_over_the_batch(z, g):
    return g - softmax(z.reshape(-1)).reshape(z.shape) * np.sum(g, axis=-1, keepdims=True)
