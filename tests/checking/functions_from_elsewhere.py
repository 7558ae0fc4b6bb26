"""Functions that the checker has never heard of, each with a right and a wrong backward pass.

Written as people write them, at sizes that people use; products (x, g) but where it says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

RANDOM = np.random.default_rng(12)


@dataclass(frozen=True)
class Elsewhere:
    """A function, a point, and two claims of its derivative."""

    function: Callable[..., Any]
    right: Callable[..., Any]
    wrong: Callable[..., Any]
    x: np.ndarray
    form: str = "vjp"


def positive_definite(n):
    a = RANDOM.standard_normal((n, n))
    return a @ a.T + n * np.eye(n)


def layer_norm(x):
    c = x - x.mean(-1, keepdims=True)
    return c / np.sqrt((c * c).mean(-1, keepdims=True) + 1e-5)


def layer_norm_right(x, g):
    c = x - x.mean(-1, keepdims=True)
    s = np.sqrt((c * c).mean(-1, keepdims=True) + 1e-5)
    h = c / s
    return (g - g.mean(-1, keepdims=True) - h * (g * h).mean(-1, keepdims=True)) / s


def layer_norm_wrong(x, g):
    c = x - x.mean(-1, keepdims=True)
    s = np.sqrt((c * c).mean(-1, keepdims=True) + 1e-5)
    return (g - g.mean(-1, keepdims=True)) / s


def rms_norm(x):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-6)


def rms_norm_right(x, g):
    r = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-6)
    return r * g - x * r**3 * (g * x).mean(-1, keepdims=True)


def rms_norm_wrong(x, g):
    r = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-6)
    return r * g - x * r**3 * (g * x).sum(-1, keepdims=True)


def batch_norm(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)


def batch_norm_right(x, g):
    s = np.sqrt(x.var(0) + 1e-5)
    h = (x - x.mean(0)) / s
    return (g - g.mean(0) - h * (g * h).mean(0)) / s


def batch_norm_wrong(x, g):
    s = np.sqrt(x.var(0) + 1e-5)
    h = (x - x.mean(0)) / s
    return (g - g.mean(0) - h * (g * h).sum(0)) / s


def group_norm(x):
    groups = x.reshape(len(x), 2, -1)
    c = groups - groups.mean(-1, keepdims=True)
    return (c / np.sqrt(groups.var(-1, keepdims=True) + 1e-5)).reshape(x.shape)


def group_norm_right(x, g):
    return layer_norm_right(x.reshape(len(x), 2, -1), g.reshape(len(x), 2, -1)).reshape(x.shape)


def group_norm_wrong(x, g):
    return layer_norm_right(x, g)


def _softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


KEYS, VALUES = RANDOM.standard_normal((2, 7, 8))


def attention(q):
    return _softmax(q @ KEYS.T / np.sqrt(8)) @ VALUES


def attention_right(q, g):
    p, d = _softmax(q @ KEYS.T / np.sqrt(8)), g @ VALUES.T
    return p * (d - (p * d).sum(-1, keepdims=True)) @ KEYS / np.sqrt(8)


def attention_wrong(q, g):
    p, d = _softmax(q @ KEYS.T / np.sqrt(8)), g @ VALUES.T
    return p * (d - (p * d).sum(-1, keepdims=True)) @ KEYS


def self_attention(x):
    return _softmax(x @ x.T) @ x


def self_attention_right(x, g):
    p = _softmax(x @ x.T)
    d = g @ x.T
    s = p * (d - (p * d).sum(-1, keepdims=True))
    return p.T @ g + s @ x + s.T @ x


def self_attention_wrong(x, g):
    p = _softmax(x @ x.T)
    d = g @ x.T
    s = p * (d - (p * d).sum(-1, keepdims=True))
    return p.T @ g + s @ x


FILTER = RANDOM.standard_normal(3)


def convolution(x):
    return np.stack([np.convolve(row, FILTER, "valid") for row in x])


def convolution_right(x, g):
    return np.stack([np.convolve(row, FILTER[::-1], "full") for row in g])


def convolution_wrong(x, g):
    return np.stack([np.convolve(row, FILTER, "full") for row in g])


def max_pool(x):
    return x.reshape(len(x), -1, 2).max(-1)


def max_pool_right(x, g):
    pairs = x.reshape(len(x), -1, 2)
    return ((pairs == pairs.max(-1, keepdims=True)) * g[..., None]).reshape(x.shape)


def max_pool_wrong(x, g):
    return np.repeat(g, 2, axis=-1)


WEIGHTS = RANDOM.standard_normal((4, 6))
INPUTS = RANDOM.standard_normal((5, 4))


def linear_by_weights(w):
    return INPUTS @ w


def linear_by_weights_right(w, g):
    return INPUTS.T @ g


def linear_by_weights_wrong(w, g):
    return INPUTS.T @ g / len(g)


def linear_by_bias(b):
    return INPUTS @ WEIGHTS + b


def linear_by_bias_right(b, g):
    return g.sum(0)


def linear_by_bias_wrong(b, g):
    return g.mean(0)


def gated(x):
    a, b = np.split(x, 2, -1)
    return a / (1 + np.exp(-b))


def gated_right(x, g):
    a, b = np.split(x, 2, -1)
    s = 1 / (1 + np.exp(-b))
    return np.concatenate([g * s, g * a * s * (1 - s)], -1)


def gated_wrong(x, g):
    s = 1 / (1 + np.exp(-np.split(x, 2, -1)[1]))
    return np.concatenate([g * s, g * s * (1 - s)], -1)


OTHER = RANDOM.standard_normal((6, 9))


def cosine(x):
    return (x * OTHER).sum(-1) / np.linalg.norm(x, axis=-1) / np.linalg.norm(OTHER, axis=-1)


def cosine_right(x):
    n, m = (np.linalg.norm(a, axis=-1, keepdims=True) for a in (x, OTHER))
    return OTHER / n / m - cosine(x)[:, None] * x / n**2


def cosine_wrong(x):
    n, m = (np.linalg.norm(a, axis=-1, keepdims=True) for a in (x, OTHER))
    return OTHER / n / m


def log_sum_exp(x):
    top = x.max(-1)
    return top + np.log(np.exp(x - top[:, None]).sum(-1))


def log_sum_exp_right(x):
    return _softmax(x)


def log_sum_exp_wrong(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def norm(x):
    return np.linalg.norm(x, axis=-1)


def norm_right(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def norm_wrong(x):
    return x / np.linalg.norm(x)


def log_determinant(a):
    return np.linalg.slogdet(a)[1]


def log_determinant_right(a):
    return np.linalg.inv(a).T


def log_determinant_wrong(a):
    return np.linalg.inv(a)


def inverse(a):
    return np.linalg.inv(a)


def inverse_right(a, g):
    i = np.linalg.inv(a)
    return -i.T @ g @ i.T


def inverse_wrong(a, g):
    i = np.linalg.inv(a)
    return i.T @ g @ i.T


def cholesky_of_symmetric(a):
    return np.linalg.cholesky((a + a.T) / 2)


def cholesky_right(a, g):
    low = np.linalg.cholesky((a + a.T) / 2)
    p = np.tril(low.T @ g)
    p[np.diag_indices(len(p))] /= 2
    i = np.linalg.inv(low)
    s = i.T @ p @ i
    return (s + s.T) / 2


def cholesky_wrong(a, g):
    low = np.linalg.cholesky((a + a.T) / 2)
    p = np.tril(low.T @ g)
    i = np.linalg.inv(low)
    s = i.T @ p @ i
    return (s + s.T) / 2


def eigenvalues(a):
    return np.linalg.eigvalsh((a + a.T) / 2)


def eigenvalues_right(a, g):
    v = np.linalg.eigh((a + a.T) / 2)[1]
    return (v * g) @ v.T


def eigenvalues_wrong(a, g):
    v = np.linalg.eigh((a + a.T) / 2)[1]
    return (v.T * g) @ v


def distances(x):
    return ((x[:, None] - OTHER[None, :3]) ** 2).sum(-1)


def distances_right(x, g):
    return 2 * (g.sum(-1, keepdims=True) * x - g @ OTHER[:3])


def distances_wrong(x, g):
    return 2 * (x - g @ OTHER[:3])


def nuclear_norm(a):
    return np.linalg.svd(a, compute_uv=False).sum()


def nuclear_norm_right(a):
    u, _, v = np.linalg.svd(a, full_matrices=False)
    return u @ v


def nuclear_norm_wrong(a):
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return u * s @ v


def running_product(x):
    return np.cumprod(x, axis=-1)


def running_product_right(x, g):
    sums = np.cumsum((g * np.cumprod(x, -1))[:, ::-1], -1)[:, ::-1]
    return sums / x


def running_product_wrong(x, g):
    return np.cumsum(g * np.cumprod(x, -1), -1) / x


def triplet(x):
    near, far = ((x - OTHER[k]) ** 2 for k in (0, 1))
    return np.maximum(0, near.sum(-1) - far.sum(-1) + 25)


def triplet_right(x):
    on = (triplet(x) > 0)[:, None]
    return on * 2 * (OTHER[1] - OTHER[0])


def triplet_wrong(x):
    on = (triplet(x) > 0)[:, None]
    return on * 2 * (2 * x - OTHER[0] - OTHER[1])


def _normal(*shape):
    return np.random.default_rng(shape[0]).standard_normal(shape)


ELSEWHERE = {
    "layer norm": Elsewhere(layer_norm, layer_norm_right, layer_norm_wrong, _normal(8, 64)),
    "layer norm, long": Elsewhere(layer_norm, layer_norm_right, layer_norm_wrong, _normal(4, 768)),
    "rms norm": Elsewhere(rms_norm, rms_norm_right, rms_norm_wrong, _normal(8, 64)),
    "batch norm": Elsewhere(batch_norm, batch_norm_right, batch_norm_wrong, _normal(16, 6)),
    "group norm": Elsewhere(group_norm, group_norm_right, group_norm_wrong, _normal(4, 12)),
    "attention": Elsewhere(attention, attention_right, attention_wrong, _normal(5, 8)),
    "self-attention": Elsewhere(
        self_attention, self_attention_right, self_attention_wrong, _normal(6, 4)
    ),
    "convolution": Elsewhere(convolution, convolution_right, convolution_wrong, _normal(3, 12)),
    "max pool": Elsewhere(max_pool, max_pool_right, max_pool_wrong, _normal(3, 12)),
    "weights": Elsewhere(
        linear_by_weights, linear_by_weights_right, linear_by_weights_wrong, WEIGHTS
    ),
    "bias": Elsewhere(linear_by_bias, linear_by_bias_right, linear_by_bias_wrong, _normal(6)),
    "gated": Elsewhere(gated, gated_right, gated_wrong, _normal(4, 10)),
    "cosine": Elsewhere(cosine, cosine_right, cosine_wrong, _normal(6, 9), "gradient"),
    "log-sum-exp": Elsewhere(
        log_sum_exp, log_sum_exp_right, log_sum_exp_wrong, _normal(7, 10), "gradient"
    ),
    "norm": Elsewhere(norm, norm_right, norm_wrong, _normal(7, 10), "gradient"),
    "log-determinant": Elsewhere(
        log_determinant,
        log_determinant_right,
        log_determinant_wrong,
        _normal(6, 6) + 4 * np.eye(6),
        "gradient",
    ),
    "inverse": Elsewhere(inverse, inverse_right, inverse_wrong, _normal(5, 5) + 3 * np.eye(5)),
    "cholesky": Elsewhere(
        cholesky_of_symmetric, cholesky_right, cholesky_wrong, positive_definite(5)
    ),
    "eigenvalues": Elsewhere(
        eigenvalues, eigenvalues_right, eigenvalues_wrong, positive_definite(5)
    ),
    "distances": Elsewhere(distances, distances_right, distances_wrong, _normal(4, 9)),
    "nuclear norm": Elsewhere(
        nuclear_norm, nuclear_norm_right, nuclear_norm_wrong, _normal(5, 4), "gradient"
    ),
    "running product": Elsewhere(
        running_product, running_product_right, running_product_wrong, np.abs(_normal(3, 6)) + 0.3
    ),
    "triplet": Elsewhere(triplet, triplet_right, triplet_wrong, _normal(5, 9), "gradient"),
}
