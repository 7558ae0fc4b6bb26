"""Predictions that a loss is given by themselves: where they must lie, and their forms."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from softgrad.arrays.namespaces import Array, Namespace, Operand, is_known
from softgrad.contracts.forms import Forms, elementwise_form
from softgrad.contracts.targets import at_entry, place_of_first
from softgrad.errors import DomainError

if TYPE_CHECKING:
    from softgrad.contracts.loss import Loss, RowLoss

# A probability may lie outside [0, 1] by this many roundings of its dtype, and counts as 0 or 1.
_ROUNDINGS = 64.0


def checked_prediction(
    loss: Loss, operand: Operand, prediction: Array, coins: bool, keep: Array | None
) -> Array:
    """The prediction (..., n), with probabilities that rounding took past 0 or 1 put back there.

    Raises:
        DomainError: an entry that counts is no probability (a logit, most often), or no rate, for
            a loss that is defined on them. NaN passes.
    """
    xp = operand.xp
    for _, term in loss.terms:
        low, high = _ends(term)
        slack = _ROUNDINGS * _epsilon(operand) if high == 1.0 else 0.0
        outside = (prediction < low - slack) | (prediction > high + slack)
        counted = outside if keep is None else outside & keep
        if is_known(xp.any(counted)):
            number, place = place_of_first(xp, counted, prediction)
            where = at_entry(place, prediction.shape[-1])
            raise DomainError(f"prediction is {float(number):g}{where}; {_wanted(term, coins)}")
        if slack:
            past = ~outside & (prediction > high)
            prediction = xp.where(past, xp.ones_like(prediction), prediction)
            below = ~outside & (prediction < low)
            prediction = xp.where(below, xp.zeros_like(prediction), prediction)
    return prediction


def _ends(term: RowLoss) -> tuple[float, float]:
    """The widest interval that an entry may be in: a logarithm is what an activation gives."""
    readable = [domain for domain in term.accepts if not domain.kind.startswith("log-")]
    low = min((domain.low for domain in readable), default=-inf)
    return low, max((domain.high for domain in readable), default=inf)


def _epsilon(operand: Operand) -> float:
    if str(operand.result_dtype) == "bfloat16":
        return 2.0**-7
    return float(operand.xp.finfo(operand.result_dtype).eps)


def _wanted(term: RowLoss, coins: bool) -> str:
    low, high = _ends(term)
    if high != 1.0:
        return f"{term!r} takes values >= {low:g}; for logits use OutputLayer('exp', {term.name!r})"
    activation = "sigmoid" if coins else "softmax"
    return (
        f"{term!r} takes probabilities, from 0 to 1; for logits use "
        f"OutputLayer({activation!r}, {term.name!r})"
    )


def forms_of_output(xp: Namespace, r: Array, *, coins: bool) -> Forms:
    """The forms of a prediction that is given as it is: its own logits, with Jacobian I."""

    def side(p: Array, q: Array, sign: float, other: Any) -> Forms:
        return Forms(
            xp,
            r,
            elementwise_form(p, lambda: xp.full_like(p, sign), lambda: xp.zeros_like(p)),
            complement=lambda: q,
            log=lambda: elementwise_form(xp.log(p), lambda: sign / p, lambda: -1.0 / (p * p)),
            other_side=other,
        )

    if not coins:
        return side(r, 1.0 - r, 1.0, None)
    heads: Forms = side(r, 1.0 - r, 1.0, lambda: tails)
    tails: Forms = side(1.0 - r, r, -1.0, lambda: heads)
    return heads
