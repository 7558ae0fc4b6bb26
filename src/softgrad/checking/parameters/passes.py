"""A forward and a backward pass of several arrays, whatever order and number they come in.

`lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)` gives (next_h, next_c, cache), and its backward
pass takes (dnext_h, dnext_c, cache); a method's keeps the cache in its object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from softgrad.checking.calls.names import role_of
from softgrad.checking.copying import copied
from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.roles import is_count, setting
from softgrad.checking.pairing.words import any_of, words
from softgrad.checking.parameters.gradient_names import gradient_of
from softgrad.errors import ParameterError

Call = Callable[..., Any]

#: Words that begin with a d and are of no derivative.
_ORDINARY = any_of("data dim dims device decay dropout dtype depth dilation delay dist")


@dataclass(frozen=True, slots=True)
class Run:
    """A forward pass that was made.

    Attributes:
        results: what it gave, those that something comes from upstream for.
        cache: what it gave beside them; None for nothing.
        backward: the backward pass that belongs to it.
    """

    results: tuple[Numbers, ...]
    cache: Any
    backward: Call

    @property
    def joined(self) -> Numbers:
        """The results as one array: beside each other, where rows stay rows."""
        if len(self.results) == 1:
            return self.results[0]
        if _are_alike(self.results):
            return np.concatenate(self.results, axis=-1)
        return np.concatenate([one.ravel() for one in self.results])

    def parted(self, joined: Numbers) -> list[Numbers]:
        """An array like `joined` in the shapes of the results."""
        if len(self.results) == 1:
            return [joined.copy()]
        if _are_alike(self.results):
            ends = np.cumsum([one.shape[-1] for one in self.results])[:-1]
            return [part.copy() for part in np.split(joined, ends, axis=-1)]
        ends = np.cumsum([one.size for one in self.results])[:-1]
        parts = np.split(joined, ends)
        return [p.reshape(r.shape) for p, r in zip(parts, self.results, strict=True)]


def _are_alike(results: tuple[Numbers, ...]) -> bool:
    rows = {one.shape[:-1] for one in results}
    return len(rows) == 1 and results[0].ndim > 1


@dataclass(frozen=True, slots=True)
class Passes:
    """The two passes.

    Attributes:
        start: gives the two, of an object of its own where they are methods.
        names: of the parameters that the forward pass needs.
        backward_names: likewise.
        result_names: what the forward pass calls its results, where it says so.
    """

    start: Callable[[], tuple[Call, Call]]
    names: tuple[str, ...]
    backward_names: tuple[str, ...]
    result_names: tuple[str, ...] = ()

    @property
    def upstreams(self) -> tuple[str, ...]:
        """Which parameters of the backward pass take what comes from upstream.

        None of what takes the same arguments as the function: that is a gradient.
        """
        others = [name for name in self.backward_names if name not in self.names]
        return tuple(name for name in others if is_upstream(name)) or tuple(others[:1])

    def run(self, arguments: Mapping[str, Any]) -> Run:
        """A forward pass with these arguments, which stay as they are."""
        forward, backward = self.start()
        found = forward(*copied([arguments[name] for name in self.names]))
        parts = cast("tuple[Any, ...]", found) if isinstance(found, tuple) else (found,)
        places = self._places_of_results(len(parts))
        results = tuple(np.asarray(parts[place]) for place in places)
        if any(one.dtype.kind not in "fc" for one in results):
            raise ParameterError("the forward pass gives no array of real numbers")
        rest = tuple(one for place, one in enumerate(parts) if place not in places)
        return Run(results, rest[0] if len(rest) == 1 else rest or None, backward)

    def _places_of_results(self, count: int) -> list[int]:
        """Those of several results that something comes from upstream for: named so, or first."""
        if count == len(self.result_names):
            named = {gradient_of(one, self.upstreams): n for n, one in enumerate(self.result_names)}
            found = [named[one] for one in self.upstreams if one in named]
            if found and len(found) == len(self.upstreams):
                return found
        return list(range(max(1, min(len(self.upstreams), count))))

    def gradients(self, run: Run, upstream: Numbers, arguments: Mapping[str, Any]) -> Any:
        """What the backward pass returns after a forward pass with these arguments."""
        if not self._is_known(run, arguments):
            raise ParameterError("the backward pass takes what nobody knows")
        given = iter(run.parted(upstream))
        left = iter(copied([one for one in arguments.values() if isinstance(one, np.ndarray)]))
        caches = iter(_parts(run.cache, self._count_of_caches(arguments)))
        found = [self._value(one, run, given, caches, left, arguments) for one in self._plan()]
        return run.backward(*found)

    def _plan(self) -> list[str]:
        """The parameters of the backward pass; "" for the upstream gradient."""
        return ["" if name in self.upstreams else name for name in self.backward_names]

    def _is_known(self, run: Run, arguments: Mapping[str, Any]) -> bool:
        """Whether there is something for every parameter of the backward pass.

        What has no name of the forward pass's is a cache, or all its arrays by place.
        """
        arrays = sum(isinstance(one, np.ndarray) for one in arguments.values())
        others = [name for name in self._plan() if name and name not in arguments]
        others = [name for name in others if role_of(name) != "rate" and setting(name) is None]
        others = [name for name in others if not is_count(name)]
        return run.cache is not None or len(others) in (0, arrays) or len(others) == 1

    def _count_of_caches(self, arguments: Mapping[str, Any]) -> int:
        return sum(bool(name) and name not in arguments for name in self._plan())

    def _value(
        self,
        name: str,
        run: Run,
        upstream: Iterator[Numbers],
        caches: Iterator[Any],
        left: Iterator[Any],
        arguments: Mapping[str, Any],
    ) -> Any:
        if not name:
            return next(upstream)
        if name in arguments:
            return copied(arguments[name])
        role = role_of(name)
        if role == "rate":
            return 0.0
        if role != "cache":
            known = len(arguments) and setting(name)
            rows = len(run.results[0])
            if known is not None or is_count(name):
                return rows if known is None else known
        if run.cache is not None:
            return next(caches)
        return run.results[0].copy() if role == "y" and len(name) > 1 else next(left)


def is_upstream(name: str) -> bool:
    """Whether a parameter takes the derivative by a result: `dout`, `dnext_h`, `grad_c`."""
    if role_of(name) == "vector":
        return True
    first = words(name)[0] if words(name) else ""
    is_ordinary = first in _ORDINARY or name.lower() == "d"
    return first[:1] == "d" and not is_ordinary and role_of(name) != "cache"


def _parts(cache: Any, count: int) -> Sequence[Any]:
    """A cache as it is; its parts, where the backward pass takes each by itself."""
    whole: Any = cache
    parts = cast("tuple[Any, ...]", cache if isinstance(cache, tuple) else ())
    return parts if count == len(parts) > 1 else [whole]
