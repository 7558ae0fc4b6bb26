"""Products with the wrong vector, or with none."""

import numpy as np

from checking.derivatives import (
    jacobian,
    log_softmax,
    pull_back,
    rows_of_losses,
    sigmoid,
    softmax,
    tanh,
    target_of,
)
from checking.mistakes.registry import wrong


@wrong("transposed", "jacobian", log_softmax)
def log_softmax_transposed(z):
    p = softmax(z).ravel()
    return (np.eye(len(p)) - p[None, :]).T


@wrong("transposed", "vjp", log_softmax)
def log_softmax_untransposed_product(z, g):
    return g - np.sum(softmax(z) * g, axis=-1, keepdims=True)


@wrong("zero", "elementwise", softmax)
def nothing(z):
    return np.zeros_like(z)


@wrong("row-summed", "vjp", log_softmax)
def rows_of_the_jacobian_summed(z, g):
    p = softmax(z).ravel()
    J = np.eye(len(p)) - p[None, :]
    return (J.sum(axis=0) * g.ravel()).reshape(z.shape)


@wrong("row-summed", "elementwise", softmax)
def rows_summed_to_rounding(z):
    return jacobian(z).sum(axis=-1) + 1e-19 * (1 + np.arange(z.size).reshape(z.shape))


@wrong("identity", "vjp", softmax)
def passes_upstream_through(z, g):
    return g.copy()


@wrong("identity", "jacobian", tanh)
def eye(z):
    return np.eye(z.size)


@wrong("upstream-ignored", "vjp", softmax)
def upstream_not_used(z, g):
    return pull_back(z, np.linspace(0.0, 1.0, z.size).reshape(z.shape))


@wrong("upstream-ignored", "vjp", sigmoid)
def derivative_without_upstream(z, g):
    return sigmoid(z) * (1 - sigmoid(z))


@wrong("upstream-collapsed", "vjp", softmax)
def only_the_first_entry(z, g):
    first = np.zeros_like(g)
    first[..., 0] = g[..., 0]
    return pull_back(z, first)


@wrong("upstream-collapsed", "vjp", log_softmax)
def upstream_summed_first(z, g):
    return np.sum(g) * (target_of(z) - softmax(z))


@wrong("upstream-collapsed", "vjp", softmax, batch=True)
def first_row_for_all(z, g):
    return pull_back(z, np.broadcast_to(g[:1], g.shape))


@wrong("upstream-collapsed", "vjp", rows_of_losses, batch=True)
def first_number_for_all_losses(z, g):
    return g[0] * (softmax(z) - target_of(z))


@wrong("upstream-collapsed", "vjp", softmax)
def upstream_as_a_label(z, g):
    label = np.argmax(g)
    p = softmax(z).ravel()
    return (g.max() * p[label] * (np.eye(p.size)[label] - p)).reshape(z.shape)


@wrong("upstream-ignored", "vjp", rows_of_losses, batch=True)
def losses_without_upstream(z, g):
    return softmax(z) - target_of(z)
