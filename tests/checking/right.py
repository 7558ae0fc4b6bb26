"""Right derivatives in several styles: (form, function, derivative). None may be called wrong."""

import numpy as np

from checking.derivatives import (
    attention,
    cross_entropy,
    focal,
    gradient_of_squared_error,
    jacobian,
    kl_divergence,
    layer_norm,
    log_softmax,
    mean_cross_entropy,
    normalise,
    pull_back,
    pull_back_log,
    pull_back_sparsemax,
    reverse_kl_divergence,
    rows_of_losses,
    sigmoid,
    silu,
    soft_cross_entropy,
    soft_target_of,
    softmax,
    sparsemax,
    squared_error,
    tanh,
    target_distribution,
    target_of,
    values_of,
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


def silu_prime(z):
    s = sigmoid(z)
    return s + z * s * (1 - s)


def normalise_back(z, g):
    y, size = normalise(z), np.sqrt(np.sum(z**2, axis=-1, keepdims=True))
    return (g - y * np.sum(g * y, axis=-1, keepdims=True)) / size


def hessian_of_cross_entropy(z):
    return by_outer(z)


def layer_norm_back(z, g):
    spread = np.sqrt(np.var(z, axis=-1, keepdims=True) + 1e-5)
    y = layer_norm(z)
    mean = np.mean(g, axis=-1, keepdims=True)
    return (g - mean - y * np.mean(g * y, axis=-1, keepdims=True)) / spread


def focal_slope(z):
    p = np.sum(softmax(z) * target_of(z), axis=-1, keepdims=True)
    slope = 2.0 * (1.0 - p) * np.log(p) - (1.0 - p) ** 2 / p
    return slope * p * (target_of(z) - softmax(z))


def attention_back(s, g):
    return pull_back(s, g @ values_of(s).T)


def by_zeros_like(z, g):
    p, found = softmax(z), np.zeros_like(z)
    for j in range(z.shape[-1]):
        found[..., j] = p[..., j] * (g[..., j] - np.sum(g * p, axis=-1))
    return found


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
    "layer norm": ("vjp", layer_norm, layer_norm_back, True),
    "focal loss of a batch": ("gradient", focal, focal_slope, True),
    "attention": ("vjp", attention, attention_back, False),
    "softmax into an array like x": ("vjp", softmax, by_zeros_like, True),
    "kl divergence": (
        "gradient",
        kl_divergence,
        lambda z: softmax(z) - target_distribution(z),
        True,
    ),
    "reverse kl divergence": (
        "gradient",
        reverse_kl_divergence,
        lambda z: pull_back(z, np.log(softmax(z) / target_distribution(z))),
        False,
    ),
}
