"""Random weights whose outputs keep the size of their inputs from layer to layer."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.contracts import Activation

Initialisation = Literal["auto", "he", "glorot", "lecun"]


def initial_weights(
    inputs: int,
    outputs: int,
    rule: Initialisation,
    following: Activation | None,
    rng: np.random.Generator,
) -> Array:
    """Normal weights of shape (inputs, outputs) and mean 0.

    Their variance is 1 / inputs ("lecun": LeCun, Bottou, Orr and Mueller 1998), 2 / (inputs +
    outputs) ("glorot": Glorot and Bengio 2010) or gain / inputs ("he": He et al. 2015). "auto" is
    He's before an activation that grows without bound, entry by entry, and Glorot's otherwise.
    """
    if rule == "auto":
        rule = "he" if following is not None and _is_unbounded(following) else "glorot"
    variance = {
        "lecun": 1.0 / inputs,
        "glorot": 2.0 / (inputs + outputs),
        "he": _gain(following) / inputs,
    }[rule]
    return rng.normal(0.0, math.sqrt(variance), (inputs, outputs))


def _is_unbounded(activation: Activation) -> bool:
    return not activation.rowwise and float(activation([100.0])[0]) > 10.0


def _gain(activation: Activation | None) -> float:
    """1 / E[a(Z)²] for a standard normal Z: 2 for relu, as in He et al.; 1 for selu.

    The expectation is an integral over ±8 by the trapezoidal rule, which a normal density makes
    accurate to many digits for smooth a, and to 1e-6 where a has a kink at a node.
    """
    if activation is None or activation.rowwise:
        return 2.0
    z = np.linspace(-8.0, 8.0, 1601)
    density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    second_moment = float(np.sum(np.square(activation(z)) * density) * 0.01)
    return 1.0 / second_moment if second_moment > 0.0 else 2.0
