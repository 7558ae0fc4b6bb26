"""Laws of second derivatives by the prediction, and of Gauss-Newton: nothing cancels in them.

Losses that are written on log p are f(log p), and by p their second derivative is
(f'' - f') / p^2: what cancels in that is supplied by each loss without the subtraction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

import softgrad as sg
from laws.cases import LOSS_VARIANTS, PAIR_VARIANTS, identify
from laws.reference import DIGITS, STEP, exact_activation
from laws.ulp import within
from softgrad import OutputLayer
from softgrad.contracts.forms import LivesOn

ON_LOG = [x for x in LOSS_VARIANTS if x.lives_on is LivesOn.LOG]
PROBABILITIES = [
    [0.5, 0.25, 0.25],
    [1.0 - 2e-9, 1e-9, 1e-9],
    [1e-30, 1.0 - 1e-9, 1e-9],
    [3.0 / 7.0, 1e-5, 4.0 / 7.0 - 1e-5],
]
TARGETS = [[1.0, 0.0, 0.0], [0.2, 0.3, 0.5], [1e-9, 1.0 - 2e-9, 1e-9]]
RATES = [1e-10, 0.3, 4.0, 1e3, 1e5, 1e-3, 1e-200, 1e200]
COUNTS = [0.0, 1e-12, 1.0, 0.1, 4.0, 1e6]


def on_rates(loss: Any) -> bool:
    return all(domain.kind == "values" for domain in loss.accepts)


def side_of(loss: Any) -> str:
    """Whether each probability of a row is that of a coin."""
    return "coin" if all(domain.kind.endswith("coins") for domain in loss.accepts) else "class"


def goals(loss: Any) -> list[list[float]]:
    """Targets, as far as the loss is defined for them."""
    if not on_rates(loss):
        return TARGETS
    return [[y] for y in COUNTS if loss.allowed_targets().has(y)]


def exact_diagonal(loss: Any, r: Any, t: Any, side: str) -> list[tuple[Any, float]]:
    """Each second derivative, and how far rounding its own prediction carries it."""
    with workdps(3 * DIGITS):  # of a constant of 1e-200 beside a loss of 1e-12
        r, t = [mpf(x) for x in r], [mpf(x) for x in t]

        def bend(i: int, x: Any) -> Any:
            step = STEP * x

            def at(y: Any) -> Any:
                return loss.exact([*r[:i], y, *r[i + 1 :]], t, side)

            change = at(x + step) - 2 * at(x) + at(x - step)
            return (
                change / step**2
                if abs(change) > mpf(10) ** (-2.5 * DIGITS) * abs(at(x))
                else mpf(0)
            )

        found = []
        for i, x in enumerate(r):
            true, beside = bend(i, x), bend(i, x * (1 + mpf(10) ** -20))
            found.append((true, float(abs(true) + abs(beside - true) * mpf(10) ** 20)))
        return found


def representable(true: Any) -> bool:
    """Whether float64 holds it as a normal number, or it is 0."""
    return true == 0 or mpf(10) ** -290 < abs(true) < mpf(10) ** 290


@pytest.mark.parametrize("loss", ON_LOG, ids=identify)
def test_by_the_prediction_itself(loss: Any) -> None:
    seen = 0
    rows = [[x] for x in RATES] if on_rates(loss) else PROBABILITIES
    for r in rows:
        for t in goals(loss):
            if not np.isfinite(loss(np.array(r), np.array(t))):
                continue
            found = loss.hessian(np.array(r), np.array(t)).diagonal()
            for i, (true, size) in enumerate(exact_diagonal(loss, r, t, side_of(loss))):
                if representable(true):
                    within(16, found[i], true, size, where=(r, t, i))
                    seen += 1
    assert seen


@pytest.mark.parametrize(
    "loss", [x for x in ON_LOG if any(d.kind == "coins" for d in x.accepts)], ids=identify
)
def test_by_the_probability_of_a_coin(loss: Any) -> None:
    for p in (0.5, 0.3, 2.0**-30, 1.0 - 2.0**-30, 0.96875):
        for t in (0.0, 1.0, 0.25):
            if not np.isfinite(loss(np.array([p]), np.array([t]), axis=()))[0]:
                continue
            found = loss.hessian(np.array([p]), np.array([t]), axis=()).diagonal()
            ((true, size),) = exact_diagonal(loss, [p], [t], "coin")
            within(16, found[0, 0], true, size, where=(p, t))


@pytest.mark.parametrize("loss", ON_LOG, ids=identify)
def test_gauss_newton_is_that_of_the_output(loss: Any) -> None:
    """J^T H J with both from mpmath, on its diagonal, each term of its sum of positive size."""
    activation = next(
        a
        for a, b in PAIR_VARIANTS
        if b.name == loss.name and a.name in ("softmax", "exp", "sigmoid") and loss.fits(a)
    )
    layer = OutputLayer(activation, loss)
    rates = on_rates(loss)
    rows = (
        [[-20.0], [np.log(0.3)], [11.5], [8.0]]
        if rates
        else [[0.5, -1.0, 0.25], [20.0, 0.0, 1.0], [-3.0, 3.0, 3.0]]
    )
    for z in rows:
        for t in goals(loss):
            exact = exact_activation(activation, tuple(map(float, z)))
            value = loss.exact(exact.value, [mpf(x) for x in t], side_of(loss))
            if not np.isfinite(float(value)):
                continue
            found = layer.gauss_newton(np.array(z), np.array(t)).diagonal()
            bends = exact_diagonal(loss, exact.value, t, side_of(loss))  # of these losses it is all
            with workdps(DIGITS):
                for i in range(len(z)):
                    squares = [row[i] ** 2 for row in exact.jacobian]
                    true = mp.fsum(s * b for s, (b, _) in zip(squares, bends, strict=True))
                    size = mp.fsum(s * b for s, (_, b) in zip(squares, bends, strict=True))
                    within(64, found[i], true, float(size), where=(z, t, i))


def test_no_square_of_a_small_probability_underflows() -> None:
    """By p, q + q^2 / 2 has the second derivative 1, at every p."""
    for p in (1e-200, 1e-308, 0.0):
        prediction, target = np.array([p, 1.0 - p]), np.array([1.0, 0.0])
        assert sg.taylor_cross_entropy.hessian(prediction, target).diagonal()[0] == 1.0
        assert sg.true_class_error.hessian(prediction, target).diagonal()[0] == 0.0
