"""The table of work: what is measured at which shape, and the goals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

from softgrad.evidence.speed.dtypes import Dtype
from softgrad.evidence.speed.task import Quantity, TargetKind, Task

Order = Literal["C", "F"]

QUICK_ENTRIES = 100_000
MANY_ROWS, MANY_CLASSES = (1_000_000, 10), (8_192, 1_000)

CROSS_ENTROPY = Task("value_and_gradient", "softmax", "cross_entropy")
SOFT_CROSS_ENTROPY = Task("value_and_gradient", "softmax", "cross_entropy", "distributions")
CURVATURE = Task("gradient_and_hessian", "softmax", "cross_entropy")
SOFTMAX = Task("value", "softmax")

DENSE_LOSSES = ("cross_entropy", "squared_error", "focal", "kl_divergence")
_OTHER_PAIRS: tuple[tuple[str, str, TargetKind], ...] = (
    ("softmax", "squared_error", "labels"),
    ("softmax", "focal", "labels"),
    ("sparsemax", "fenchel_young", "labels"),
    ("sigmoid", "cross_entropy", "coins"),
)
SECOND_DERIVATIVES: tuple[tuple[str, TargetKind], ...] = (
    ("cross_entropy", "labels"),
    ("squared_error", "distributions"),
    ("focal", "labels"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A task at a shape.

    Attributes:
        task: what is computed.
        shape: of the logits, (rows, classes) or (entries,).
        goal: how many times as fast as the fastest peer softgrad wants to be there.
        dtype: of the logits and everything of their shape.
        order: memory layout of the logits: "C" row by row, "F" class by class.
        reuses: whether results go into memory that is at hand and was written before, for every
            library that can write to such. False: into a new array at each call.
    """

    task: Task
    shape: tuple[int, ...]
    goal: float = 1.0
    dtype: Dtype = "float32"
    order: Order = "C"
    reuses: bool = True

    @property
    def title(self) -> str:
        """The work in words, without shape; new arrays are the exception that is named."""
        return self.task.title if self.reuses else f"{self.task.title}, into a new array"

    @property
    def name(self) -> str:
        """Title, shape, dtype and order, such as "softmax vjp 8192x1000 float32 C"."""
        return f"{self.title} {'x'.join(map(str, self.shape))} {self.dtype} {self.order}"


def all_works() -> tuple[Work, ...]:
    """Every row of the table, in its order."""
    return (
        *_softmax(),
        *_curvature(),
        *_pairs(),
        *_products(),
        *_sparse(),
        *_entries(),
        *_small(),
    )


def quick(work: Work) -> Work:
    """The same work with fewer rows: about `QUICK_ENTRIES` logits, but two rows where it can."""
    classes = prod(work.shape[1:])
    rows = 2 ** max(1, (QUICK_ENTRIES // classes).bit_length() - 1)
    return replace(work, shape=(min(rows, work.shape[0]), *work.shape[1:]))


def matching(works: tuple[Work, ...], patterns: list[str]) -> tuple[Work, ...]:
    """The works whose name contains one of the patterns, whatever their case; all without any."""

    def plain(text: str) -> str:
        """Shapes may be written as they are printed: "8,192 × 1,000"."""
        return re.sub(r"(?<=\d),(?=\d)| ?× ?", _without_comma, text.casefold())

    wanted = [plain(pattern) for pattern in patterns]
    if not wanted:
        return works
    return tuple(work for work in works if any(part in plain(work.name) for part in wanted))


def _without_comma(found: re.Match[str]) -> str:
    return "" if found[0] == "," else "x"


def _softmax() -> Iterator[Work]:
    yield Work(task=SOFTMAX, shape=(100_000, 10), reuses=False)
    for shape in ((8_192, 1_024), MANY_CLASSES):
        yield Work(task=SOFTMAX, shape=shape, goal=1.1)
    yield Work(task=SOFTMAX, shape=(1_024, 32_768), goal=1.25)
    for entries in (10_000_000, 4_000_000):
        yield Work(task=SOFTMAX, shape=(1, entries))
    yield from _other_dtypes(SOFTMAX)


def _other_dtypes(task: Task) -> Iterator[Work]:
    yield Work(task=task, shape=MANY_CLASSES, goal=1.3, dtype="float64")
    halves: tuple[Dtype, ...] = ("bfloat16", "float16")
    for dtype in halves:
        yield Work(task=task, shape=MANY_CLASSES, dtype=dtype)


def _curvature() -> Iterator[Work]:
    orders: tuple[Order, ...] = ("C", "F")
    for shape in ((1_000_000, 3), MANY_ROWS, (100_000, 100)):
        for order in orders:
            yield Work(task=CURVATURE, shape=shape, order=order)
    for shape in ((1_000_000, 3), MANY_ROWS):
        for order in orders:
            yield Work(task=CURVATURE, shape=shape, goal=1.3, dtype="float64", order=order)


def _pairs() -> Iterator[Work]:
    for shape in (MANY_ROWS, MANY_CLASSES, (256, 131_072)):
        yield Work(task=CROSS_ENTROPY, shape=shape)
    yield from _other_dtypes(CROSS_ENTROPY)
    for loss in DENSE_LOSSES:
        task = Task("value_and_gradient", "softmax", loss, "distributions")
        for shape in (MANY_ROWS, MANY_CLASSES):
            yield Work(task=task, shape=shape, goal=1.3)
        if task == SOFT_CROSS_ENTROPY:
            yield from _other_dtypes(task)
    for activation, loss, target in _OTHER_PAIRS:
        for shape in (MANY_ROWS, MANY_CLASSES):
            task = Task("value_and_gradient", activation, loss, target)
            yield Work(task=task, shape=shape)


def _products() -> Iterator[Work]:
    """The jvp of softmax is its vjp: its Jacobian is symmetric."""
    quantities: tuple[Quantity, ...] = ("vjp", "hvp")
    for quantity in quantities:
        yield Work(task=Task(quantity, "softmax"), shape=MANY_CLASSES)
    for loss, target in SECOND_DERIVATIVES:
        yield Work(task=Task("hvp", "softmax", loss, target), shape=MANY_CLASSES, goal=1.3)


def _sparse() -> Iterator[Work]:
    for activation in ("sparsemax", "entmax"):
        yield Work(task=Task("value", activation), shape=MANY_CLASSES, goal=25.0)


def _entries() -> Iterator[Work]:
    quantities: tuple[Quantity, ...] = ("value", "vjp")
    for activation in ("gelu", "silu", "mish", "sigmoid"):
        for quantity in quantities:
            yield Work(task=Task(quantity, activation), shape=(10_000_000,))


def _small() -> Iterator[Work]:
    """Ten numbers: what a call costs before it computes."""
    dtypes: tuple[Dtype, ...] = ("float64", "float32")
    for dtype in dtypes:
        yield Work(task=SOFTMAX, shape=(1, 10), dtype=dtype)
    yield Work(task=CROSS_ENTROPY, shape=(1, 10))
