"""Is the gradient right? Every parameter's, against extrapolated central differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import CapabilityError, TrainingError
from softgrad.nn.layers import ActivationLayer
from softgrad.nn.model import Model

# Large steps leave the neighbourhood and may cross a kink, small ones drown in rounding errors.
_STEPS = (2e-3, 2e-4, 2e-5, 2e-6)
# D(h) and D(h/2) must agree to this share of the largest entry. A step that crosses a kink with its
# last few per cent disagrees by little, and its error is as large: so well below the tolerance.
_SETTLED = 1e-8
# Entries computed at once, so that memory does not grow with the number of parameters.
_ENTRIES = 1 << 20


@dataclass(frozen=True)
class GradientReport:
    """How far a network's gradient is from finite differences, in float64.

    The error of one entry is its difference divided by the largest entry of that parameter's
    gradient (an entry that is 0 by accident has no relative error of its own).

    Attributes:
        largest_relative_error: over all parameters.
        worst: name and index of that entry, such as "layers.0.weights[3, 1]".
        analytic, numeric: its two values.
        parameters: how many were compared.
        rows: how many rows of data the loss was summed over.
        by_parameter: the largest error of each parameter by name.
        tolerance: what `passed` asks for.
    """

    largest_relative_error: float
    worst: str
    analytic: float
    numeric: float
    parameters: int
    rows: int
    by_parameter: dict[str, float] = field(repr=False)
    tolerance: float = 1e-6

    @property
    def passed(self) -> bool:
        """Whether the largest error is below the tolerance."""
        return self.largest_relative_error <= self.tolerance

    def __str__(self) -> str:
        verdict = "verified" if self.passed else f"WRONG at {self.worst}"
        return (
            f"gradient {verdict}: {self.parameters} parameters, largest relative error "
            f"{self.largest_relative_error:.1e} against central differences in float64"
        )


def check_gradient(network: Model, X: Any, y: Any, rows: int) -> GradientReport:
    """Compare them all, over the first `rows` rows.

    Raises:
        CapabilityError: what the network computes is no derivative (straight-through), or is
            another one at every call (fresh noise), so that differences say nothing about it.
    """
    data, targets = network.read(X, y)
    _require_a_derivative(network, data[:rows])
    data, target = data[:rows].astype(np.float64), targets.array[:rows]
    parameters = network.parameters.astype(np.float64)
    output, layout = network.output, network.layout

    def loss(stack: Array) -> Array:
        """The summed loss for each vector of a stack."""
        logits = network.forward(data, stack)
        if output.settings.get("axis", -1) not in (-1, ()):  # a row goes through the batch
            return np.array([float(output.value(z, target, reduction="sum")) for z in logits])
        many = np.broadcast_to(target, (stack.shape[0], *target.shape))
        values = output.value(logits, many, reduction="none")
        return values.reshape(stack.shape[0], -1).sum(axis=1)

    with np.errstate(all="ignore"):
        value, analytic = network.value_and_gradient(
            data, target, parameters=parameters, reduction="sum"
        )
        if not math.isfinite(value):
            raise TrainingError(f"the loss is {value:g} here, so it has no gradient to compare")
        height = layout.size + data.shape[0] * max(layout.widths)
        numeric = differences(loss, parameters, max(1, _ENTRIES // height))
    return _report(network, analytic, numeric, data.shape[0])


def _require_a_derivative(network: Model, data: Array) -> None:
    hidden = [x.activation for x in network.layers if isinstance(x, ActivationLayer)]
    for activation in (*hidden, network.output.activation):
        if not activation.derivative_is_exact:
            raise CapabilityError(f"that of {activation!r} is a surrogate, not the derivative")
    once, again = network.predict(data), network.predict(data)
    if not np.array_equal(once, again, equal_nan=True):
        raise CapabilityError("an activation draws new noise at every call")


def differences(loss: Callable[[Array], Array], point: Array, at_once: int) -> Array:
    """The derivative of loss by every entry of the point.

    Each is (4 D(h/2) - D(h)) / 3 with D(h) = (loss(x + h) - loss(x - h)) / 2h, whose error is of
    order h⁴. Where D(h/2) and D(h) disagree, as they do across a kink of relu, smaller steps are
    tried, and the one that agrees best is taken.
    """
    size = point.shape[0]
    found, doubt = np.zeros(size), np.full(size, np.inf)
    open_places: Array = np.arange(size, dtype=np.int64)
    for step in _STEPS:
        for start in range(0, open_places.shape[0], at_once):
            places = open_places[start : start + at_once]
            wide, narrow = (_central(loss, point, places, h) for h in (step, step / 2))
            disagreement = np.abs(narrow - wide)
            better = disagreement < doubt[places]
            extrapolated = (4.0 * narrow - wide) / 3.0
            found[places] = np.where(better, extrapolated, found[places])
            doubt[places] = np.where(better, disagreement, doubt[places])
        scale = float(np.max(np.abs(found), initial=0.0))
        open_places = np.flatnonzero(doubt > _SETTLED * scale)
    return found


def _central(loss: Callable[[Array], Array], point: Array, places: Array, h: float) -> Array:
    stack = np.repeat(point[None, :], places.shape[0], axis=0)
    each: Array = np.arange(places.shape[0], dtype=np.int64)
    above, below = point[places] + h, point[places] - h
    stack[each, places] = above
    upper = loss(stack)
    stack[each, places] = below
    return (upper - loss(stack)) / (above - below)


def _report(network: Model, analytic: Array, numeric: Array, rows: int) -> GradientReport:
    layout = network.layout
    errors = np.zeros(layout.size)
    for slot in layout.slots:
        part = slice(slot.start, slot.stop)
        scale = float(np.max(np.abs(numeric[part]), initial=0.0))
        difference = np.abs(analytic[part] - numeric[part])
        errors[part] = difference / scale if scale > 0.0 else difference
    # NaN is the worst of errors.
    place = int(np.argmax(np.where(np.isnan(errors), np.inf, errors)))
    slot = next(s for s in layout.slots if s.start <= place < s.stop)
    index = np.unravel_index(place - slot.start, slot.shape)
    return GradientReport(
        largest_relative_error=float(errors[place]),
        worst=f"{slot.name}[{', '.join(str(int(i)) for i in index)}]",
        analytic=float(analytic[place]),
        numeric=float(numeric[place]),
        parameters=layout.size,
        rows=rows,
        by_parameter={s.name: float(np.max(errors[s.start : s.stop])) for s in layout.slots},
    )
