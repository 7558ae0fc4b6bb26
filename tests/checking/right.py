"""Right derivatives in several styles: (form, function, derivative). None may be called wrong."""

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


def by_loops(z):
    p = softmax(z).ravel()
    n = len(p)
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            J[i, j] = p[i] * ((i == j) - p[j])
    return J


def by_outer(z):
    p = softmax(z).ravel()
    return np.diagflat(p) - np.outer(p, p)


def by_einsum(z):
    p = softmax(z)
    return np.einsum("...i,ij->...ij", p, np.eye(z.shape[-1])) - np.einsum("...i,...j->...ij", p, p)


def by_matrix_product(z, g):
    return (by_outer(z).T @ g.ravel()).reshape(z.shape)


def log_softmax_jacobian(z):
    return np.eye(z.shape[-1]) - softmax(z)[..., None, :]


def relu(z):
    return np.maximum(z, 0.0)


def softplus(z):
    return np.logaddexp(0.0, z)


def silu(z):
    return z * sigmoid(z)


def silu_prime(z):
    s = sigmoid(z)
    return s + z * s * (1 - s)


def normalise(z):
    return z / np.sqrt(np.sum(z**2, axis=-1, keepdims=True))


def normalise_back(z, g):
    y, size = normalise(z), np.sqrt(np.sum(z**2, axis=-1, keepdims=True))
    return (g - y * np.sum(g * y, axis=-1, keepdims=True)) / size


def rows_of_losses(z):
    return -np.sum(target_of(z) * log_softmax(z), axis=-1)


def hessian_of_cross_entropy(z):
    return by_outer(z)


RIGHT = {
    "softmax by loops": ("jacobian", softmax, by_loops, False),
    "softmax by outer": ("jacobian", softmax, by_outer, False),
    "softmax by einsum": ("jacobian", softmax, by_einsum, True),
    "softmax of a batch": ("jacobian", softmax, jacobian, True),
    "softmax vjp": ("vjp", softmax, pull_back, True),
    "softmax vjp of a row": ("vjp", softmax, pull_back, False),
    "softmax jvp": ("jvp", softmax, pull_back, True),
    "softmax product": ("vjp", softmax, by_matrix_product, False),
    "softmax auto vjp": ("auto", softmax, pull_back, True),
    "softmax auto jacobian": ("auto", softmax, by_outer, False),
    "log-softmax vjp": ("vjp", log_softmax, pull_back_log, True),
    "log-softmax jacobian": ("jacobian", log_softmax, log_softmax_jacobian, True),
    "sparsemax vjp": ("vjp", sparsemax, pull_back_sparsemax, True),
    "cross-entropy": ("gradient", cross_entropy, lambda z: softmax(z) - target_of(z), True),
    "cross-entropy auto": ("auto", cross_entropy, lambda z: softmax(z) - target_of(z), False),
    "mean cross-entropy": (
        "gradient",
        mean_cross_entropy,
        lambda z: (softmax(z) - target_of(z)) / (z.size // z.shape[-1]),
        True,
    ),
    "losses of rows": ("gradient", rows_of_losses, lambda z: softmax(z) - target_of(z), True),
    "soft targets": (
        "gradient",
        soft_cross_entropy,
        lambda z: 1.3 * softmax(z) - soft_target_of(z),
        False,
    ),
    "squared error": ("gradient", squared_error, gradient_of_squared_error, False),
    "squared error of a batch": ("gradient", squared_error, gradient_of_squared_error, True),
    "hessian of cross-entropy": ("hessian", cross_entropy, hessian_of_cross_entropy, False),
    "sigmoid": ("elementwise", sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z)), True),
    "sigmoid vjp": ("vjp", sigmoid, lambda z, g: g * sigmoid(z) * (1 - sigmoid(z)), True),
    "tanh": ("elementwise", tanh, lambda z: 1 - np.tanh(z) ** 2, True),
    "tanh auto": ("auto", tanh, lambda z: 1 - np.tanh(z) ** 2, False),
    "relu": ("elementwise", relu, lambda z: (z > 0).astype(float), True),
    "softplus": ("elementwise", softplus, sigmoid, True),
    "silu": ("elementwise", silu, silu_prime, True),
    "normalise": ("vjp", normalise, normalise_back, True),
    "exp": ("elementwise", np.exp, np.exp, False),
}
