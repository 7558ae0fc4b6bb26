"""One simple loss on one side of an output: the smallest piece of the chain rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from softgrad.arrays.namespaces import Array
from softgrad.arrays.scaled import power_of_two_near
from softgrad.contracts.forms import Form, Forms, LivesOn, fixed_form
from softgrad.operators import DiagonalPlusLowRank, Operator, congruence, without_flow

if TYPE_CHECKING:
    from softgrad.contracts.loss import Loss, RowLoss


def links(loss: Loss, forms: Forms, target: Array) -> Iterator[Link]:
    """Each term of the loss, on each side of the output that it is summed over."""
    for weight, term in loss.terms:
        written_on_log = term.lives_on is LivesOn.LOG
        side = forms.probability if written_on_log and forms.has_probability else forms
        if term.scale_invariant:
            side = _near_one(side)
        if not (term.two_sided and side.has_other_side):
            yield Link(weight, term, side, target)
            continue
        of_heads, of_tails = term.side_weights
        if of_heads:  # a side that weighs nothing counts nothing, even where it is infinite
            yield Link(weight * of_heads, term, side, target)
        if of_tails:
            tails = (1.0 - target) * side.weights
            yield Link(weight * of_tails, term, side.other_side, tails, is_tails=True)


@dataclass(frozen=True)
class Link:
    """One simple loss on one side of the output, with the target of that side.

    Attributes:
        weight: of the loss in the sum that it is a term of.
        loss: the simple loss.
        forms: the side of the output that it is taken of.
        target: of that side, shape (..., n).
        is_tails: whether that side is 1 - p, whose target is 1 - t.
    """

    weight: float
    loss: RowLoss
    forms: Forms
    target: Array
    is_tails: bool = False

    @cached_property
    def representation(self) -> Form:
        """The form that the loss is written on."""
        where = self.loss.lives_on
        if where is LivesOn.OUTPUT:
            return self.forms.output
        if where is LivesOn.LOGITS:
            return fixed_form(self.forms.xp, self.forms.logits)
        return self.forms.log

    @cached_property
    def slope(self) -> Array:
        """The loss's gradient by the representation; 0 at a class that cannot occur."""
        slope = self.weight * self.loss.row_gradient(self.forms, self.target)
        never, known = self._never, self.target == self.target
        if never is None:
            return slope
        return self.forms.xp.where(never & known, self.forms.xp.zeros_like(slope), slope)

    @cached_property
    def bend(self) -> Operator:
        """The loss's Hessian by the representation; nothing at a class that cannot occur."""
        return self._weighted(self.loss.row_hessian(self.forms, self.target))

    def hessian(self) -> Operator:
        """J^T H J + C by the logits, shape (..., n, n)."""
        if self.loss.lives_on is LivesOn.LOG and self.forms.is_of_positive_values:
            return DiagonalPlusLowRank(self._bend_of_positive_values())
        form = self.representation
        return congruence(form.jacobian(), self.bend) + form.curvature(self.slope)

    def hvp(self, v: Array) -> Array:
        """The Hessian times v, shape (..., n), without forming the Hessian."""
        form = self.representation
        jacobian = form.jacobian()
        if jacobian.rank == 0:  # entry by entry the product is the cheaper one
            return self.hessian() @ v
        carried = jacobian.T @ (self.bend @ (jacobian @ v))
        return carried + form.curvature(self.slope) @ v

    def gauss_newton(self) -> Operator:
        """J^T H J by the output, shape (..., n, n)."""
        on_log = self.loss.lives_on is LivesOn.LOG
        bend = self._output_bend if on_log else self.bend
        return congruence(self.representation.jacobian(), bend)

    def fisher(self) -> Operator:
        """J^T F J by the logits, shape (..., n, n)."""
        information = self._weighted(self.loss.row_fisher(self.forms))
        return congruence(self.representation.jacobian(), information)

    def prediction_hessian(self) -> Operator:
        """The Hessian by a prediction that is its own output, shape (..., n, n)."""
        if self.loss.lives_on is LivesOn.LOG:
            return self.loss.row_prediction_hessian(self.forms, self.target) * self.weight
        jacobian = self.representation.jacobian()
        return congruence(jacobian, self.bend)

    def target_gradient(self) -> Array:
        """The derivative by the target of heads, shape (..., n)."""
        slope = self.loss.row_target_gradient(self.forms, self.target)
        return (-self.weight if self.is_tails else self.weight) * slope

    @property
    def _output_bend(self) -> Operator:
        """H_s - diag(g_s) of a loss on s = log a, that is diag(a) H_a diag(a)."""
        return self._weighted(self.loss.row_output_hessian(self.forms, self.target))

    def _weighted(self, hessian: Operator) -> Operator:
        weighted = hessian if self.weight == 1.0 else hessian * self.weight
        return weighted if self._never is None else weighted.masked(~self._never)

    @cached_property
    def _never(self) -> Array | None:
        """Where an output that is a logarithm is -inf: a class that cannot occur has no slope."""
        if self.loss.lives_on is not LivesOn.OUTPUT or not self.forms.has_probability:
            return None
        return self.forms.p == -float("inf")

    def _bend_of_positive_values(self) -> Array:
        """The second derivative by z of a loss on s = log f, f > 0 entry by entry.

        It is H_s s'^2 + g_s s'' and also (H_s - g_s) s'^2 + g_s f''/f. For f = exp s'' is 0, for
        f = z the other one is: the smaller of s'' and f''/f is the one that cancels nothing.
        """
        xp, form, output = self.forms.xp, self.forms.log, self.forms.output
        ones = xp.ones_like(self.target)
        slope, log_bend = form.jacobian().d, form.curvature(ones).d
        bend = output.curvature(ones).d / output.value
        by_output = xp.abs(bend) <= xp.abs(log_bend)
        inner = xp.where(by_output, self._output_bend.diagonal(), self.bend.diagonal())
        straight = without_flow(xp, slope, inner, slope * inner)
        straight = without_flow(xp, slope, straight, slope * straight)
        curve = xp.where(by_output, bend, log_bend)
        return straight + without_flow(xp, curve, self.slope, self.slope * curve)


def _near_one(forms: Forms) -> Forms:
    """The same output times a power of two a row, so that its largest entry is near 1.

    A loss that does not change with the scale may be taken of it: its derivatives by an output of
    1e-160 would overflow, those by this one do not, and J and the curvature are scaled alike.
    """
    xp, output = forms.xp, forms.output
    size = xp.abs(output.value)
    size = xp.where(xp.isinf(size), xp.ones_like(size), size)
    scale = power_of_two_near(xp, xp.max(size, axis=-1, keepdims=True))
    factor = scale[..., 0]
    return forms.with_output(
        Form(
            output.value * scale,
            lambda: output.jacobian().scaled(factor),
            lambda g: output.curvature(g).scaled(factor),
        )
    )
