"""Three classes: the plane of logits and the triangle of probabilities, with a loss over both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from softgrad import catalogue
from softgrad.contracts import Activation, RowLoss
from softgrad.errors import CapabilityError, ParameterError
from softgrad.explorer.choices import reason_against
from softgrad.explorer.python_code import program, spelled
from softgrad.explorer.state import State, read_state
from softgrad.layer import OutputLayer

CLASSES = 3
REACH = 4.0  # how far the plane goes from its middle
_CELLS = 64  # of the contours, along a side
_FINE = 144  # of the regions, whose edges are sharp
_SIDE = 48  # how many small triangles lie along a side of the triangle
_ARROWS = 11

# Class k pulls in this direction of the plane: the first upwards, the others below.
_ANGLES = np.pi * (0.5 + 2.0 * np.arange(CLASSES) / 3.0)
DIRECTIONS = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
_COMPARED = ("softmax", "entmax", "sparsemax")


def landscape(query: Mapping[str, str]) -> dict[str, Any]:
    """The regions of an activation, and a loss over the logits and over the probabilities.

    Raises:
        SoftgradError: there is no such state, or it has another number of classes.
    """
    state = _read_state(query)
    if state.activation.domain.kind != "simplex":
        given = state.activation.domain
        return {"reason": f"{state.activation.name} gives {given}: no points of the triangle."}
    reason = reason_against(state.activation, state.loss, CLASSES)
    if reason:
        return {"reason": f"{state.loss.name} {reason}."}
    target = tuple(np.atleast_1d(state.target).tolist())
    return _landscape(state.activation, state.loss, target if state.target.ndim else target[0])


def points(query: Mapping[str, str]) -> dict[str, Any]:
    """Where softmax, entmax and sparsemax put p at these logits, and on which way there from 0.

    The way is that of z / T as T falls: from the middle of the triangle to a corner, an edge, or a
    place between.

    Raises:
        SoftgradError: there is no such state, or it has another number of classes.
    """
    state = _read_state(query)
    rates = np.geomspace(0.02, 20.0, 60)
    maps = {name: catalogue.ACTIVATIONS[name]() for name in _COMPARED}
    maps[state.activation.name] = state.activation  # with its hyper-parameters
    return {
        "code": _code(state, [one for one in maps.values() if one.domain.kind == "simplex"]),
        "place": DIRECTIONS @ (state.logits - np.mean(state.logits)) * (2.0 / CLASSES),
        "maps": [
            {
                "name": name,
                "text": repr(one),
                "p": one(state.logits),
                "way": _way(one, rates[:, None] * state.logits),
            }
            for name, one in maps.items()
            if one.domain.kind == "simplex"
        ],
    }


def _read_state(query: Mapping[str, str]) -> State:
    state = read_state(query)
    if len(state.logits) != CLASSES:
        raise ParameterError(f"z has {len(state.logits)} numbers; a triangle has {CLASSES} corners")
    return state


def _code(state: State, maps: list[Activation]) -> str:
    lines = [
        f"z = np.array({state.logits.tolist()})",
        f"for activation in [{', '.join(map(spelled, maps))}]:",
        "    print(activation, activation(z))",
    ]
    if reason_against(state.activation, state.loss, CLASSES):
        return program(lines, *maps)
    lines += [
        f"layer = sg.OutputLayer({spelled(state.activation)}, {spelled(state.loss)})",
        f"value, gradient = layer.value_and_gradient(z, np.array({state.target.tolist()}))",
    ]
    return program(lines, *maps, state.activation, state.loss)


def _way(activation: Activation, logits: np.ndarray) -> np.ndarray:
    return np.round(np.asarray(activation(logits)), 4)


@lru_cache(maxsize=64)
@np.errstate(all="ignore")
def _landscape(
    activation: Activation, loss: RowLoss, target: int | tuple[float, ...]
) -> dict[str, Any]:
    goal = np.asarray(target)
    fine = _plane(_CELLS)
    regions, names = _regions(activation, _plane(_FINE) @ DIRECTIONS)
    layer = OutputLayer(activation, loss)
    coarse = _plane(_ARROWS, edge=0.5)
    slopes = layer.gradient(coarse @ DIRECTIONS, _repeated(goal, len(coarse)))
    return {
        "reach": REACH,
        "cells": _CELLS,
        "regions": "".join(map(str, regions.tolist())),  # a digit a cell
        "fine": _FINE,
        "region_names": names,
        "values": np.round(layer.value(fine @ DIRECTIONS, _repeated(goal, len(fine))), 5),
        "arrows": np.round(np.hstack([coarse, -np.asarray(slopes) @ DIRECTIONS.T]), 4),
        "triangle": _triangle(activation, loss, goal),
    }


def _plane(count: int, edge: float = 0.0) -> np.ndarray:
    """Points (x, y) of a square grid, row by row from below, shape (count^2, 2)."""
    side = np.linspace(edge - REACH, REACH - edge, count)
    x, y = np.meshgrid(side, side)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _repeated(target: np.ndarray, rows: int) -> np.ndarray:
    return np.broadcast_to(target, (rows, *target.shape))


def _regions(activation: Activation, logits: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """A number for each point, and what each number means.

    Where p can be 0, by which classes are left; elsewhere by which class leads.
    """
    p = np.asarray(activation(logits))
    if not activation.domain.has_low:
        return np.argmax(p, axis=-1), [f"class {k} leads" for k in range(CLASSES)]
    return np.sum(p > 0, axis=-1) - 1, ["one class is left", "two are left", "all three are left"]


def _triangle(activation: Activation, loss: RowLoss, goal: np.ndarray) -> dict[str, Any]:
    """The loss in the middle of each small triangle, and where a step on the logits moves p."""
    p = _middles(_SIDE)
    told: dict[str, Any] = {"side": _SIDE, "p": np.round(p, 5)}
    try:
        told["values"] = np.round(loss(p, _repeated(goal, len(p))), 5)
        coarse = _middles(_ARROWS)[::2]
        jacobian = activation.jacobian_from_output(coarse)
        slope = loss.gradient(coarse, _repeated(goal, len(coarse)))
        told["arrows"] = np.round(np.hstack([coarse, -(jacobian @ (jacobian.T @ slope))]), 4)
    except CapabilityError:  # of losses of logits, and maps whose output does not tell the logits
        pass
    return told


def _middles(side: int) -> np.ndarray:
    """Middles of the small triangles, upright ones first: barycentric, shape (side^2, 3)."""
    found = [
        (a + shift, b + shift, side - a - b - 2.0 * shift)
        for shift, rows in ((1.0 / 3.0, side), (2.0 / 3.0, side - 1))
        for a in range(rows)
        for b in range(rows - a)
    ]
    return np.asarray(found) / side
