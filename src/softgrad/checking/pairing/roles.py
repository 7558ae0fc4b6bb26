"""What a parameter is, by its name: a target, a prediction, a number that is set once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.checking.pairing.words import any_of, words

_TARGET = any_of(
    "target targets label labels true truth actual actuals expected desired gt correct real "
    "observed reference ground teacher"
)
_PREDICTION = any_of(
    "hat pred preds prediction predictions predicted predict output outputs out prob probs "
    "probability probabilities proba logit logits score scores estimate estimated approx guess "
    "yhat ypred yh aL al activation activations a o p x z s h inputs input"
)

#: Numbers that a function is given beside its arguments, by a word of their names.
_SETTINGS: dict[str, Any] = {
    **dict.fromkeys(("lr", "eta", "rate", "learning"), 0.0),
    **dict.fromkeys(("axis", "dim"), -1),
    **dict.fromkeys(("eps", "epsilon"), 1e-12),
    **dict.fromkeys(
        (
            "alpha",
            "slope",
            "leak",
            "leakiness",
            "lambda",
            "lam",
            "lamda",
            "reg",
            "lambd",
        ),
        0.3,
    ),
    **dict.fromkeys(("temperature", "temp", "tau", "gamma", "beta", "scale", "power"), 1.5),
    **dict.fromkeys(("delta", "margin", "threshold", "thresh"), 1.0),
    **dict.fromkeys(("training", "train", "verbose", "debug", "inplace"), False),
}
#: What code that runs on NumPy and on a GPU calls the one that it is given.
_NAMESPACES = any_of("xp np numpy nx jnp cp cupy backend device lib library namespace ops")
_MASKS = any_of("mask masks weight weights")
_COUNTS = any_of("m n batch samples size count")


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """The positional parameters of a function; None where nobody knows."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one for one in found if one.kind in kinds]


def setting(name: str, *, is_first: bool = False) -> Any:
    """A value for a parameter that is a number, a switch or NumPy by its name; None for others."""
    found = words(name)
    if is_namespace(name):
        return np
    if is_first or not found:
        return None
    return next((_SETTINGS[word] for word in found if word in _SETTINGS), None)


def is_namespace(name: str) -> bool:
    """Whether it stands for a library of arrays, as in `xp.exp(x)`."""
    return not _NAMESPACES.isdisjoint(words(name)[-1:])


def is_mask(name: str) -> bool:
    """Whether it says how much each target counts."""
    return not _MASKS.isdisjoint(words(name))


def is_count(name: str) -> bool:
    """Whether it is a number of rows."""
    found = words(name)
    return bool(found) and found[-1] in _COUNTS


def target_likeness(name: str) -> float:
    """How much a name is that of a target (more than 0) or of a prediction (less)."""
    found = words(name)
    if _TARGET.intersection(found):
        return 3.0
    if {"hat", "pred", "preds", "predicted", "prediction", "predictions"}.intersection(found):
        return -3.0
    if found[-1:] == ("h",) and found[0] == "y":
        return -3.0
    if "".join(found) in ("t", "ts", "yt", "tgt", "targ", "lbl"):
        return 2.5
    if _PREDICTION.intersection(found) or "".join(found) in ("yp", "yhat", "ypred", "al"):
        return -2.0
    if "".join(found) in ("y", "ys", "d", "r", "q"):
        return 1.0
    return 0.0
