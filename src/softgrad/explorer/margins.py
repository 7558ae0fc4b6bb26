"""Losses against the margin by which the true class leads, with slopes and curvatures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from softgrad import catalogue
from softgrad.contracts import RowLoss
from softgrad.errors import ParameterError
from softgrad.explorer.choices import reason_against
from softgrad.explorer.python_code import program, spelled
from softgrad.explorer.state import read_numbers
from softgrad.layer import OutputLayer

REACH = 6.0
MOST = 6
USUAL = "cross_entropy,focal,squared_error,hinge"
_STEPS = 120
# The first that a loss goes with: probabilities where it wants them, else scores as they are.
_ACTIVATIONS = ("softmax", "log_softmax", "identity")


def margins(query: Mapping[str, str]) -> dict[str, Any]:
    """Curves of `losses=focal,hinge` over margins from -6 to 6, and numbers at `margin`.

    Of two classes with logits (m/2, -m/2) the first is true; derivatives are by m.

    Raises:
        SoftgradError: a name is none of the losses that can be drawn.
    """
    names = list(dict.fromkeys(filter(None, query.get("losses", USUAL).split(","))))
    known = choices_of_losses()
    unknown = [name for name in names if name not in known]
    if unknown or len(names) > MOST:
        raise ParameterError(
            f"losses is {','.join(names)[:80]!r}; expected up to {MOST} of {', '.join(known)}"
        )
    at = float(read_numbers(query.get("margin", "0"), "margin")[0])
    place = np.linspace(-REACH, REACH, _STEPS + 1)
    return {
        "margins": place,
        "choices": list(known),
        "at": at,
        "losses": [
            {
                "name": name,
                "with": known[name],
                "curves": dict(zip(_CURVES, _curves(name, tuple(place.tolist())), strict=True)),
                "at": dict(zip(_CURVES, (one[0] for one in _curves(name, (at,))), strict=True)),
            }
            for name in names
        ],
        "code": _code(names, known, at),
    }


_CURVES = ("value", "slope", "curvature")


@lru_cache(maxsize=1)
def choices_of_losses() -> dict[str, str]:
    """The losses that a margin decides, each with the activation that it is drawn with."""
    found: dict[str, str] = {}
    for name, kind in catalogue.LOSSES.items():
        for activation in _ACTIVATIONS:
            if _is_of_margins(kind(), activation):
                found[name] = activation
                break
    return found


def _is_of_margins(loss: RowLoss, activation: str) -> bool:
    if loss.target_kind in ("row", "bounds"):
        return False
    if activation == "identity" and loss.target_kind == "entries":
        return False  # values against targets: where they lie counts, not how far apart
    if reason_against(catalogue.ACTIVATIONS[activation](), loss, 2):
        return False
    even = OutputLayer(activation, loss).value(np.zeros(2), np.asarray(0))
    return bool(np.isfinite(even))  # a label is infinitely far for reverse KL


@lru_cache(maxsize=256)
@np.errstate(all="ignore")
def _curves(name: str, place: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss, its derivative and its second derivative by the margin."""
    layer = OutputLayer(choices_of_losses()[name], name)
    direction = np.array([0.5, -0.5])
    z = np.asarray(place)[:, None] * direction
    labels = np.zeros(len(place), dtype=np.int64)
    values, gradient = layer.value_and_gradient(z, labels)
    bend = layer.hvp(z, labels, np.broadcast_to(direction, z.shape))
    return np.asarray(values), np.asarray(gradient) @ direction, np.asarray(bend) @ direction


def _code(names: list[str], known: Mapping[str, str], at: float) -> str:
    losses = [catalogue.LOSSES[name]() for name in names]
    pairs = ", ".join(f"({known[one.name]!r}, {spelled(one)})" for one in losses)
    lines = (
        f"margin = {at!r}",
        "direction = np.array([0.5, -0.5])  # z_0 - z_1 is the margin",
        "z, label = margin * direction, np.array(0)",
        f"for activation, loss in [{pairs}]:",
        "    layer = sg.OutputLayer(activation, loss)",
        "    value, gradient = layer.value_and_gradient(z, label)",
        "    slope = gradient @ direction",
        "    curvature = layer.hvp(z, label, direction) @ direction",
        "    print(loss, value, slope, curvature)",
    )
    return program(lines, *losses)
