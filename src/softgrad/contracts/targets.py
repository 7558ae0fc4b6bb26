"""What a target may be, and how it becomes one number an entry. Never guessed from the dtype."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import (
    Array,
    Like,
    Namespace,
    as_given,
    as_like,
    brought_to,
    is_known,
    is_traced,
    namespace_of,
)
from softgrad.arrays.places import places
from softgrad.errors import TargetError

TargetKind = Literal["entries", "classes", "labels", "row", "bounds"]

TARGETS_IN_WORDS: Mapping[TargetKind, str] = {
    "entries": "one number an entry, or labels",
    "classes": "labels, or a distribution",
    "labels": "labels, or one-hot rows",
    "row": "one observed value a row",
    "bounds": "a lower and an upper bound a row",
}


class Target:
    """A target in canonical shape.

    Attributes:
        labels: the integer labels, shape (...), where the target was given so.
        ignored: bool, shape (...): rows whose label is the ignored one; None where none can be.
    """

    def __init__(
        self,
        dense: Callable[[], Array],
        labels: Array | None = None,
        ignored: Array | None = None,
    ) -> None:
        self._dense = dense
        self.labels = labels
        self.ignored = ignored

    @cached_property
    def entries(self) -> Array:
        """One number an entry, shape (..., n); one-hot rows where labels were given.

        Of bounds there are two a row, shape (..., 2), however many entries it has.
        """
        return self._dense()


def read_target(
    target: Any, like: Like, layout: Layout, kind: TargetKind, ignore_label: int | None = None
) -> Target:
    """Read `target` for predictions of `layout`.

    The prediction's shape means one target an entry; that shape without the class axis means
    class labels (integers) or, for losses of one observation a row, values. For losses of bounds
    it is that shape and an axis of two, the lower and the upper one.

    Raises:
        TargetError: any other shape, labels that are no integers or out of range, or soft
            targets where a loss is defined for labels alone.
    """
    xp = like.xp
    try:
        array = as_given(target, "target")
    except ValueError as error:
        raise TargetError(f"target is not a rectangular array: {error}") from None
    shape, rows = tuple(array.shape), layout.batch_shape
    if kind == "row":
        if shape != rows:
            raise TargetError(
                f"target has shape {shape}; this loss takes one observed value a row, "
                f"shape {rows}, for predictions of shape {layout.shape}"
            )
        values = as_like(array, like, "target")
        return Target(lambda: xp.broadcast_to(values[..., None], (*rows, layout.classes)))
    if kind == "bounds":
        if shape != (*rows, 2):
            raise TargetError(
                f"target has shape {shape}; this loss takes a lower and an upper bound a row, "
                f"shape {(*rows, 2)}, for predictions of shape {layout.shape}"
            )
        bounds = as_like(array, like, "target")
        return Target(lambda: bounds)
    if shape == layout.shape:
        if str(array.dtype) in ("bool", "torch.bool"):
            array = namespace_of(array).astype(array, namespace_of(array).int8)
        entries = layout.enter(xp, as_like(array, like, "target"))
        if kind == "labels":
            _check_one_hot(entries, like)
        return Target(lambda: entries)
    integral = namespace_of(array).isdtype(array.dtype, "integral")
    if shape == rows and integral:
        return _labelled(array, like, layout, ignore_label)
    reason = f", and dtype {array.dtype} is no integer dtype" if shape == rows else ""
    raise TargetError(
        f"target has shape {shape}{reason}; for predictions of shape {layout.shape} expected "
        f"the same shape (one target an entry) or integer labels of shape {rows}"
    )


def _labelled(array: Any, like: Like, layout: Layout, ignore_label: int | None) -> Target:
    xp = like.xp
    labels = brought_to(like, array)
    n = layout.classes
    if n == 1:
        raise TargetError(
            f"target has shape {tuple(labels.shape)}, labels, for predictions of shape "
            f"{layout.shape}: one class leaves nothing to name. For one score a row use axis=() "
            f"with both of one shape, or give the target the shape {layout.shape}"
        )
    ignored = None if ignore_label is None else labels == ignore_label
    bad = (labels < 0) | (labels >= n)
    if ignored is not None:
        bad = bad & ~ignored
    if is_known(xp.any(bad)):
        _raise_bad_label(xp, labels, bad, n)

    def one_hot() -> Array:
        # In 32 bits, as many at a time as there are of float32.
        short = xp.astype(labels, xp.int32)
        hot = xp.astype(places(xp, n, labels, xp.int32) == short[..., None], like.dtype)
        if not is_traced(bad):
            return hot
        # A label that could not be looked at, and is out of range, is no silent 0.
        return hot + xp.where(bad, xp.nan, xp.zeros_like(hot[..., 0]))[..., None]

    return Target(one_hot, labels, ignored)


def _raise_bad_label(xp: Any, labels: Array, bad: Array, n: int) -> None:
    label, row = place_of_first(xp, bad, labels)
    raise TargetError(f"label {int(label)}{at_row(row)} is out of range: there are {n} classes")


def at_row(row: Sequence[int]) -> str:
    """The row in words, " at row 3" or " at row (0, 3)"; nothing where there is one row alone."""
    return f" at row {row[0] if len(row) == 1 else tuple(row)}" if row else ""


def at_entry(place: Sequence[int], classes: int) -> str:
    """The row and, where it has more than one, the entry of an index into (..., classes)."""
    *row, entry = place
    return at_row(row) + (f", entry {entry}" if classes > 1 else "")


def place_of_first(xp: Namespace, bad: Array, numbers: Array) -> tuple[Any, list[int]]:
    """The first of the `numbers` that is marked as bad, and its index."""
    rest = int(xp.argmax(xp.reshape(xp.astype(bad, xp.int8), (-1,))))
    number = xp.reshape(numbers, (-1,))[rest]
    place: list[int] = []
    for size in reversed(tuple(bad.shape)):
        place.insert(0, rest % size)
        rest //= size
    return number, place


def _check_one_hot(entries: Array, like: Like) -> None:
    xp = like.xp
    fine = xp.all((entries == 0) | (entries == 1)) & xp.all(xp.sum(entries, axis=-1) == 1)
    if is_known(~fine):
        raise TargetError(
            "this loss is defined for class labels; target rows must be one-hot "
            "(a soft or smoothed target has no label)"
        )
