"""Softmax and its kin: what stands off the diagonal, and what does not."""

import numpy as np

from checking.derivatives import (
    attention,
    layer_norm,
    log_softmax,
    normalise,
    pull_back_log,
    pull_back_sparsemax,
    softmax,
    sparsemax,
    values_of,
)
from checking.mistakes.registry import wrong


@wrong("diagonal-only", "elementwise", softmax)
def delta_of_the_posted_class(z):
    p = softmax(z)
    return p * (1 - p)


@wrong("diagonal-only", "vjp", softmax)
def backward_times_p_one_minus_p(z, g):
    p = softmax(z)
    return g * p * (1.0 - p)


@wrong("diagonal-only", "jacobian", softmax)
def jacobian_by_np_diag(z):
    p = softmax(z).ravel()
    return np.diag(p - p**2)


@wrong("diagonal-only", "jvp", log_softmax)
def log_softmax_forward_by_its_own_entry(z, v):
    return v * (1.0 - softmax(z))


@wrong("diagonal-only", "vjp", softmax, batch=True)
def batch_of_diagonals(z, g):
    s = softmax(z)
    return np.multiply(g, s - np.square(s))


@wrong("missing-rank-one-term", "jacobian", softmax)
def diag_of_p(z):
    return np.diag(softmax(z).ravel())


@wrong("missing-rank-one-term", "vjp", softmax)
def p_times_g(z, g):
    return softmax(z) * g


@wrong("off-diagonal-sign", "jacobian", softmax)
def plus_outer_product(z):
    p = softmax(z).ravel()
    J = np.outer(p, p)
    J[np.diag_indices(len(p))] = p * (1 - p)
    return J


@wrong("off-diagonal-sign", "vjp", softmax)
def loops_with_a_plus(z, g):
    p = softmax(z).ravel()
    total = np.sum(p * g.ravel())
    return (p * (1 - p) * g.ravel() + p * (total - p * g.ravel())).reshape(z.shape)


@wrong("diagonal-only", "vjp", sparsemax)
def support_times_upstream_less_a_share(z, g):
    support = sparsemax(z) > 0
    size = np.sum(support, axis=-1, keepdims=True)
    return support * g * (1.0 - 1.0 / size)


@wrong("missing-rank-one-term", "vjp", sparsemax)
def support_times_upstream(z, g):
    return (sparsemax(z) > 0) * g


@wrong("sign-flipped", "vjp", sparsemax)
def sparsemax_negated(z, g):
    return -pull_back_sparsemax(z, g)


@wrong("scaled", "vjp", log_softmax)
def three_times(z, g):
    return 3.0 * pull_back_log(z, g)


@wrong("diagonal-only", "vjp", attention)
def attention_by_its_own_weights(s, g):
    p = softmax(s)
    return p * (1 - p) * (g @ values_of(s).T)


@wrong("missing-rank-one-term", "vjp", attention)
def attention_without_the_sum(s, g):
    return softmax(s) * (g @ values_of(s).T)


@wrong("off-diagonal-sign", "vjp", softmax, batch=True)
def plus_for_minus_in_the_product(z, g):
    p = softmax(z)
    return p * (g + np.sum(g * p, axis=-1, keepdims=True))


@wrong("off-diagonal-sign", "jacobian", log_softmax)
def eye_plus_p(z):
    return np.eye(z.size) + softmax(z).reshape(1, -1)


@wrong("mean-for-sum", "vjp", softmax, batch=True)
def mean_in_the_product(z, g):
    p = softmax(z)
    return p * (g - np.mean(g * p, axis=-1, keepdims=True))


@wrong("missing-rank-one-term", "vjp", normalise, batch=True)
def norm_as_a_constant(z, g):
    return g / np.sqrt(np.sum(z**2, axis=-1, keepdims=True))


@wrong("missing-rank-one-term", "vjp", layer_norm, batch=True)
def variance_as_a_constant(z, g):
    spread = np.sqrt(np.var(z, axis=-1, keepdims=True) + 1e-5)
    return (g - np.mean(g, axis=-1, keepdims=True)) / spread
