"""Far out: logits and predictions that are large, or infinite, leave no number undefined.

What overflows on the way to a number that does not (z * z in a square root, exp(z) / (1 + exp(z)))
shows here and nowhere near 0. Each function is a law: it raises AssertionError where it is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.testing.comparing import expect
from softgrad.testing.limits import Limits
from softgrad.testing.predictions import examples

#: Where an exponential, its square, a square, a cube or a fourth power leaves the range.
_FAR = (20, 45, 95, 350, 700, 720, 800, 1e4, 1e8, 1e16, 1e77, 1e103, 1e154, 1e155, 1e200, 1e300)
_FAR_FLOAT32 = (20, 45, 95, 350, 1e4, 1e10, 1e13, 1e19, 1e20, 1e38)
#: Nine tails of one function: what they tell of its limit.
_TAIL = 1e290 * np.array([1.0, 1.7, 3.1, 5.3, 11.9, 37.7, 173.3, 1234.5, 86421.7])
_BESIDE = np.array([0.5, -1.25, 2.0, 0.75])
#: A loss may grow as a cube does; its value, if it overflows, is infinite.
_FAR_PREDICTIONS = (45, 350, 800, 1e8, 1e16, 1e50, 1e100)


def huge_logits_leave_no_output_undefined(activation: Any, limits: Limits) -> None:
    """No finite logit, however large, gives NaN: no value and no derivative."""
    for dtype, far in ((np.float64, _FAR), (np.float32, _FAR_FLOAT32)):
        z = _rows(activation, np.array(far, dtype=dtype))
        for name, quantity in _quantities(activation):
            _expect_numbers(name, quantity(z), z)


def infinite_logits_give_limits(activation: Any, limits: Limits) -> None:
    """An infinite logit gives no NaN, where the tails do not oscillate without a limit."""
    for sign in (1.0, -1.0):
        tail = _rows(activation, sign * _TAIL, both=False)
        z = _rows(activation, np.array([sign * np.inf]), both=False)
        quantities = list(_quantities(activation))
        if all(_is_settling(quantity(tail)) for _, quantity in quantities):
            for name, quantity in quantities:
                _expect_numbers(name, quantity(z), z)


def huge_predictions_leave_no_loss_undefined(loss: Any, limits: Limits) -> None:
    """No large prediction of values gives NaN: no value and no gradient."""
    low = min((d.low for d in loss.accepts if d.kind == "values"), default=None)
    if low is None:
        return
    for r, t, *_ in examples(loss):
        row = np.arange(len(r))
        for size in _FAR_PREDICTIONS:
            for far in (size, -size) if low < 0.0 else (size,):
                for column in range(r.shape[1]):
                    x = r.copy()
                    x[row, column] = far
                    where = f", target = {t.tolist()}"
                    _expect_numbers("the value", loss(x, t), x, where)
                    _expect_numbers("the gradient", loss.gradient(x, t), x, where)


ACTIVATION_LAWS = (huge_logits_leave_no_output_undefined, infinite_logits_give_limits)
LOSS_LAWS = (huge_predictions_leave_no_loss_undefined,)


def _rows(activation: Any, far: Array, *, both: bool = True) -> Array:
    """Each far logit, and its negative, alone; of maps of whole rows, beside common ones."""
    z = np.concatenate([far, -far]) if both else far
    if not activation.rowwise:
        return z[:, None]
    rows = np.tile(_BESIDE, (len(z), 1)).astype(far.dtype)
    rows[np.arange(len(z)), np.arange(len(z)) % 4 if both else 1] = z
    return rows


def _quantities(activation: Any) -> Iterator[tuple[str, Callable[[Array], Array]]]:
    """What is made of logits, each by its name."""
    yield "the value", activation
    yield "the Jacobian", lambda z: activation.jacobian(z).to_dense()
    yield "vjp(z, 1)", lambda z: activation.vjp(z, np.ones_like(z))
    yield "the curvature", lambda z: activation.curvature(z, np.ones_like(z)).to_dense()
    yield "hvp(z, 1, 1)", lambda z: activation.hvp(z, np.ones_like(z), np.ones_like(z))
    forms = activation.forms(np, np.ones((1, 4)))
    if forms.has_log:
        yield "the logarithm", activation.log
    if forms.has_complement:
        yield "the complement", activation.complement


def _is_settling(tail: Array) -> bool:
    """Whether numbers along a tail go one way, as they do to a limit: a sine does not."""
    flat = np.clip(tail.reshape(len(tail), -1), -1e308, 1e308)
    steps, slack = np.diff(flat, axis=0), 1e-9 * np.max(np.abs(flat), axis=0)
    return bool(np.all(np.all(steps <= slack, axis=0) | np.all(steps >= -slack, axis=0)))


def _expect_numbers(name: str, found: Array, z: Array, where: str = "") -> None:
    bad = np.isnan(found).reshape(len(z), -1).any(axis=-1)
    row = int(np.argmax(bad))
    given = f"{'prediction' if where else 'z'} = {z[row].tolist()} ({z.dtype}){where}"
    expect(
        not bool(np.any(bad)),
        f"{name} is {np.asarray(found[row]).tolist()}, expected no nan; {given}",
    )
