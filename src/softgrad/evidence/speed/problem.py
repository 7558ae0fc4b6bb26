"""The arrays that a work is done on: the same for every library, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softgrad.catalogue import find_activation
from softgrad.evidence.speed.dtypes import numpy_dtype
from softgrad.evidence.speed.task import TargetKind, Task
from softgrad.evidence.speed.works import Work


class Problem:
    """A work with its arrays.

    Args:
        work: what is measured.
        threads: how many of them each library that can be told shall use.

    Logits and directions are normal, labels uniform, distributions the softmax of normal logits.
    """

    def __init__(self, work: Work, threads: int) -> None:
        self.work = work
        self.threads = threads

    @cached_property
    def z(self) -> NDArray[Any]:
        """Logits, of the work's shape, dtype and order."""
        return self._normal(seed=0)

    @cached_property
    def g(self) -> NDArray[Any]:
        """What a vjp pulls back, like z."""
        return self._normal(seed=1)

    @cached_property
    def v(self) -> NDArray[Any]:
        """The direction of a jvp or hvp, like z."""
        return self._normal(seed=2)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Classes, shape (rows,)."""
        rows, classes = self.work.shape
        return np.random.default_rng(3).integers(0, classes, rows)

    @cached_property
    def distributions(self) -> NDArray[Any]:
        """Positive probabilities, each row summing to 1, like z."""
        weights = np.exp(self._normal(seed=4))
        totals = np.sum(weights, axis=-1, keepdims=True, dtype=np.float64)
        return (weights / totals).astype(weights.dtype)

    @cached_property
    def coins(self) -> NDArray[Any]:
        """Entries that are 0 or 1, like z."""
        return (self._normal(seed=5) > 0).astype(self.z.dtype)

    def inputs(self, task: Task) -> tuple[NDArray[Any], ...]:
        """What the task is a function of, logits first; then g, v or the target."""
        if task.quantity == "value":
            return (self.z,)
        if task.quantity in ("vjp", "value_and_vjp"):
            return (self.z, self.g)
        if task.quantity == "jvp":
            return (self.z, self.v)
        if task.quantity == "hvp":
            return (self.z, self._target(task) if task.loss else self.g, self.v)
        return (self.z, self._target(task))

    def traffic(self) -> int:
        """The bytes that must be read and written at the least: all inputs and all results."""
        task = self.work.task
        return sum(array.nbytes for array in self.inputs(task)) + task.written * self.z.nbytes

    def _target(self, task: Task) -> NDArray[Any]:
        makers: dict[TargetKind, Callable[[], NDArray[Any]]] = {
            "labels": lambda: self.labels,
            "distributions": lambda: self.distributions,
            "coins": lambda: self.coins,
            "chances": lambda: 1.0 / (1.0 + np.exp(self._normal(seed=8))),
            "attained": lambda: find_activation(task.activation)(self._normal(seed=6)),
            "logarithms": lambda: np.log(self.distributions),
            "observations": lambda: self._normal(seed=7)[:, 0].copy(),
        }
        return makers[task.target]()

    def _normal(self, seed: int) -> NDArray[Any]:
        random = np.random.default_rng(seed)
        kind = np.float64 if self.work.dtype == "float64" else np.float32
        drawn = random.standard_normal(self.work.shape, dtype=kind)
        return np.asarray(drawn, dtype=numpy_dtype(self.work.dtype), order=self.work.order)
