"""What can be chosen: the whole catalogue, and of what cannot be, the reason."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import getdoc
from typing import Any

import numpy as np

from softgrad import catalogue
from softgrad.contracts import Activation, RowLoss
from softgrad.contracts.domains import Domain
from softgrad.errors import SoftgradError
from softgrad.explorer.state import read_activation, read_numbers, shown_parameters
from softgrad.layer import OutputLayer


def choices(query: Mapping[str, str]) -> dict[str, Any]:
    """Every activation, and every loss with why it does not go with the chosen activation."""
    chosen = read_activation(query)
    classes = len(read_numbers(query.get("z", "1,2,3"), "z"))
    activations = [kind() for kind in catalogue.ACTIVATIONS.values()]
    losses = [kind() for kind in catalogue.LOSSES.values()]
    return {
        "activations": [
            _described(one) | {"reason": _random(one), "domain": one.domain.kind}
            for one in activations
        ],
        "losses": [
            _described(one)
            | {"reason": reason_against(chosen, one, classes), "target": one.target_kind}
            for one in losses
        ],
    }


def reason_against(activation: Activation, loss: RowLoss, classes: int) -> str:
    """Why a pair is not shown, in a few words; "" where it is."""
    if not loss.fits(activation):
        if loss.needs_potential and not activation.has_potential:
            return f"{activation.name} is not the gradient of a convex potential"
        wanted = dict.fromkeys(_in_words(domain) for domain in loss.accepts)
        return (
            f"takes {' or '.join(wanted)}; {activation.name} gives {_in_words(activation.domain)}"
        )
    if loss.row_length not in (None, classes):
        return f"takes rows of {loss.row_length}, not of {classes}"
    if loss.target_kind in ("row", "bounds"):
        return ""
    return _refused_at_a_label(activation, loss, classes)


def _refused_at_a_label(activation: Activation, loss: RowLoss, classes: int) -> str:
    target = np.eye(max(classes, 1))[0] if classes == 1 else np.asarray(0)
    try:
        OutputLayer(activation, loss).value(np.zeros(classes), target)
    except SoftgradError as error:
        return " ".join(str(error).split())
    return ""


def _described(made: Activation | RowLoss) -> dict[str, Any]:
    formula = (getdoc(type(made)) or "").partition("\n")[0]
    return {"name": made.name, "formula": formula, "parameters": shown_parameters(made)}


def _random(activation: Activation) -> str:
    return "draws noise anew at every look" if activation.noisy else ""


_WORDS = {
    "simplex": "probabilities of classes",
    "sub-simplex": "probabilities of classes or none",
    "coins": "one probability an entry",
    "log-simplex": "log-probabilities",
    "log-coins": "log-probabilities of coins",
}


def _in_words(domain: Domain) -> str:
    if domain.kind == "simplex":
        return f"{_WORDS['simplex']}{', zeros too' if domain.has_low else ', all positive'}"
    if domain.kind == "values":
        return "any values" if domain.is_everything else f"values in {domain.interval}"
    return _WORDS[domain.kind]
