"""What is drawn of an activation or a loss: value, slope and curvature along a line of inputs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from softgrad import OutputLayer
from softgrad.contracts import Activation, RowLoss
from softgrad.contracts.forms import LivesOn

POINTS = 401


class Curves(NamedTuple):
    """Numbers by position; `values` and the derivatives have a column for each output."""

    x: Any
    values: Any
    slopes: Any
    bends: Any
    along: str
    outputs: tuple[str, ...]


def of_activation(kind: type[Activation]) -> Curves:
    """By its logit, or by the first of three logits where a row is taken together."""
    made = kind.examples()[0]
    x = np.linspace(-5.0, 5.0, POINTS)
    if not made.rowwise:
        z, one = x[:, None], np.ones((POINTS, 1))
        columns = made(z), made.jvp(z, one), made.hvp(z, one, one)
        return Curves(x, *columns, "logit z", ("output",))
    z = np.stack([x, np.zeros(POINTS), np.full(POINTS, -1.0)], axis=1)
    first = np.broadcast_to(np.eye(3)[0], z.shape)
    bends = [made.hvp(z, np.broadcast_to(e, z.shape), first)[:, 0] for e in np.eye(3)]
    along = "first logit z₀ of (z₀, 0, -1)"
    names = ("output 0", "output 1", "output 2")
    return Curves(x, made(z), made.jvp(z, first), np.stack(bends, axis=1), along, names)


def of_loss(kind: type[RowLoss]) -> Curves:
    """Along a line of predictions (of logits, for a loss of those), for one target."""
    loss = kind()
    line = _line(loss)
    direction = np.broadcast_to(line.direction, line.rows.shape)
    of: Any = loss
    if loss.lives_on is LivesOn.LOGITS:
        of = OutputLayer("softmax", loss)
    value = of.value if isinstance(of, OutputLayer) else of
    values = value(line.rows, line.target)
    slopes = np.sum(of.gradient(line.rows, line.target) * direction, axis=-1)
    bends = np.sum(direction * (of.hessian(line.rows, line.target) @ direction), axis=-1)
    columns = (each[:, None] for each in (values, slopes, bends))
    return Curves(line.x, *columns, line.along, ("loss",))


class _Line(NamedTuple):
    x: Any
    rows: Any
    direction: Any
    target: Any
    along: str


def _line(loss: RowLoss) -> _Line:
    kinds = {domain.kind for domain in loss.accepts}
    if loss.lives_on is LivesOn.LOGITS:
        x = np.linspace(-5.0, 5.0, POINTS)
        return _labelled(x, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0), "first logit of (z₀, 0, 0), class 0")
    if "simplex" in kinds and "values" not in kinds:
        return _of_probabilities(loss)
    if kinds <= {"coins", "log-coins"}:
        x = _open_interval(0.0, 1.0)
        return _Line(x, x[:, None], np.ones(1), np.ones((POINTS, 1)), "probability p, target 1")
    if loss.targets in ("classes", "labels"):
        x = np.linspace(-3.0, 3.0, POINTS)
        if "log-simplex" in kinds:
            return _labelled(
                _open_interval(-5.0, 0.0), (1.0, 0.0), (0.0, -1.0), "log p of the class"
            )
        return _labelled(x, (1.0, 0.0), (0.0, 0.0), "score of the class, the other's is 0")
    return _of_values(loss)


def _of_probabilities(loss: RowLoss) -> _Line:
    x = _open_interval(0.0, 1.0)
    start, direction = np.array([0.0, 2 / 3, 1 / 3]), np.array([1.0, -2 / 3, -1 / 3])
    rows = start + x[:, None] * direction
    label = np.zeros(POINTS, dtype=np.int64)
    if np.all(np.isfinite(loss(rows, label))):
        return _Line(x, rows, direction, label, "probability p₀ of (p₀, ...), class 0")
    soft = np.broadcast_to([0.6, 0.3, 0.1], rows.shape)
    return _Line(x, rows, direction, soft, "probability p₀ of (p₀, ...), target (0.6, 0.3, 0.1)")


def _of_values(loss: RowLoss) -> _Line:
    low = min(domain.low for domain in loss.accepts if domain.kind == "values")
    x = np.linspace(-3.0, 3.0, POINTS) if low < 0 else _open_interval(0.0, 4.0)
    if loss.targets == "bounds":
        return _Line(x, x[:, None], np.ones(1), np.ones((POINTS, 2)), "log time r, event at 1")
    if loss.targets == "row":
        length = loss.row_length or 2
        rows = np.stack([x, *np.zeros((length - 1, POINTS))], axis=1)
        along = f"first entry of the row ({', '.join(['r₀'] + ['0'] * (length - 1))}), target 0"
        return _Line(x, rows, np.eye(length)[0], np.zeros(POINTS), along)
    if loss.compares_entries or loss.scale_invariant:
        other, target = (1.0, [1.0, 0.0]) if loss.scale_invariant else (0.0, [1.0, -2.0])
        rows = np.stack([x, np.full(POINTS, other)], axis=1)
        along = f"first entry of (r₀, {other:g}), target ({target[0]:g}, {target[1]:g})"
        return _Line(x, rows, np.eye(2)[0], np.broadcast_to(target, rows.shape), along)
    allowed = loss.allowed_targets()
    target = 1.0 if allowed is None or allowed.has(1.0) else -1.0
    along = f"prediction r, target {target:g}"
    return _Line(x, x[:, None], np.ones(1), np.full((POINTS, 1), target), along)


def _labelled(x: Any, direction: Any, start: Any, along: str) -> _Line:
    rows = np.asarray(start) + x[:, None] * np.asarray(direction)
    return _Line(x, rows, np.asarray(direction), np.zeros(POINTS, dtype=np.int64), along)


def _open_interval(low: float, high: float) -> Any:
    """Points inside, the ends left out."""
    width = (high - low) / POINTS
    return np.linspace(low + width, high - width, POINTS)
