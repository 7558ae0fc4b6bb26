"""A loss that is called by itself: of a prediction, by a bridge or by its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.arrays.namespaces import Array
from softgrad.contracts import chain
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.domains import CLOSED_COINS, OF_COINS
from softgrad.contracts.fast_paths import bridge_of
from softgrad.contracts.forms import Forms
from softgrad.contracts.predictions import checked_prediction, forms_of_output
from softgrad.contracts.target_domains import check_target_values
from softgrad.contracts.targets import read_target
from softgrad.errors import CapabilityError

if TYPE_CHECKING:
    from softgrad.contracts.loss import Loss


def of_prediction(
    method: str, loss: Loss, prediction: Any, target: Any, axis: Axis, where: Any
) -> Array:
    """The `value` of each row, or the `gradient` by the prediction."""
    bridge = bridge_of(prediction)
    if bridge is not None:
        return bridge.loss(method, loss, prediction, target, axis, where)
    with np.errstate(all="ignore"):
        call, forms, t = read_prediction(loss, prediction, target, axis, where)
        if method == "value":
            return call.finish_rows(chain.value(loss, forms, t))
        return call.finish(chain.gradient(loss, forms, t))


def read_prediction(
    loss: Loss, prediction: Any, target: Any, axis: Axis, where: Any
) -> tuple[Canonical, Forms, Array]:
    """The call in canonical shape, the prediction in all its forms, and the target."""
    if any(term.needs_potential for _, term in loss.terms):
        raise CapabilityError(
            f"{loss!r} is built from the potential of an activation; a prediction alone has "
            "none. Use OutputLayer(activation, loss) with logits"
        )
    call = Canonical.of(prediction, "prediction", axis, where)
    layout, keep = call.layout, call.keep
    coins = layout.axes == () or _is_of_coins_alone(loss)
    r = checked_prediction(loss, call.operand, call.entries, coins, keep)
    given = read_target(target, call.operand, layout, loss.target_kind)
    output = CLOSED_COINS if coins else loss.terms[0][1].accepts[0]
    check_target_values(loss, output, call.xp, given, layout.classes, lambda: keep)
    forms = forms_of_output(call.xp, r, coins=coins)
    return call, forms if keep is None else forms.masked(keep), call.kept(given.entries)


def _is_of_coins_alone(loss: Loss) -> bool:
    """Whether a term is defined on coins and on nothing else."""
    return any(all(d.kind in OF_COINS for d in term.accepts) for _, term in loss.terms)
