"""The chain rule through whichever representation a loss lives on, and nothing else.

    gradient      J^T g                 g = the loss's gradient by the representation r
    Hessian       J^T H J + C           C = sum_k g_k (second derivative of r_k)
    Gauss-Newton  G = J_a^T H_a J_a     by the output a itself, whatever r is

The Hessian does not depend on r; Gauss-Newton does, so it is always taken by the output. For a
loss written on s = log a, the chain rule between the two gives
J_a^T H_a J_a = J_s^T (H_s - diag(g_s)) J_s, which divides by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from softgrad.arrays.namespaces import Array
from softgrad.contracts.forms import Form, Forms, LivesOn, fixed_form
from softgrad.operators import Operator, congruence

if TYPE_CHECKING:
    from softgrad.contracts.loss import Loss, RowLoss


class Link(NamedTuple):
    """One simple loss on one side of the output, with the target of that side."""

    weight: float
    loss: RowLoss
    forms: Forms
    target: Array

    @property
    def representation(self) -> Form:
        """The form that the loss is written on."""
        where = self.loss.lives_on
        if where is LivesOn.OUTPUT:
            return self.forms.output
        if where is LivesOn.LOGITS:
            return fixed_form(self.forms.xp, self.forms.logits)
        return self.forms.log

    @property
    def slope(self) -> Array:
        """The loss's gradient by the representation."""
        return self.weight * self.loss.row_gradient(self.forms, self.target)

    @property
    def bend(self) -> Operator:
        """The loss's Hessian by the representation."""
        hessian = self.loss.row_hessian(self.forms, self.target)
        return hessian if self.weight == 1.0 else hessian * self.weight


def links(loss: Loss, forms: Forms, target: Array) -> Iterator[Link]:
    """Each term of the loss, on each side of the output that it is summed over."""
    for weight, term in loss.terms:
        written_on_log = term.lives_on is LivesOn.LOG
        side = forms.probability if written_on_log and forms.has_probability else forms
        yield Link(weight, term, side, target)
        if term.two_sided and side.has_other_side:
            tails = (1.0 - target) * side.weights
            yield Link(weight, term, side.other_side, tails)


def value(loss: Loss, forms: Forms, target: Array) -> Array:
    """The loss of each row, shape (...)."""
    parts = (k.weight * k.loss.row_value(k.forms, k.target) for k in links(loss, forms, target))
    return reduce(lambda a, b: a + b, parts)


def gradient(loss: Loss, forms: Forms, target: Array) -> Array:
    """The derivative of each row's loss by its logits, shape (..., n)."""
    parts = (k.representation.jacobian().T @ k.slope for k in links(loss, forms, target))
    return reduce(lambda a, b: a + b, parts)


def hessian(loss: Loss, forms: Forms, target: Array) -> Operator:
    """The second derivative of each row's loss by its logits, shape (..., n, n)."""

    def part(k: Link) -> Operator:
        form = k.representation
        return congruence(form.jacobian(), k.bend) + form.curvature(k.slope)

    return reduce(lambda a, b: a + b, (part(k) for k in links(loss, forms, target)))


def gauss_newton(loss: Loss, forms: Forms, target: Array) -> Operator:
    """J^T H J with J and H by the activation's output, shape (..., n, n)."""

    def part(k: Link) -> Operator:
        on_log = k.loss.lives_on is LivesOn.LOG
        bend = k.loss.row_output_hessian(k.forms, k.target) * k.weight if on_log else k.bend
        return congruence(k.representation.jacobian(), bend)

    return reduce(lambda a, b: a + b, (part(k) for k in links(loss, forms, target)))


def hvp(loss: Loss, forms: Forms, target: Array, v: Array) -> Array:
    """The Hessian times v, shape (..., n), without forming the Hessian."""

    def part(k: Link) -> Array:
        form = k.representation
        jacobian = form.jacobian()
        carried = jacobian.T @ (k.bend @ (jacobian @ v))
        return carried + form.curvature(k.slope) @ v

    return reduce(lambda a, b: a + b, (part(k) for k in links(loss, forms, target)))
