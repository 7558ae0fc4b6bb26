"""The first tab: one row of logits, its Jacobian cell by cell, and the chain rule through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from softgrad.contracts import Activation
from softgrad.explorer.cell_words import cell_words, gathered_words
from softgrad.explorer.choices import reason_against
from softgrad.explorer.python_code import python_code
from softgrad.explorer.state import State, read_state
from softgrad.explorer.upstream import way_to_upstream
from softgrad.layer import OutputLayer


@np.errstate(all="ignore")
def layer_numbers(query: Mapping[str, str]) -> dict[str, Any]:
    """All that the first tab shows at the state of a query.

    Raises:
        SoftgradError: there is no such state.
    """
    state = read_state(query)
    output, jacobian = state.activation.linearize(state.logits)
    dense = jacobian.to_dense()
    told: dict[str, Any] = {
        "activation": repr(state.activation),
        "output": output,
        "is_probability": state.activation.domain.kind in ("simplex", "sub-simplex", "coins"),
        "sums_to_one": state.activation.domain.kind == "simplex",
        "span": output_span(state.activation),
        "jacobian": dense,
        "words": cell_words(jacobian, np.asarray(output), state.activation.name),
        "row_sums": sums(dense, 1),
        "column_sums": sums(dense, 0),
        "is_diagonal": jacobian.rank == 0,
        "pair": None,
        "code": python_code(state, None),
    }
    reason = reason_against(state.activation, state.loss, len(state.logits))
    if reason:
        return told | {"no_pair": f"{state.loss.name} {reason}"}
    return told | _pair(state, np.asarray(output), jacobian)


def output_span(activation: Activation) -> list[float] | None:
    """Between which numbers bars of the output stand; None where they have no ends."""
    domain = activation.domain
    return [domain.low, domain.high] if np.isfinite([domain.low, domain.high]).all() else None


def sums(matrix: np.ndarray, axis: int) -> list[float]:
    """Sums of rows (1) or columns (0); exactly 0 where only the rounding of the entries is left."""
    found: list[float] = []
    for line in matrix if axis == 1 else matrix.T:
        total = float(np.sum(line))
        rounding = len(line) * np.finfo(np.float64).eps * float(np.max(np.abs(line)))
        found.append(0.0 if abs(total) <= rounding else total)
    return found


def _pair(state: State, output: np.ndarray, jacobian: Any) -> dict[str, Any]:
    layer = OutputLayer(state.activation, state.loss)
    value, gradient = layer.value_and_gradient(state.logits, state.target)
    gradient = np.asarray(gradient)
    if not np.isfinite(value) or not np.all(np.isfinite(gradient)):
        told = f"{state.loss.name} is {float(value):g} at this target: there is no gradient to show"
        return {"no_pair": told}
    way = way_to_upstream(layer, state.logits, state.target)
    shown: dict[str, Any] = {
        "loss": repr(state.loss),
        "value": float(value),
        "gradient": gradient,
        "hessian": layer.hessian(state.logits, state.target).to_dense(),
        "gauss_newton": layer.gauss_newton(state.logits, state.target).to_dense(),
        "upstream": None,
    }
    if way is not None:
        g = np.asarray(way.asked(state.loss, output, state.target))
        kept = jacobian.diagonal() * g
        shown |= {"upstream": g, "diagonal_only": kept, "dropped": kept - gradient}
        shown["gathered"] = gathered_words(jacobian.to_dense(), g, gradient)
    return {"pair": shown, "code": python_code(state, way and way.code, with_loss=True)}
