"""Works that are done at once, and peers made of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

import softgrad as sg
from softgrad.evidence.speed import Call, Effort, Peer, Problem, Task, Work

ONCE = Effort(repeats=1, patience=0.0)
SOFTMAX = Work(task=Task("value", "softmax"), shape=(4, 5))


def tiny(work: Work) -> Work:
    """A few rows of a few classes."""
    return replace(work, shape=(6, *(min(classes, 12) for classes in work.shape[1:])))


def peer_of(name: str, *functions: Callable[[Any], Any]) -> Peer:
    """A peer whose ways of doing softmax are these functions of the logits."""

    def calls(problem: Problem) -> Iterator[Call]:
        for k, function in enumerate(functions):
            yield Call(lambda f=function: (f(problem.z),), f"way {k}" if k else "")

    return Peer(name, ("numpy",), calls)


def right(z: np.ndarray) -> np.ndarray:
    return sg.softmax(z)


def wrong(z: np.ndarray) -> np.ndarray:
    """Over the wrong axis."""
    return sg.softmax(z, axis=0)
