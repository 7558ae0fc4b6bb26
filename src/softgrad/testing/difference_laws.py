"""Derivatives of an entry without `exact`: compared with differences of its own values in float64.

That finds a derivative that is wrong, not one whose last digits are. What is allowed is what the
differences say that they may be off themselves (`softgrad.checking`), and some roundings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.checking.estimate import Estimate
from softgrad.checking.reference import Reference
from softgrad.errors import CapabilityError
from softgrad.layer import OutputLayer
from softgrad.testing.comparing import near, rounding
from softgrad.testing.limits import Limits
from softgrad.testing.points import logits, pair_logits, targets
from softgrad.testing.predictions import coins, examples

#: How many times the differences' own uncertainty, and how many roundings of the largest entry.
_UNSURE, _ROUNDINGS = 4.0, 64.0
_COTANGENT = np.array([0.5, -1.25, 2.0, 0.75])


def the_jacobian_is_the_derivative_of_the_values(activation: Any, limits: Limits) -> None:
    """The Jacobian is the derivative of the activation's own values."""
    z = logits(activation)
    dense = activation.jacobian(z).to_dense()
    compare(
        dense, jacobian_by_differences(activation, z), limits, [f"z = {row}" for row in z.tolist()]
    )


def the_curvature_is_the_derivative_of_vjp(activation: Any, limits: Limits) -> None:
    """The curvature for a cotangent g is the derivative of the activation's own vjp(z, g)."""
    z = logits(activation)
    g = _COTANGENT

    def slopes(x: Array) -> Array:
        return activation.vjp(x, np.broadcast_to(g, x.shape))

    dense = activation.curvature(z, np.broadcast_to(g, z.shape)).to_dense()
    where = [f"z = {row}, g = {g.tolist()}" for row in z.tolist()]
    compare(dense, jacobian_by_differences(slopes, z), limits, where)


def the_value_in_float32_is_that_in_float64(activation: Any, limits: Limits) -> None:
    """Values of float32 logits are those of the same logits in float64, rounded."""
    z = logits(activation)
    wide, narrow = activation(z), activation(z.astype(np.float32))
    size = np.abs(wide) + np.abs(activation.jacobian(z).to_dense() @ np.abs(z)[..., None])[..., 0]
    eps = float(np.finfo(np.float32).eps)
    near(narrow, wide, limits.value * eps * size + 1e-37, where=f"z = {z.tolist()}, float32")


def the_gradient_is_the_derivative_of_the_value(loss: Any, limits: Limits) -> None:
    """The gradient is the derivative of the loss's own values by the prediction."""
    for r, t, options in _predictions(loss):
        found = loss.gradient(r, t, **options)
        wanted = by_prediction(loss, r, t, options)
        compare(found, wanted, limits, rows_of(r, t, options))


def the_hessian_is_the_derivative_of_the_gradient(loss: Any, limits: Limits) -> None:
    """The Hessian is the derivative of the loss's own gradient by the prediction."""
    for r, t, options in _predictions(loss):
        if not options:
            dense = loss.hessian(r, t).to_dense()
            estimate = jacobian_by_differences(lambda x, t=t: loss.gradient(x, t), r)
            compare(dense, estimate, limits, rows_of(r, t, options))


def the_gradient_of_a_pair_is_the_derivative_of_its_value(
    activation: Any, loss: Any, limits: Limits
) -> None:
    """The gradient of the pair is the derivative of its own value by the logits."""
    for layer, z, t, name in _pairs(activation, loss):
        value = _column(lambda x, t=t, layer=layer: layer.value(x, t))
        estimate = _first_row(jacobian_by_differences(value, z))
        compare(layer.gradient(z, t), estimate, limits, rows_of(z, t, name))


def the_hessian_of_a_pair_is_the_derivative_of_its_gradient(
    activation: Any, loss: Any, limits: Limits
) -> None:
    """The Hessian of the pair is the derivative of its own gradient by the logits."""
    for layer, z, t, name in _pairs(activation, loss):
        estimate = jacobian_by_differences(lambda x, t=t, layer=layer: layer.gradient(x, t), z)
        compare(layer.hessian(z, t).to_dense(), estimate, limits, rows_of(z, t, name))


def the_target_gradient_is_the_derivative_by_the_target(
    activation: Any, loss: Any, limits: Limits
) -> None:
    """The derivative by the target, where there is one, is that of the pair's own value."""
    for layer, z, t, name in _pairs(activation, loss):
        if t.dtype.kind == "i" or bool(np.all((t == 0.0) | (t == 1.0))):
            continue  # labels have none, and shares of 0 and 1 move to one side alone
        of_row = t.ndim < z.ndim
        rows = t[:, None] if of_row else t

        def value(x: Array, layer: Any = layer, z: Array = z, of_row: bool = of_row) -> Array:
            return layer.value(z, x[:, 0] if of_row else x)[:, None]

        try:
            found = layer.target_gradient(z, t)
        except CapabilityError:
            return  # it says so
        estimate = _first_row(jacobian_by_differences(value, rows))
        compare(found[:, None] if of_row else found, estimate, limits, rows_of(z, t, name))


ACTIVATION_LAWS = (
    the_jacobian_is_the_derivative_of_the_values,
    the_curvature_is_the_derivative_of_vjp,
)
LOSS_LAWS = (
    the_gradient_is_the_derivative_of_the_value,
    the_hessian_is_the_derivative_of_the_gradient,
)
PAIR_LAWS = (
    the_gradient_of_a_pair_is_the_derivative_of_its_value,
    the_hessian_of_a_pair_is_the_derivative_of_its_gradient,
)


def jacobian_by_differences(function: Callable[[Array], Array], x: Array) -> Estimate:
    """Of each row, by differences of the function's values."""
    return Reference(function, may_be_complex=False).jacobian(x)


def _column(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """One number a row as rows of one entry."""
    return lambda x: np.asarray(function(x))[:, None]


def _first_row(estimate: Estimate) -> Estimate:
    """Of a function with one output, as a gradient."""
    return Estimate(
        estimate.value[:, 0], estimate.uncertainty[:, 0], np.asarray(estimate.jump)[:, 0]
    )


def by_prediction(loss: Any, r: Array, t: Array, options: dict[str, Any]) -> Estimate:
    """The gradient by differences of the loss's values."""
    if not options:
        return _first_row(jacobian_by_differences(_column(lambda x: loss(x, t)), r))
    # Coins: each entry is a row of its own.
    flat = t.reshape(-1)

    def value(x: Array) -> Array:
        return loss(x[:, 0], flat, **options)[:, None]

    found = _first_row(jacobian_by_differences(value, r.reshape(-1, 1)))
    return Estimate(*(np.reshape(x, r.shape) for x in (found.value, found.uncertainty, found.jump)))


def _predictions(loss: Any) -> Iterator[tuple[Array, Array, dict[str, Any]]]:
    for example in examples(loss):
        yield example.prediction, example.target, {}
    if any(domain.kind == "coins" for domain in loss.accepts):
        example = coins()
        yield example.prediction, example.target, {"axis": ()}


def _pairs(activation: Any, loss: Any) -> Iterator[tuple[OutputLayer, Array, Array, str]]:
    layer, z = OutputLayer(activation, loss), pair_logits(activation, loss)
    for target in targets(activation, loss, z):
        if np.all(np.isfinite(layer.value(z, target.given))):
            yield layer, z, target.given, target.name


def rows_of(z: Array, t: Array, note: object) -> list[str]:
    """Where each row is, for a message."""
    return [
        f"at {row}, target = {np.asarray(target).tolist()}" + (f" ({note})" if note else "")
        for row, target in zip(z.tolist(), t, strict=True)
    ]


def compare(got: Array, estimate: Estimate, limits: Limits, where: list[str]) -> None:
    """Entry by entry, where the differences know anything."""
    loose = limits.value / Limits().value
    allowed = _UNSURE * estimate.uncertainty + loose * rounding(np.asarray(got), _ROUNDINGS)
    known = np.isfinite(estimate.value) & np.isfinite(allowed)
    wanted = np.where(known, estimate.value, got)
    for row, text in enumerate(where):
        near(got[row], wanted[row], np.where(known, allowed, 0.0)[row], where=text)
