"""Wrong derivatives: (code, form, function, derivative), each a mistake that people make."""

import numpy as np

from checking.derivatives import (
    cross_entropy,
    gradient_of_squared_error,
    jacobian,
    log_softmax,
    mean_cross_entropy,
    pull_back,
    pull_back_log,
    pull_back_sparsemax,
    sigmoid,
    soft_cross_entropy,
    soft_target_of,
    softmax,
    sparsemax,
    squared_error,
    tanh,
    target_of,
)

WRONG = {}


def wrong(code, form, function, argument="input", batch=False):
    def keep(derivative):
        WRONG[derivative.__name__] = (code, form, function, derivative, argument, batch)
        return derivative

    return keep


# Softmax: the diagonal alone, in the ways in which it is written.


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


# Signs, factors, means.


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


# Shapes of the product: transposed, summed, upstream lost.


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


# p - y in the wrong place, softmax twice, the wrong point.


@wrong("fused-gradient", "elementwise", softmax)
def p_minus_y_as_delta(z):
    return softmax(z) - target_of(z)


@wrong("fused-gradient", "vjp", softmax)
def p_minus_upstream(z, g):
    return softmax(z) - g


@wrong("fused-twice", "gradient", cross_entropy)
def p_minus_y_through_softmax_again(z):
    return pull_back(z, softmax(z) - target_of(z))


@wrong("double-softmax", "gradient", cross_entropy)
def cross_entropy_of_probabilities(z):
    p = softmax(z)
    return pull_back(z, softmax(p) - target_of(z))


@wrong("double-softmax", "vjp", softmax)
def softmax_of_softmax(z, g):
    return pull_back(z, pull_back(softmax(z), g))


@wrong("evaluated-at-output", "elementwise", sigmoid)
def sigmoid_prime_of_its_output(z):
    s = sigmoid(sigmoid(z))
    return s * (1 - s)


@wrong("evaluated-at-output", "vjp", softmax)
def jacobian_at_p(z, g):
    return pull_back(softmax(z), g)


@wrong("evaluated-at-output", "elementwise", tanh)
def tanh_prime_of_its_output(z):
    return 1.0 - np.tanh(np.tanh(z)) ** 2


@wrong("evaluated-at-input", "elementwise", sigmoid)
def output_formula_given_the_input(z):
    return z * (1 - z)


@wrong("evaluated-at-input", "elementwise", tanh)
def one_minus_square_of_the_input(a):
    return 1.0 - a * a


@wrong("evaluated-at-output", "elementwise", sigmoid, argument="output")
def input_formula_given_the_output(p):
    s = sigmoid(p)
    return s * (1 - s)


@wrong("evaluated-at-input", "jacobian", softmax)
def outer_of_the_logits(s):
    s = s.ravel()
    return np.diag(s) - np.outer(s, s)


@wrong("probability-for-logit", "gradient", cross_entropy)
def minus_t_over_p(z):
    return -target_of(z) / softmax(z)


@wrong("probability-for-logit", "gradient", squared_error)
def gradient_by_the_probabilities(z):
    return 2.0 * (softmax(z) - target_of(z))


@wrong("target-sum-dropped", "gradient", soft_cross_entropy)
def p_minus_soft_targets(z):
    return softmax(z) - soft_target_of(z)


# Batches and axes.


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


# Order, offsets, terms.


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


# Numbers, and how it is called.


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
