"""Where squares of an entry leave the range of numbers, though what is asked for does not.

1 / |r|^2, 1 / p^2 and products of derivatives such as exp(z) exp(z) are formed in an order, or at a
scale, in which nothing overflows or underflows on the way. Everything is compared with mpmath.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

from laws.both_ways import definition_of, each_instruction_set
from laws.ulp import within
from softgrad import OutputLayer, Tweedie
from softgrad.contracts.forms import LivesOn

# Squares of 1e200 beside numbers near 1, and steps of 1e-60 squared.
DIGITS = 1100
TINY = mpf(10) ** -300  # below, float64 has no normal numbers

Row = tuple[float, ...]
Case = tuple[str, Any, Row, Row]

CASES: list[Case] = [
    ("gelu", "cosine", (-30.0, -31.0, -30.5, -32.0, -30.25), (1.0, 0.0, 0.0, 0.0, 0.0)),
    ("exp", "cosine", (-400.0, -401.0, -400.5), (1.0, 0.0, 0.0)),
    ("exp", "cosine", (400.0, 401.0, 400.5), (1.0, 2.0, 0.0)),
    ("exp", "cosine", (-700.0, 3.0, -699.0), (1.0, 0.5, 0.25)),
    ("identity", "cosine", (1e-150, 3e-150, -2e-150), (1.0, 2.0, 3.0)),
    ("softplus", "cosine", (-600.0, -601.0, -599.0), (1.0, 0.0, 1.0)),
    ("squareplus", "cosine", (-1e90, -2e90, -1.5e90), (1.0, 2.0, 3.0)),
    *(
        (activation, loss, (z,), (t,))
        for activation in ("softplus", "squareplus")
        for loss in ("poisson", "tweedie", Tweedie(rho=1.0), Tweedie(rho=2.0))
        for z in (30.0, 1e10, 1e150)
        for t in (0.0, 1e5)
        if t or loss != Tweedie(rho=2.0)  # which has no mass at 0
    ),
    *(
        ("exp", Tweedie(rho=rho), (z,), (t,))
        for rho in (-1.0, 0.0, 3.0)
        for z in (-150.0, 1.5, 150.0)
        for t in (1e-6, 1e5)
    ),
    ("identity", "exponential", (1e-9, -1e-200, 3.0), (0.5, 0.5, 1.0)),
    ("identity", "exponential", (600.0, -700.0, 40.0), (1.0, 0.5, 0.0)),
    ("exp", "squared_log_error", (300.0, -300.0, 1.0), (1.0, 0.0, 1e200)),
    ("softplus", "squared_log_error", (1e150, -600.0), (1e-6, 2.0)),
    *((activation, "tweedie", (1e200,), (0.0,)) for activation in ("softplus", "squareplus")),
    ("exp", "poisson", (-700.0, 500.0), (1.0, 0.0)),
    ("l2_normalise", "squared_error", (1e30, 0.0, 1.0, -1.0, 0.5), (1.0, 0.0, 0.0, 0.0, 0.0)),
    ("l2_normalise", "squared_error", (1e100, -2e100, 3e100), (1.0, 0.0, 0.0)),
    ("l2_normalise", "squared_error", (1e-100, -2e-100, 3e-100), (1.0, 0.0, 0.0)),
    ("softmax", "kl_divergence", (745.0, 0.0, 0.5), (1.0, 1e-300, 0.0)),
    ("softmax", "kl_divergence", (745.0, 0.0, 0.5), (0.5, 0.25, 0.25)),
    ("taylor_softmax", "cross_entropy", (1e20, 1.0, -2.0), (1.0, 0.0, 0.0)),
    ("taylor_softmax", "squared_error", (1e20, 3e19, -2e20), (0.0, 1.0, 0.0)),
    ("taylor_softmax", "cross_entropy", (1e100, 3e100, -3.0), (0.0, 0.0, 1.0)),
    ("spherical_softmax", "cross_entropy", (1e100, 3e100, -2e100), (0.0, 1.0, 0.0)),
    ("spherical_softmax", "squared_error", (1e-100, 3e-100, 2.0), (0.0, 1.0, 0.0)),
    ("identity", "pseudo_huber", (1e200, -1e200), (0.0, 1.0)),
    ("identity", "log_cosh", (1e200, -300.0), (0.0, 1.0)),
    ("identity", "squared_error", (1e150, -1e-150), (0.0, 0.0)),
]


def layer_of(case: Case) -> OutputLayer:
    return OutputLayer(case[0], case[1])


@cache
def exact(activation: Any, loss: Any, z: Row, t: Row) -> tuple[Any, list[Any], list[Any]]:
    """Value, gradient and diagonal of the Hessian, by differences."""
    through_log = loss.lives_on is LivesOn.LOG and activation.domain.kind.startswith("log-")
    with workdps(DIGITS):
        steps = [abs(mpf(x) or mpf(1)) * mpf(10) ** -60 for x in z]

        def at(i: int = 0, sign: int = 0) -> Any:
            logits = [mpf(x) for x in z]
            logits[i] += sign * steps[i]
            output = activation.exact(logits)
            if through_log:
                output = [mp.exp(x) for x in output]
            return mpf(loss.exact(output, [mpf(y) for y in t]))

        def difference(x: Any) -> Any:
            """What is left of equal numbers is nothing."""
            return x if abs(x) > mpf(10) ** (60 - DIGITS) * (abs(at()) + 1) else mpf(0)

        slopes, bends = [], []
        for i, step in enumerate(steps):
            up, middle, down = at(i, 1), at(), at(i, -1)
            slopes.append(difference(up - down) / (2 * step))
            bends.append(difference(up - 2 * middle + down) / step**2)
        return at(), slopes, bends


def each_path(layer: OutputLayer, z: Any, t: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    for name in each_instruction_set():
        value, slope = layer.value_and_gradient(z, t)
        yield name, value, slope, layer.gradient_and_hessian_diagonal(z, t)[1]
    definition = definition_of(layer)
    value, slope = definition.value_and_gradient(z, t)
    yield "definition", value, slope, definition.gradient_and_hessian_diagonal(z, t)[1]
    # Products with unit vectors.
    n = z.shape[-1]
    identity = np.eye(n)
    bend = np.array([[definition.hvp(z, t, identity[i][None])[0, i] for i in range(n)]])
    yield "hvp", value, slope, bend


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_range_of_numbers_is_left_by_results_alone(case: Case) -> None:
    layer = layer_of(case)
    value, slopes, bends = exact(layer.activation, layer.loss, case[2], case[3])
    # Entry by entry each result has its own digits; sums over a row share the largest one's.
    rowwise = layer.activation.rowwise or layer.loss.name == "cosine"

    def check(path: str, found: Any, true: list[Any]) -> None:
        largest = max(float(abs(x)) for x in true)
        for i, x in enumerate(true):
            if abs(x) < TINY:
                assert abs(float(found[i])) < 1e-299 + (1e-13 * largest if rowwise else 0.0), path
                continue
            size = largest if rowwise else float(abs(x))
            within(64, found[i], x, size, where=(path, case, i))

    z, t = np.array([case[2]]), np.array([case[3]])
    for path, got_value, got_slopes, got_bends in each_path(layer, z, t):
        check(path, got_value, [value])
        check(path, got_slopes[0], slopes)
        check(path, got_bends[0], bends)
