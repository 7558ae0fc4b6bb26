"""Functions that many people write, known by their values, with the derivative that is right.

The formulas are plain ones, and not those of the library: the checker stays apart from what it
judges. Names and slopes: Dubey, Singh, Chaudhuri, "Activation Functions in Deep Learning",
Neurocomputing 503, 2022, and for GELU Hendrycks and Gimpel, arXiv:1606.08415.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import erf

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.structure import sigmoid

_ERF = np.vectorize(erf, otypes=[float])
#: Values so near, relative to the largest, are those of a known function.
_NEAR = 1e-7


@dataclass(frozen=True, slots=True)
class Known:
    """A function that is known by its values.

    Attributes:
        name: as people call it.
        value: of rows, shape (batch, n).
        slope: the right derivative as an expression of NumPy: of `x`, element by element; of `x`
            and `g`, the product with what comes from upstream, where `is_product`.
        before: an assignment that the expression needs, or "".
        by_output: the same of `p`, the function's result, where that is shorter; else "".
        is_product: whether the function takes whole rows, so that its slope is a product.
    """

    name: str
    value: Callable[[Numbers], Numbers]
    slope: str
    before: str = ""
    by_output: str = ""
    is_product: bool = False


def known_function(inputs: Sequence[Numbers], results: Sequence[Numbers]) -> Known | None:
    """The function that gives these results, one array of rows for each of inputs; or None."""
    if any(x.shape != y.shape for x, y in zip(inputs, results, strict=True)):
        return None
    x, y = (np.concatenate([np.ravel(part) for part in parts]) for parts in (inputs, results))
    if not np.any(y) or np.ptp(x) == 0.0:
        return None
    with np.errstate(all="ignore"):
        for known in (*_ROWS, *_ELEMENTS, *_with_a_number(x, y)):
            if all(_agrees(known.value(a), b) for a, b in zip(inputs, results, strict=True)):
                return known
    return None


def _agrees(found: Numbers, results: Numbers) -> bool:
    if found.shape != results.shape:
        return False
    size = float(np.max(np.abs(results), initial=0.0))
    return bool(np.allclose(found, results, rtol=_NEAR, atol=_NEAR * size))


def _softplus(x: Numbers) -> Numbers:
    return np.logaddexp(0.0, x)


def _softmax(x: Numbers) -> Numbers:
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _gelu_tanh(x: Numbers) -> Numbers:
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def _centred(x: Numbers) -> Numbers:
    return x - np.mean(x, axis=-1, keepdims=True)


_SELU, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_OF_SOFTMAX = "p * (g - np.sum(g * p, axis=-1, keepdims=True))"

_ROWS = (
    Known("softmax", _softmax, _OF_SOFTMAX, is_product=True),
    Known(
        "log-softmax",
        lambda x: np.log(_softmax(x)),
        "g - np.exp(p) * np.sum(g, axis=-1, keepdims=True)",
        is_product=True,
    ),
    Known("softmin", lambda x: _softmax(-x), f"-{_OF_SOFTMAX}", is_product=True),
    Known(
        "the row divided by its length",
        lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True),
        "(g - p * np.sum(g * p, axis=-1, keepdims=True))"
        " / np.linalg.norm(x, axis=-1, keepdims=True)",
        is_product=True,
    ),
    Known(
        "standardisation of the row",
        lambda x: _centred(x) / np.std(x, axis=-1, keepdims=True),
        "(g - g.mean(-1, keepdims=True) - p * (g * p).mean(-1, keepdims=True))"
        " / x.std(-1, keepdims=True)",
        is_product=True,
    ),
)
_ELEMENTS = (
    Known("the identity", lambda x: x, "np.ones_like(x)", by_output="np.ones_like(p)"),
    Known("sigmoid", sigmoid, "s * (1 - s)", "s = 1 / (1 + np.exp(-x))", "p * (1 - p)"),
    Known("tanh", np.tanh, "1 - np.tanh(x) ** 2", by_output="1 - p ** 2"),
    Known("ReLU", lambda x: np.maximum(x, 0.0), "(x > 0) * 1.0", by_output="(p > 0) * 1.0"),
    Known("softplus", _softplus, "1 / (1 + np.exp(-x))", by_output="1 - np.exp(-p)"),
    Known(
        "SiLU (swish)",
        lambda x: x * sigmoid(x),
        "s * (1 + x * (1 - s))",
        "s = 1 / (1 + np.exp(-x))",
    ),
    Known(
        "mish",
        lambda x: x * np.tanh(_softplus(x)),
        "t + x * (1 - t ** 2) / (1 + np.exp(-x))",
        "t = np.tanh(np.log1p(np.exp(x)))",
    ),
    Known(
        "GELU (with erf)",
        lambda x: 0.5 * x * (1.0 + _ERF(x / np.sqrt(2.0))),
        "0.5 * (1 + erf(x / np.sqrt(2))) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)",
        "from scipy.special import erf",
    ),
    Known(
        "GELU (its tanh form)",
        _gelu_tanh,
        "0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * c * (1 + 3 * 0.044715 * x ** 2)",
        "c = np.sqrt(2 / np.pi); t = np.tanh(c * (x + 0.044715 * x ** 3))",
    ),
    Known(
        "SELU",
        lambda x: _SELU * np.where(x > 0.0, x, _SELU_ALPHA * np.expm1(x)),
        "1.0507009873554805 * np.where(x > 0, 1, 1.6732632423543772 * np.exp(x))",
    ),
    Known(
        "softsign",
        lambda x: x / (1.0 + np.abs(x)),
        "1 / (1 + np.abs(x)) ** 2",
        by_output="(1 - np.abs(p)) ** 2",
    ),
    Known("arctan", np.arctan, "1 / (1 + x ** 2)", by_output="np.cos(p) ** 2"),
    Known("the exponential", np.exp, "np.exp(x)", by_output="p"),
    Known("the logarithm", np.log, "1 / x", by_output="np.exp(-p)"),
    Known("the square", np.square, "2 * x"),
    Known("the sine", np.sin, "np.cos(x)"),
    Known("the cosine", np.cos, "-np.sin(x)"),
    Known("a bell", lambda x: np.exp(-x * x), "-2 * x * np.exp(-x ** 2)"),
    Known("tanhshrink", lambda x: x - np.tanh(x), "np.tanh(x) ** 2", by_output=""),
    Known(
        "log-sigmoid",
        lambda x: -_softplus(-x),
        "1 / (1 + np.exp(x))",
        by_output="1 - np.exp(p)",
    ),
    Known(
        "hard tanh",
        lambda x: np.clip(x, -1.0, 1.0),
        "(np.abs(x) < 1) * 1.0",
        by_output="(np.abs(p) < 1) * 1.0",
    ),
    Known(
        "hard swish",
        lambda x: x * np.clip(x + 3.0, 0.0, 6.0) / 6.0,
        "np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * x + 3) / 6))",
    ),
    Known(
        "hard sigmoid (x / 6 + 1 / 2)",
        lambda x: np.clip(x / 6.0 + 0.5, 0.0, 1.0),
        "(np.abs(x) < 3) / 6",
        by_output="((p > 0) & (p < 1)) / 6",
    ),
    Known(
        "hard sigmoid (x / 5 + 1 / 2)",
        lambda x: np.clip(0.2 * x + 0.5, 0.0, 1.0),
        "(np.abs(x) < 2.5) * 0.2",
        by_output="((p > 0) & (p < 1)) * 0.2",
    ),
)


def _with_a_number(x: Numbers, y: Numbers) -> Iterator[Known]:
    """Leaky ReLU, ELU, scaled sigmoid and tanh, swish: the number is read off one entry."""
    below = x < -1e-3
    if np.any(below):
        at = int(np.argmax(below))
        slope = f"{y[at] / x[at]:.6g}"
        yield Known(
            f"leaky ReLU with {slope} below 0",
            lambda z, a=y[at] / x[at]: np.where(z > 0.0, z, a * z),
            f"np.where(x > 0, 1, {slope})",
            by_output=f"np.where(p > 0, 1, {slope})" if y[at] < 0.0 else "",
        )
        alpha = y[at] / np.expm1(x[at])
        told = f"{alpha:.6g}"
        elu = Known(
            f"ELU with alpha {told}",
            lambda z, a=alpha: np.where(z > 0.0, z, a * np.expm1(z)),
            f"np.where(x > 0, 1, {told} * np.exp(x))",
            by_output=f"np.where(p > 0, 1, p + {told})",
        )
        yield replace(elu, name="ELU") if told == "1" else elu
    yield from _of_steepness(x, y)


def _of_steepness(x: Numbers, y: Numbers) -> Iterator[Known]:
    """sigmoid(k x), x sigmoid(k x), with the k that one entry speaks for."""
    at = int(np.argmax(np.abs(x) > 1e-3))
    for share, name, times_x in ((y[at], "sigmoid({} x)", False), (y[at] / x[at], "swish", True)):
        if not 0.0 < share < 1.0:
            continue
        k = float(np.log(share / (1.0 - share)) / x[at])
        told = f"{k:.6g}"
        before = f"s = 1 / (1 + np.exp(-{told} * x))"
        if times_x:
            yield Known(
                f"{name} with {told}: x sigmoid({told} x)",
                lambda z, k=k: z * sigmoid(k * z),
                f"s * (1 + {told} * x * (1 - s))",
                before,
            )
        else:
            yield Known(
                name.format(told),
                lambda z, k=k: sigmoid(k * z),
                f"{told} * s * (1 - s)",
                before,
                f"{told} * p * (1 - p)",
            )
