"""What a loss is by its `exact` definition, at predictions that are given to it as they are.

Each function is a law: it raises AssertionError where a loss breaks it. Derivatives are compared
with numerical ones of `exact`, in ULP of the absolute terms that rounding the prediction moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from mpmath import mp, mpf, workdps

from softgrad.arrays.namespaces import Array
from softgrad.contracts.forms import LivesOn
from softgrad.testing.comparing import expect
from softgrad.testing.exact import DIGITS, ExactLoss, as_rows, exact_loss
from softgrad.testing.limits import Limits
from softgrad.testing.predictions import Example, coins, examples
from softgrad.testing.ulp import within


class Row(NamedTuple):
    """What is true of one row, with the absolute sizes of gradient, Hessian and prediction."""

    place: int
    exact: ExactLoss
    g: Array
    H: Array
    u: Array
    where: str


def exact_rows(loss: Any, example: Example) -> list[ExactLoss]:
    """What is true at each row of an example."""
    pairs = zip(as_rows(example.prediction), as_rows(example.dense), strict=True)
    return [exact_loss(loss, tuple(mpf(x) for x in r), t, example.side) for r, t in pairs]


def cast(example: Example, dtype: Any) -> tuple[Array, Array]:
    """Prediction and target, of that dtype; labels as they are."""
    target = example.target
    return example.prediction.astype(dtype), target if _is_labels(target) else target.astype(dtype)


def the_value_is_the_definition(loss: Any, dtype: Any, limits: Limits) -> None:
    """The value is that of `exact`."""
    for example, rows in _compared(loss):
        value = loss(*cast(example, dtype))
        for row in rows:
            scale = abs(float(row.exact.value)) + float(row.g @ row.u)
            within(limits.loss_value, value[row.place], row.exact.value, scale, where=row.where)


def the_gradient_is_the_derivative(loss: Any, dtype: Any, limits: Limits) -> None:
    """The gradient is the derivative of `exact` by the prediction."""
    limit = limits.loss_derivative
    for example, rows in _compared(loss):
        gradient = loss.gradient(*cast(example, dtype))
        for row in rows:
            scale = row.g + row.H @ row.u
            within(limit, gradient[row.place], row.exact.gradient, scale, where=row.where)


def the_hessian_is_the_second_derivative(loss: Any, dtype: Any, limits: Limits) -> None:
    """The Hessian is the second derivative of `exact` by the prediction."""
    limit = limits.loss_derivative
    for example, rows in _compared(loss):
        hessian = loss.hessian(*cast(example, dtype)).to_dense()
        for row in rows:
            scale = row.H + np.max(row.H)
            within(limit, hessian[row.place], row.exact.hessian, scale, where=row.where)


def each_entry_alone_is_a_coin(loss: Any, dtype: Any, limits: Limits) -> None:
    """With axis=() each entry is a coin: value and gradient are those of `exact` with its side."""
    if not any(domain.kind == "coins" for domain in loss.accepts):
        return
    r, t = cast(coins(), dtype)
    value, gradient = loss(r, t, axis=()), loss.gradient(r, t, axis=())
    for index in np.ndindex(r.shape):
        exact = exact_loss(loss, (mpf(float(r[index])),), (float(t[index]),), "coin")
        if not mp.isfinite(exact.value):
            continue
        with workdps(DIGITS):
            u = min(abs(exact.r[0]), abs(1 - exact.r[0]))
            slope, bend = exact.gradient[0], exact.hessian[0][0]
            sizes = [abs(exact.value) + abs(slope) * u, abs(slope) + abs(bend) * u]
        where = f"a coin of probability {r[index]:g} with target {t[index]:g}"
        within(limits.loss_value, value[index], exact.value, float(sizes[0]), where=where)
        within(limits.loss_derivative, gradient[index], slope, float(sizes[1]), where=where)


EXACT_LAWS = (
    the_value_is_the_definition,
    the_gradient_is_the_derivative,
    the_hessian_is_the_second_derivative,
    each_entry_alone_is_a_coin,
)


def _compared(loss: Any) -> Iterator[tuple[Example, list[Row]]]:
    """Each example with those of its rows at which the loss is finite."""
    seen, found = 0, list(examples(loss))
    for example in found:
        exact = enumerate(exact_rows(loss, example))
        rows = [_row(example, i, one) for i, one in exact if mp.isfinite(one.value)]
        seen += len(rows)
        yield example, rows
    expect(
        seen > 0 or not found,
        "`exact` is finite at none of the predictions and targets that are tried",
    )


def _row(example: Example, place: int, exact: ExactLoss) -> Row:
    u = np.abs(np.array(exact.r, dtype=float))
    g = np.abs(np.array(exact.gradient, dtype=float))
    bends = np.abs(np.array(exact.hessian, dtype=float))
    if exact.loss.lives_on is LivesOn.LOG:
        # By p it is (l'' - l') / p^2, with l the function of log p that it is written as.
        bends = bends + np.diag(g / u)
    target = np.asarray(example.target[place]).tolist()
    where = f"prediction = {example.prediction[place].tolist()}, target = {target}"
    return Row(place, exact, g, bends, u, where)


def _is_labels(target: Array) -> bool:
    return target.dtype.kind == "i"
