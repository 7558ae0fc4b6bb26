"""The training curve that a gradient without the cells off the diagonal spoils."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from softgrad.contracts import Activation, RowLoss
from softgrad.explorer.choices import reason_against
from softgrad.explorer.state import read_state
from softgrad.explorer.upstream import Way, way_to_upstream
from softgrad.layer import OutputLayer

STEPS = 120
ROWS = 90
# Losses have slopes of many sizes: both curves run with the step that serves the right one best.
_RATES = (2.0, 0.5, 0.1, 0.02)


def training(query: Mapping[str, str]) -> dict[str, Any]:
    """Mean losses of two runs of gradient descent on one small problem, step by step.

    Raises:
        SoftgradError: there is no such state.
    """
    state = read_state(query)
    reason = reason_against(state.activation, state.loss, len(state.logits))
    if reason:
        return {"reason": f"{state.loss.name} {reason}."}
    if state.loss.target_kind in ("row", "bounds"):
        return {"reason": f"{state.loss.name} takes no labels, which the small problem has."}
    return _curves(state.activation, state.loss, len(state.logits))


@lru_cache(maxsize=256)
def _curves(activation: Activation, loss: RowLoss, classes: int) -> dict[str, Any]:
    way = way_to_upstream(OutputLayer(activation, loss), np.linspace(-0.4, 0.5, classes))
    if way is None:
        return {"reason": "There is no upstream gradient here."}
    runs = {rate: _losses(activation, loss, classes, rate, None) for rate in _RATES}
    rate = min(runs, key=lambda one: runs[one][-1] if np.isfinite(runs[one][-1]) else np.inf)
    full, diagonal_only = runs[rate], _losses(activation, loss, classes, rate, way)
    words = (
        f"A linear map of two inputs into {classes} overlapping classes of different sizes, {ROWS} "
        f"rows, {STEPS} steps of size {rate:g}. It ends at {full[-1]:.3g} with the whole Jacobian, "
        f"at {diagonal_only[-1]:.3g} with its diagonal alone."
    )
    return {"full": full, "diagonal_only": diagonal_only, "words": words}


@np.errstate(all="ignore")
def _losses(
    activation: Activation, loss: RowLoss, classes: int, rate: float, diagonal: Way | None
) -> list[float]:
    """The mean loss before each step; with the diagonal alone where its way to g is given."""
    inputs, labels = _problem(classes)
    layer = OutputLayer(activation, loss)
    weights = np.random.default_rng(1).normal(size=(inputs.shape[1], classes)) * 0.1
    found: list[float] = []
    for _ in range(STEPS):
        logits = inputs @ weights
        values, gradient = layer.value_and_gradient(logits, labels)
        found.append(float(np.sum(values)) / ROWS)
        if diagonal is not None:
            output, jacobian = activation.linearize(logits)
            gradient = jacobian.diagonal() * diagonal.asked(loss, np.asarray(output), labels)
        weights = weights - rate * (inputs.T @ gradient) / ROWS
    return found


@lru_cache(maxsize=8)
def _problem(classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs of shape (90, 3), the last of them 1, and labels: the first class is most common."""
    random = np.random.default_rng(0)
    shares = 1.0 / np.arange(1.0, classes + 1.0)
    labels = random.choice(classes, size=ROWS, p=shares / np.sum(shares))
    angles = 2.0 * np.pi * np.arange(classes) / classes
    centres = 1.2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = centres[labels] + random.normal(size=(ROWS, 2))
    return np.hstack([points, np.ones((ROWS, 1))]), labels
