"""SciPy: `scipy.special.softmax` and `expit`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.evidence.speed.dtypes import is_half
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem


def _calls(problem: Problem) -> Iterator[Call]:
    task, z = problem.work.task, problem.z
    known = task.quantity == "value" and task.activation in ("softmax", "sigmoid")
    if not known or is_half(problem.work.dtype):
        return
    special: Any = import_module("scipy.special")
    if task.activation == "softmax":  # it has no `out`
        yield Call(lambda: (special.softmax(z, axis=-1),))
    else:
        buffer = np.empty_like(z)
        yield Call(lambda: (special.expit(z, out=buffer),))


PEER = Peer("scipy", ("scipy",), _calls)
