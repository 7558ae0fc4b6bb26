"""The closed forms' library in long double: what is right, to more digits than any result has."""

from __future__ import annotations

from math import erfc, pi, sqrt
from types import SimpleNamespace
from typing import Any

import numpy as np

from softgrad.evidence.speed.digits import terms
from softgrad.evidence.speed.digits.terms import Terms, Wide
from softgrad.evidence.speed.formulas import Function, Library


def exact_library() -> Library:
    """NumPy's functions as the formulas name them."""
    xp = SimpleNamespace(
        exp=terms.exp, log=terms.log, where=terms.where, arange=terms.arange, sum=terms.total
    )
    xp.cumsum = terms.cumsum
    return Library(
        xp=xp,
        activations={
            "softmax": _softmax,
            "relu": _relu,
            "entmax": _entmax,
            **{name: _first(both) for name, both in ENTRIES.items()},
        },
        log_softmax=log_softmax,
        softplus=_softplus_of_terms,
        pick=terms.pick,
        falling=terms.falling,
        largest=terms.largest,
    )


def log_softmax(z: Terms) -> Terms:
    """With the largest logit as reference."""
    x = z.value - np.max(z.value, axis=-1, keepdims=True)
    return Terms(x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True)))


def _softmax(z: Terms) -> Terms:
    return terms.exp(log_softmax(z))


def _relu(x: Terms) -> Terms:
    return terms.where(x > 0.0, x, 0.0)


def _softplus_of_terms(z: Terms) -> Terms:
    return Terms(_softplus(z.value))


def _entmax(z: Terms) -> Terms:
    """max(z/2 - tau, 0)^2, the threshold by sorting, as in the paper's algorithm."""
    x = z.value / 2
    falling = np.sort(x, axis=-1)[..., ::-1]
    counts = np.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    mean = np.cumsum(falling, -1) / counts
    spread = np.cumsum(falling * falling, -1) - counts * mean * mean
    tau = mean - np.sqrt(np.maximum((1 - spread) / counts, 0))
    support = np.sum(tau <= falling, axis=-1, keepdims=True)
    root = np.maximum(x - np.take_along_axis(tau, support - 1, -1), 0)
    return Terms(root * root)


def _softplus(z: Wide) -> Wide:
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)


def _sigmoid(z: Wide) -> tuple[Terms, Terms]:
    p = np.exp(-_softplus(-z))
    return Terms(p), Terms(p * np.exp(-_softplus(z)))


def _silu(z: Wide) -> tuple[Terms, Terms]:
    p, slope = _sigmoid(z)
    return p * z, p + slope * z


def _gelu(z: Wide) -> tuple[Terms, Terms]:
    """By the error function in doubles: for results of fewer digits."""
    below = np.vectorize(erfc, otypes=[float])(-z.astype(float) / sqrt(2)).astype(z.dtype) / 2
    density = np.exp(-z * z / 2) / sqrt(2 * pi)
    return Terms(z * below), Terms(below) + Terms(z * density)


def _mish(z: Wide) -> tuple[Terms, Terms]:
    t = np.tanh(_softplus(z))
    slope = _sigmoid(z)[0].value / np.cosh(_softplus(z)) ** 2
    return Terms(z * t), Terms(t) + Terms(z * slope)


def _first(both: Function) -> Function:
    def value(z: Terms) -> Terms:
        return both(z.value)[0]

    return value


#: Value and derivative, entry by entry.
ENTRIES: dict[str, Function] = {"sigmoid": _sigmoid, "silu": _silu, "gelu": _gelu, "mish": _mish}


def slope_product(activation: str) -> Function | None:
    """The vjp of a function entry by entry, as a tuple, by z and g."""
    both = ENTRIES.get(activation)
    if both is None:
        return None

    def product(z: Terms, g: Terms) -> tuple[Any]:
        return (both(z.value)[1] * g,)

    return product
