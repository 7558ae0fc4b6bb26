"""Derivatives at many points: what is wrong on one short interval is wrong at some of them.

The other laws look closely at a few rows. Here the entry's own values are differenced at hundreds
of points of both signs and of all sizes, so that an error of a branch is found wherever it lies;
where there is an `exact`, a part of them is held to its derivatives, to the last digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.testing.difference_laws import (
    by_prediction,
    compare,
    jacobian_by_differences,
    rows_of,
)
from softgrad.testing.limits import Limits
from softgrad.testing.predictions import examples

#: Every tenth of a power of 2 or so, to where an exponential overflows; no kink of a round number.
_SIZES = 1.0007 * np.geomspace(1e-3, 7e2, 180)


def dense_logits() -> Array:
    """One logit a row, both signs."""
    return np.concatenate([-_SIZES[::-1], _SIZES])[:, None]


def the_jacobian_is_the_derivative_everywhere(activation: Any, limits: Limits) -> None:
    """Between the points of the other laws, too, the Jacobian is the derivative of the values."""
    if not activation.rowwise:
        z = dense_logits()
        estimate = jacobian_by_differences(activation, z)
        compare(activation.jacobian(z).to_dense(), estimate, limits, _names(z))


def the_curvature_is_the_derivative_everywhere(activation: Any, limits: Limits) -> None:
    """Between the points of the other laws, too, the curvature is the derivative of vjp(z, g)."""
    if not activation.rowwise:
        z = dense_logits()
        estimate = jacobian_by_differences(lambda x: activation.vjp(x, np.ones_like(x)), z)
        dense = activation.curvature(z, np.ones_like(z)).to_dense()
        compare(dense, estimate, limits, _names(z))


ACTIVATION_LAWS = (
    the_jacobian_is_the_derivative_everywhere,
    the_curvature_is_the_derivative_everywhere,
)


def _names(z: Array) -> list[str]:
    return [f"z = {row}" for row in z.tolist()]


def the_gradient_is_the_derivative_everywhere(loss: Any, limits: Limits) -> None:
    """Between the predictions of the other laws, too, the gradient is the derivative."""
    for r, t in _dense_predictions(loss):
        estimate = by_prediction(loss, r, t, {})
        compare(loss.gradient(r, t), estimate, limits, rows_of(r, t, ""))


def the_hessian_is_the_derivative_everywhere(loss: Any, limits: Limits) -> None:
    """Between the predictions of the other laws, too, the Hessian is that of the gradient."""
    for r, t in _dense_predictions(loss):
        estimate = jacobian_by_differences(lambda x, t=t: loss.gradient(x, t), r)
        compare(loss.hessian(r, t).to_dense(), estimate, limits, rows_of(r, t, ""))


def _dense_predictions(loss: Any) -> Iterator[tuple[Array, Array]]:
    """Each example's first row, of which one entry takes every size (of a probability, share)."""
    for example in examples(loss):
        r, t = example.prediction, example.target
        values = _of_sizes(loss, r)
        rows = np.repeat(r[:1], len(values), axis=0)
        place = np.arange(len(values)) % r.shape[1]
        rows[np.arange(len(values)), place] = values
        if example.side == "class" and np.allclose(np.sum(r, axis=-1), 1.0):
            others = np.sum(rows, axis=-1) - values
            rows *= ((1.0 - values) / others)[:, None]
            rows[np.arange(len(values)), place] = values
        yield rows, np.repeat(t[:1], len(values), axis=0)


def _of_sizes(loss: Any, r: Array) -> Array:
    accepted = [domain for domain in loss.accepts if domain.kind == "values"]
    if np.all((r > 0.0) & (r < 1.0)):
        odds = np.geomspace(1e-3, 1e3, 120)
        return odds / (1.0 + odds)
    if accepted and min(domain.low for domain in accepted) < 0.0:
        return np.concatenate([-_SIZES[::-2], _SIZES[::2]])
    return _SIZES


LOSS_LAWS = (
    the_gradient_is_the_derivative_everywhere,
    the_hessian_is_the_derivative_everywhere,
)
