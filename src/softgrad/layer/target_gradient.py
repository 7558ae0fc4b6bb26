"""How the value of a call changes with its target."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array
from softgrad.contracts import chain
from softgrad.errors import TargetError
from softgrad.layer.prepare import Call


def target_gradient(call: Call) -> Array:
    """The derivative of the reduced value by a target an entry (or an observation a row).

    The target also moves the row's weight, through class weights, and the logits, through the
    margin.

    Raises:
        TargetError: the target is labels, which have no derivative.
        CapabilityError: the loss has none by its target.
    """
    if call.loss.target_kind == "labels" or call.given.labels is not None:
        raise TargetError(
            "target is class labels, and target_gradient is a derivative by them; expected one "
            "target an entry (one-hot rows are)"
        )
    slopes = (1.0 - call.smoothing) * chain.target_gradient(call.loss, call.forms, call.target)
    margin = call.request.margin
    if margin:
        slopes = slopes - margin * chain.gradient(call.loss, call.forms, call.target)
    slopes = call.reduction.derivatives(slopes)
    if call.weights.slopes is not None:
        slopes = slopes + call.weights.slopes * _price_of_weight(call)
    slopes = call.given_logits.kept(slopes)
    if call.loss.target_kind == "row":
        return call.given_logits.finish_rows(call.operand.xp.sum(slopes, axis=-1))
    return call.given_logits.finish(slopes)


def _price_of_weight(call: Call) -> Array:
    """The derivative of the reduced value by each row's weight, shape (..., 1)."""
    xp, reduction = call.operand.xp, call.reduction
    rows = chain.value(call.loss, call.forms, call.target)
    if reduction.rule == "mean":
        total = xp.sum(reduction.weights)
        rows = (rows - reduction.values(rows)) / xp.where(total > 0, total, xp.ones_like(total))
    # A row that counts nothing was not looked at.
    return xp.where(reduction.weights == 0, xp.zeros_like(rows), rows)[..., None]
