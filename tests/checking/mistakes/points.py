"""p - y in the wrong place, softmax twice, the wrong point."""

import numpy as np

from checking.derivatives import (
    cross_entropy,
    focal,
    kl_divergence,
    pull_back,
    reverse_kl_divergence,
    sigmoid,
    soft_cross_entropy,
    soft_target_of,
    softmax,
    squared_error,
    tanh,
    target_distribution,
    target_of,
)
from checking.mistakes.registry import wrong


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


@wrong("fused-gradient", "gradient", focal, batch=True)
def p_minus_y_for_focal_loss(z):
    return softmax(z) - target_of(z)


@wrong("fused-twice", "gradient", cross_entropy, batch=True)
def p_minus_y_of_a_batch_through_softmax(z):
    return pull_back(z, softmax(z) - target_of(z))


@wrong("diagonal-only", "gradient", cross_entropy, batch=True)
def cross_entropy_by_the_target_alone(z):
    return target_of(z) * (softmax(z) - 1.0)


@wrong("probability-for-logit", "gradient", cross_entropy, batch=True)
def minus_t_over_p_of_a_batch(z):
    return -target_of(z) / softmax(z)


@wrong("double-softmax", "gradient", cross_entropy, batch=True)
def softmax_of_softmax_less_the_target(z):
    return softmax(softmax(z)) - target_of(z)


@wrong("arguments-swapped", "gradient", kl_divergence)
def reverse_direction_of_kl(z):
    p, t = softmax(z), target_distribution(z)
    return pull_back(z, np.log(p / t))


@wrong("arguments-swapped", "gradient", reverse_kl_divergence, batch=True)
def forward_direction_of_kl(z):
    return softmax(z) - target_distribution(z)
