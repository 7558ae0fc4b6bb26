"""The table of work: what is measured at which shape, and the goals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

from softgrad.evidence.speed.goals import FasterThan, FasterThanBest, Goal, ShareOfCopy, Within
from softgrad.evidence.speed.task import TargetKind, Task

Dtype = Literal["float32", "float64"]
Order = Literal["C", "F"]

QUICK_ENTRIES = 100_000

CROSS_ENTROPY = Task("value_and_gradient", "softmax", "cross_entropy")
CURVATURE = Task("gradient_and_hessian", "softmax", "cross_entropy")

_OTHER_PAIRS: tuple[tuple[str, str, TargetKind], ...] = (
    ("softmax", "squared_error", "labels"),
    ("softmax", "focal", "labels"),
    ("softmax", "kl_divergence", "distributions"),
    ("softmax", "generalised_cross_entropy", "labels"),
    ("sparsemax", "fenchel_young", "labels"),
    ("sigmoid", "cross_entropy", "coins"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A task at a shape.

    Attributes:
        task: what is computed.
        shape: of the logits, (rows, classes) or (entries,).
        goals: what softgrad asks of itself there.
        dtype: of the logits and everything of their shape.
        order: memory layout of the logits: "C" row by row, "F" class by class.
        reuses: whether results go into memory that is at hand and was written before, for every
            library that can write to such. False: into a new array at each call.
    """

    task: Task
    shape: tuple[int, ...]
    goals: tuple[Goal, ...]
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
    return (*_softmax(), *_curvature(), *_pairs(), *_products(), *_sparse(), *_entries(), *_small())


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
    task = Task("value", "softmax")
    yield Work(task=task, shape=(100_000, 10), goals=(FasterThanBest(2.0),), reuses=False)
    for shape, factor in (((8_192, 1_024), 1.5), ((1_024, 32_768), 1.3)):
        yield Work(task=task, shape=shape, goals=(FasterThanBest(factor), ShareOfCopy(0.75)))


def _curvature() -> Iterator[Work]:
    shapes = (((1_000_000, 3), 4.0), ((1_000_000, 10), 5.0), ((100_000, 100), 4.0))
    dtypes: tuple[tuple[Dtype, float], ...] = (("float32", 1.0), ("float64", 0.5))
    orders: tuple[Order, ...] = ("C", "F")
    for dtype, part in dtypes:
        for shape, factor in shapes:
            goals = (
                FasterThanBest(part * factor),
                FasterThan("sklearn", part * 10.0),
                FasterThan("numpy", part * 20.0),
            )
            for order in orders:
                yield Work(task=CURVATURE, shape=shape, goals=goals, dtype=dtype, order=order)


def _pairs() -> Iterator[Work]:
    for shape, factor in (((1_000_000, 10), 5.0), ((8_192, 1_000), 3.0), ((256, 131_072), 6.0)):
        yield Work(task=CROSS_ENTROPY, shape=shape, goals=(FasterThanBest(factor),))
    for activation, loss, target in _OTHER_PAIRS:
        task = Task("value_and_gradient", activation, loss, target)
        for shape, factor in (((1_000_000, 10), 4.0), ((8_192, 1_000), 2.5)):
            goals = (FasterThanBest(factor), Within(CROSS_ENTROPY, 1.5))
            yield Work(task=task, shape=shape, goals=goals)


def _products() -> Iterator[Work]:
    yield Work(task=Task("vjp", "softmax"), shape=(8_192, 1_000), goals=(FasterThanBest(1.5),))
    yield Work(task=Task("jvp", "softmax"), shape=(8_192, 1_000), goals=(FasterThanBest(2.0),))
    yield Work(task=Task("hvp", "softmax"), shape=(8_192, 1_000), goals=(FasterThanBest(3.0),))


def _sparse() -> Iterator[Work]:
    for activation in ("sparsemax", "entmax"):
        for shape in ((8_192, 1_000), (512, 32_768)):
            goals = (FasterThan("entmax", 25.0),)
            yield Work(task=Task("value", activation), shape=shape, goals=goals)


def _entries() -> Iterator[Work]:
    for activation in ("gelu", "silu", "mish", "sigmoid"):
        yield Work(
            task=Task("value", activation), shape=(10_000_000,), goals=(FasterThanBest(1.2),)
        )
        yield Work(task=Task("vjp", activation), shape=(10_000_000,), goals=(FasterThanBest(1.2),))


def _small() -> Iterator[Work]:
    """Ten numbers: what a call costs before it computes."""
    dtypes: tuple[Dtype, ...] = ("float64", "float32")
    for dtype in dtypes:
        for task in (Task("value", "softmax"), CROSS_ENTROPY):
            yield Work(task=task, shape=(1, 10), goals=(FasterThanBest(1.5),), dtype=dtype)
