"""A loss's derivative by what comes before the output's activation: `delta(z, a, y)`.

The class of the cost in M. Nielsen, "Neural Networks and Deep Learning" (2015), chapter 3:
`fn(a, y)` and `delta(z, a, y)`, with a = sigmoid(z).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from softgrad.checking.calls.names import role_of
from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.binding import bound
from softgrad.checking.pairing.roles import target_likeness


def of_logits(
    loss: Callable[[Any], Any], derivative: Callable[..., Any], names: list[str], target: Any
) -> Iterator[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]:
    """The loss and its derivative as functions of z, for the activations that may be meant.

    Args:
        loss: of the output a.
        derivative: of z, a and the target.
        names: of its parameters.
        target: for the third.
    """
    targets = [one for one in names if target_likeness(one) > 0]
    roles = {role_of(one): one for one in names if one not in targets[:1]}
    if len(names) != 3 or not targets or set(roles) != {"x", "y"}:
        return
    slope = bound(derivative, {targets[0]: target})
    order = [role_of(one) for one in names if one != targets[0]]
    for told, activation in (("sigmoid", _sigmoid), ("softmax", _softmax), ("tanh", np.tanh)):

        def composed(z: Any, activation: Callable[[Any], Any] = activation) -> Any:
            return loss(activation(z))

        def by_logits(z: Any, activation: Callable[[Any], Any] = activation) -> Any:
            meant = {"x": z, "y": activation(z)}
            return slope(*(meant[str(one)] for one in order))

        yield f", with {roles['y']} = {told}({roles['x']})", composed, by_logits


def _sigmoid(z: Numbers) -> Numbers:
    return 1.0 / (1.0 + np.exp(-z))


def _softmax(z: Numbers) -> Numbers:
    real: Numbers = np.real(z)  # a complex step is a small one
    powers = np.exp(z - np.max(real, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)
