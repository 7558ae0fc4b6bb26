"""The loops that are held to their instructions, one work for each, and the calls of a work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from softgrad.evidence.speed.dtypes import Dtype
from softgrad.evidence.speed.own import OwnCall, own_call
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.task import Task
from softgrad.evidence.speed.works import (
    CROSS_ENTROPY,
    CURVATURE,
    DENSE_LOSSES,
    SECOND_DERIVATIVES,
    SOFT_CROSS_ENTROPY,
    SOFTMAX,
    Work,
)

#: About how many entries the smaller of two calls has. Its results stay in the caches.
ENTRIES = 8_000
#: How many times as many rows the larger one has.
MORE = 3


def _works() -> Iterator[Work]:
    short, long = (1, 10), (1, 1_000)
    for shape in (short, long, (1, 32_768)):
        yield Work(task=SOFTMAX, shape=shape)
    for shape in (short, long):
        yield Work(task=CROSS_ENTROPY, shape=shape)
        for loss in DENSE_LOSSES:
            task = Task("value_and_gradient", "softmax", loss, "distributions")
            yield Work(task=task, shape=shape)
    for classes in (3, 10, 100):
        yield Work(task=CURVATURE, shape=(1, classes))
        yield Work(task=CURVATURE, shape=(1, classes), order="F")
    yield Work(task=CURVATURE, shape=short, dtype="float64")
    for task in (SOFTMAX, CROSS_ENTROPY, SOFT_CROSS_ENTROPY):
        yield Work(task=task, shape=long, dtype="float64")
    for task in (Task("vjp", "softmax"), Task("hvp", "softmax")):
        yield Work(task=task, shape=long)
    for loss, target in SECOND_DERIVATIVES:
        yield Work(task=Task("hvp", "softmax", loss, target), shape=long)
    dtypes: tuple[Dtype, ...] = ("bfloat16", "float16")
    for dtype in dtypes:
        for task in (SOFTMAX, CROSS_ENTROPY, SOFT_CROSS_ENTROPY):
            yield Work(task=task, shape=long, dtype=dtype)
    yield Work(task=Task("value_and_gradient", "sigmoid", "cross_entropy", "coins"), shape=long)
    yield Work(task=Task("value_and_gradient", "sigmoid", "squared_error", "coins"), shape=long)
    yield Work(task=Task("value_and_gradient", "sparsemax", "fenchel_young"), shape=long)
    for activation in ("sparsemax", "entmax"):
        yield Work(task=Task("value", activation), shape=long)
    for activation in ("gelu", "silu", "mish", "sigmoid"):
        yield Work(task=Task("value", activation), shape=(1,))
        yield Work(task=Task("vjp", activation), shape=(1,))


#: By name: a work without its number of rows.
HOT_LOOPS: dict[str, Work] = {
    " ".join((work.title, *map(str, work.shape[1:]), work.dtype, work.order)): work
    for work in _works()
}


def at_two_sizes(work: Work) -> Iterator[tuple[int, OwnCall]]:
    """The number of entries, and the call, of fewer and of more rows."""
    classes = prod(work.shape[1:])
    rows = max(1, ENTRIES // classes)
    for count in (rows, MORE * rows):
        sized = replace(work, shape=(count, *work.shape[1:]))
        yield count * classes, own_call(Problem(sized, threads=1), work.task)
