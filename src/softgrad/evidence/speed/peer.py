"""The contract of a peer: what one file in `peers/` supplies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softgrad.evidence.speed.problem import Problem


@dataclass(frozen=True, slots=True)
class Call:
    """One way to do a work.

    Attributes:
        run: do it once, and return when it is done. Gives the task's results in order.
        form: how it is written, where a library has several ways, such as "autograd".
        read: one of these results as an array of NumPy, to be checked; this is not timed.
    """

    run: Callable[[], tuple[Any, ...]]
    form: str = ""
    read: Callable[[Any], NDArray[Any]] = np.asarray


def _any_threads(_threads: int) -> AbstractContextManager[None]:
    return nullcontext()


def _no_copy(_target: NDArray[Any], _source: NDArray[Any]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Peer:
    """A library, or a way of using one, that softgrad is compared with.

    Attributes:
        name: what users call it, such as "torch.compile".
        packages: the modules that must be installed. None is imported before `calls` is.
        calls: each way in which it does a problem, in the best form that its experts know;
            nothing where it has no such function. Preparation is not timed.
        session: a context in which it uses this many threads, for the time of the whole run.
        copy: how it copies the second array to the first, where it has a copy of its own.
        starts_quickly: False where preparing a call takes seconds: then `--quick` leaves it out
            unless it is asked for.
    """

    name: str
    packages: tuple[str, ...]
    calls: Callable[[Problem], Iterable[Call]]
    session: Callable[[int], AbstractContextManager[None]] = _any_threads
    copy: Callable[[NDArray[Any], NDArray[Any]], Callable[[], object] | None] = _no_copy
    starts_quickly: bool = True

    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [package for package in self.packages if find_spec(package) is None]
