"""Element-wise functions that are taken for each other, and their slopes: plain formulas."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, pi, sqrt

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.structure import sigmoid

Slope = Callable[[Numbers], Numbers]

#: Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.
_CUBIC = 0.044715
_ROOT = sqrt(2.0 / pi)


def _normal_cdf(x: Numbers) -> Numbers:
    return 0.5 * (1.0 + np.vectorize(erf, otypes=[float])(x / sqrt(2.0)))


def _normal_density(x: Numbers) -> Numbers:
    return np.exp(-0.5 * x * x) / sqrt(2.0 * pi)


def _tanh_cdf(x: Numbers) -> Numbers:
    return 0.5 * (1.0 + np.tanh(_ROOT * (x + _CUBIC * x**3)))


def _tanh_density(x: Numbers) -> Numbers:
    return _tanh_outer(x) * (1.0 + 3.0 * _CUBIC * x * x)


def _tanh_outer(x: Numbers) -> Numbers:
    """The density without what the cubic term adds."""
    return 0.5 * _ROOT * (1.0 - np.tanh(_ROOT * (x + _CUBIC * x**3)) ** 2)


def _gelu(gate: Slope, density: Slope) -> Slope:
    return lambda x: gate(x) + x * density(x)


def _silu(x: Numbers, beta: float = 1.0) -> Numbers:
    s = sigmoid(beta * x)
    return s * (1.0 + beta * x * (1.0 - s))


def _mish(x: Numbers) -> Numbers:
    t = np.tanh(np.logaddexp(0.0, x))
    return t + x * sigmoid(x) * (1.0 - t * t)


def _selu(x: Numbers) -> Numbers:
    return 1.0507009873554805 * np.where(x > 0.0, 1.0, 1.6732632423543772 * np.exp(x))


#: The slope of each, and of what becomes of two of them that are mixed up.
KNOWN_SLOPES: dict[str, Slope] = {
    "the GELU by erf": _gelu(_normal_cdf, _normal_density),
    "the GELU by tanh": _gelu(_tanh_cdf, _tanh_density),
    "half the GELU by tanh and half that by erf": _gelu(_tanh_cdf, _normal_density),
    "half the GELU by erf and half that by tanh": _gelu(_normal_cdf, _tanh_density),
    "the GELU by tanh, without the slope of its cubic term": _gelu(_tanh_cdf, _tanh_outer),
    "x sigmoid(1.702 x)": lambda x: _silu(x, 1.702),
    "silu": _silu,
    "silu, with x (1 - x) for the slope of sigmoid(x)": lambda x: sigmoid(x) + x * x * (1.0 - x),
    "mish": _mish,
    "sigmoid": lambda x: sigmoid(x) * (1.0 - sigmoid(x)),
    "tanh": lambda x: 1.0 - np.tanh(x) ** 2,
    "softplus": sigmoid,
    "softsign": lambda x: 1.0 / (1.0 + np.abs(x)) ** 2,
    "arctan": lambda x: 1.0 / (1.0 + x * x),
    "relu": lambda x: (x > 0.0).astype(float),
    "elu": lambda x: np.where(x > 0.0, 1.0, np.exp(np.minimum(x, 0.0))),
    "selu": _selu,
    "exp": np.exp,
    "log": lambda x: 1.0 / x,
    "x^2 / 2": lambda x: x,
    "sin": np.cos,
    "cos": lambda x: -np.sin(x),
    "|x|": np.sign,
    "x^2": lambda x: 2.0 * x,
    "x^3": lambda x: 3.0 * x * x,
    "sqrt": lambda x: 0.5 / np.sqrt(x),
    "hard sigmoid (0.2 x + 0.5)": lambda x: 0.2 * (np.abs(x) < 2.5),
    "hard sigmoid (x / 6 + 0.5)": lambda x: (np.abs(x) < 3.0) / 6.0,
    "hard tanh": lambda x: (np.abs(x) < 1.0).astype(float),
}
