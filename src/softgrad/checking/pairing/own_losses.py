"""Losses of frameworks that bring a backward pass along: `apply(logits, labels)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from softgrad.checking.frameworks import Framework
from softgrad.checking.pairing.points import is_finite_at
from softgrad.checking.pairing.roles import is_mask, setting, target_likeness
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.situations import Situation, situations


class OwnLoss(NamedTuple):
    """A loss of its predictions alone.

    Attributes:
        function: of predictions, with targets and settings held.
        point: predictions.
        told: what the targets are.
    """

    function: Callable[[Any], Any]
    point: Any
    told: str


def target_of(names: list[str]) -> str:
    """The parameter that is a target; "" where there is none, or only a prediction."""
    likely = max(names[:2], key=target_likeness, default="")
    return likely if len(names) > 1 and target_likeness(likely) > 0.0 else ""


def own_losses(
    called: Callable[..., Any], names: list[str], said: str, sample: Sample, framework: Framework
) -> Iterator[OwnLoss]:
    """The loss with targets of the kinds on which it runs, likeliest first.

    Args:
        called: the framework's function.
        names: of its parameters.
        said: its own name.
        sample: of what is made up.
        framework: whose arrays it takes.
    """
    target = target_of(names)
    prediction = next(name for name in names if name != target)
    for situation in situations(f"{said} {' '.join(names)}", sample):
        held = {name: _value(name, target, situation, framework) for name in names}

        def function(x: Any, held: dict[str, Any] = held) -> Any:
            return called(*{**held, prediction: x}.values())

        point = framework.make(situation.x)
        if situation.is_likely and is_finite_at(function, point):
            yield OwnLoss(function, point, f"targets: {situation.name}")


def _value(name: str, target: str, situation: Situation, framework: Framework) -> Any:
    """A target, a mask, or a number."""
    if name == target:
        return framework.make(np.asarray(situation.target))
    if is_mask(name):
        return framework.make(np.ones(np.shape(situation.target)))
    value = setting(name)
    return "mean" if name == "reduction" else 1.5 if value is None else value
