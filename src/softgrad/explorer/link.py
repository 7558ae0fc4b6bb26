"""The text of a link that shows an output layer at a row of logits."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np

from softgrad.contracts import RowLoss
from softgrad.errors import ParameterError
from softgrad.explorer.choices import reason_against
from softgrad.explorer.state import read_state, shown_parameters
from softgrad.layer import OutputLayer

# What changes nothing of a single row.
_WITHOUT_EFFECT = {"reduction", "check_target"}
_LOGITS = (1.0, 2.0, 3.0)


def link_text(layer: OutputLayer, z: Any = None, target: Any = None) -> str:
    """What stands behind the # of the page's address, which `read_state` reads.

    Args:
        layer: of one loss, without settings.
        z: one row of logits; by default 1, 2, 3, or as many as the loss takes.
        target: for that row, as for the layer; by default the last class, or 1 an entry.

    Raises:
        ParameterError: the page cannot show it.
        SoftgradError: of a target that is none for the layer.
    """
    loss = _only_loss(layer)
    logits = _LOGITS[: loss.row_length or len(_LOGITS)] if z is None else _row(z, "z")
    reason = reason_against(layer.activation, loss, len(logits))
    if reason:
        raise ParameterError(f"the explorer does not show this layer: {reason}")
    goal = _default_target(loss, len(logits)) if target is None else _row(target, "target")
    told = {"z": _written(logits), "activation": layer.activation.name, "loss": loss.name}
    for kind, made in (("activation", layer.activation), ("loss", loss)):
        told |= {
            f"{kind}.{one['name']}": _written((one["value"],))
            for one in shown_parameters(made)
            if one["value"] != one["default"]
        }
    text = urlencode(told | {"target": _written(goal)}, safe=",")
    shown = read_state(dict(parse_qsl(text)))
    if (shown.activation, shown.loss) != (layer.activation, loss):
        raise ParameterError(
            f"the explorer shows entries of the catalogue, and hyper-parameters that are numbers; "
            f"this layer is {layer!r}"
        )
    layer.value(shown.logits, shown.target)
    return text


def _only_loss(layer: OutputLayer) -> RowLoss:
    settings = layer.settings.keys() - _WITHOUT_EFFECT
    if settings:
        raise ParameterError(
            f"the explorer shows a layer without settings; this one has {', '.join(settings)}. "
            "Explore OutputLayer(layer.activation, layer.loss)"
        )
    (weight, term), *others = layer.loss.terms
    if others or weight != 1.0:
        raise ParameterError(f"the explorer shows one loss; this layer has {layer.loss!r}")
    return term


def _default_target(loss: RowLoss, classes: int) -> tuple[float, ...]:
    if loss.target_kind == "row":
        return (1.0,)
    if loss.target_kind == "bounds":
        return (1.0, 2.0)
    return (1.0,) if classes == 1 else (classes - 1.0,)


def _row(numbers: Any, name: str) -> tuple[float, ...]:
    found = np.asarray(numbers, dtype=np.float64)
    if found.ndim > 1:
        raise ParameterError(f"{name} has shape {found.shape}; the explorer shows one row")
    return tuple(map(float, np.atleast_1d(found)))


def _written(numbers: tuple[float, ...]) -> str:
    return ",".join(np.format_float_positional(x, trim="-") for x in numbers)
