"""The chain rule through whichever representation a loss lives on, and nothing else.

    gradient      J^T g                 g = the loss's gradient by the representation r
    Hessian       J^T H J + C           C = sum_k g_k (second derivative of r_k)
    Gauss-Newton  G = J_a^T H_a J_a     by the output a itself, whatever r is

The Hessian does not depend on r; Gauss-Newton does, so it is always taken by the output. For a
loss written on s = log a, the chain rule between the two gives
J_a^T H_a J_a = J_s^T (H_s - diag(g_s)) J_s, which divides by nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING, Any

from softgrad.arrays.namespaces import Array
from softgrad.contracts.forms import Forms
from softgrad.contracts.links import links
from softgrad.operators import Operator

if TYPE_CHECKING:
    from softgrad.contracts.loss import Loss


def value(loss: Loss, forms: Forms, target: Array) -> Array:
    """The loss of each row, shape (...)."""
    parts = (k.weight * k.loss.row_value(k.forms, k.target) for k in links(loss, forms, target))
    return _total(parts)


def gradient(loss: Loss, forms: Forms, target: Array) -> Array:
    """The derivative of each row's loss by its logits, shape (..., n)."""
    parts = (k.representation.jacobian().T @ k.slope for k in links(loss, forms, target))
    return _total(parts)


def hessian(loss: Loss, forms: Forms, target: Array) -> Operator:
    """The second derivative of each row's loss by its logits, shape (..., n, n)."""
    return _total(k.hessian() for k in links(loss, forms, target))


def gauss_newton(loss: Loss, forms: Forms, target: Array) -> Operator:
    """J^T H J with J and H by the activation's output, shape (..., n, n)."""
    return _total(k.gauss_newton() for k in links(loss, forms, target))


def hvp(loss: Loss, forms: Forms, target: Array, v: Array) -> Array:
    """The Hessian times v, shape (..., n), without forming the Hessian."""
    return _total(k.hvp(v) for k in links(loss, forms, target))


def gauss_newton_product(loss: Loss, forms: Forms, target: Array, v: Array) -> Array:
    """The Gauss-Newton matrix times v, shape (..., n)."""
    return _total(k.gauss_newton() @ v for k in links(loss, forms, target))


def fisher(loss: Loss, forms: Forms) -> Operator:
    """J^T F J with F each term's Fisher information by its representation, shape (..., n, n).

    It is the mean of the Hessian over targets that the prediction itself foretells: in that mean
    the slopes are 0, and C with them.
    """
    return _total(k.fisher() for k in links(loss, forms, forms.output.value))


def prediction_hessian(loss: Loss, forms: Forms, target: Array) -> Operator:
    """The second derivative by a prediction that is given as it is, shape (..., n, n)."""
    return _total(k.prediction_hessian() for k in links(loss, forms, target))


def target_gradient(loss: Loss, forms: Forms, target: Array) -> Array:
    """The derivative of each row's loss by its targets, shape (..., n)."""
    return _total(k.target_gradient() for k in links(loss, forms, target))


def _total(parts: Iterable[Any]) -> Any:
    """The sum of arrays, or of operators, which have no zero to start from."""
    return reduce(lambda a, b: a + b, parts)
