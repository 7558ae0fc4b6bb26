"""Layers with a derivative by each argument.

`affine_forward(x, w, b)` gives (out, cache), and `affine_backward(dout, cache)` the rest; a cell's
`forward(x, h)` gives the next state, and its `backward(dh)` the derivatives by both.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.parameters.arguments import inputs, values_for
from softgrad.checking.parameters.partial_pair import PartialPair
from softgrad.checking.parameters.passes import Passes, Run
from softgrad.checking.parameters.returned import by_names, result_names
from softgrad.checking.parameters.shapes import OUTPUTS
from softgrad.errors import ParameterError


class Layer:
    """Two passes with arguments on which they run.

    Args:
        passes: the two.
        arguments: of the forward pass.
        result_names: what the backward pass calls what it returns.
    """

    def __init__(
        self, passes: Passes, arguments: dict[str, Any], result_names: tuple[str, ...]
    ) -> None:
        self.passes, self.arguments = passes, arguments
        self._result_names = result_names

    @property
    def has_all_shapes(self) -> bool:
        """Whether each gradient has the shape of what it is the derivative by."""
        found = self.at_once()
        return all(one.shape == np.shape(self.arguments[name]) for name, one in found.items())

    def run(self, **changed: Any) -> Run:
        """A forward pass, with some arguments changed."""
        return self.passes.run({**self.arguments, **changed})

    def gradients(self, upstream: Numbers, **changed: Any) -> dict[str, Numbers]:
        """What the backward pass gives, by the argument that it is the derivative by."""
        given = {**self.arguments, **changed}
        run = self.passes.run(given)
        returned = self.passes.gradients(run, upstream, given)
        real = {name: one for name, one in given.items() if _is_real(one)}
        arrays = {name: one for name, one in real.items() if np.ndim(one)}
        found = by_names(returned, real, self._result_names)
        # Of a number among arrays, such as a slope, there may be no derivative.
        is_whole = len(found) == _count(returned)
        return found if is_whole else by_names(returned, arrays, self._result_names)

    def at_once(self) -> dict[str, Numbers]:
        """The gradients at the arguments themselves, with some upstream gradient."""
        y = self.run().joined
        return self.gradients(np.linspace(0.5, 1.5, y.size).reshape(y.shape))

    def pair(self, name: str) -> PartialPair:
        """The layer as a function of one of its arguments."""
        is_loss = not self.passes.upstreams

        def function(value: Any) -> Numbers:
            return self.run(**{name: value}).joined

        def gradient(value: Any) -> Numbers:
            return self.gradients(np.ones(()), **{name: value})[name]

        def product(value: Any, upstream: Numbers) -> Numbers:
            return self.gradients(upstream, **{name: value})[name]

        point = np.asarray(self.arguments[name], dtype=np.float64)
        if is_loss:
            return PartialPair(name, f"d{name}", function, gradient, point, "gradient")
        return PartialPair(name, f"d{name}", function, product, point)


def layer_of(
    passes: Passes, x: Numbers, backward: Callable[..., Any], hidden: int = OUTPUTS
) -> Layer:
    """The passes with arguments on which both run.

    Args:
        passes: the two.
        x: the input that is tried first.
        backward: whose source names what it returns.
        hidden: how many outputs.

    Raises:
        ParameterError: if none are found.
    """
    failures: list[str] = []
    second: Layer | None = None
    told = result_names(backward)
    for point in inputs(x):
        for beside in values_for(list(passes.names[1:]), point, hidden):
            layer = Layer(passes, {passes.names[0]: point, **beside}, told)
            try:
                runs = _is_finite(layer.run()) and bool(layer.at_once())
            except Exception as error:  # of other shapes it may run
                failures.append(f"{type(error).__name__}: {error}")
                continue
            if runs and layer.has_all_shapes:
                return layer
            second = second or (layer if runs else None)
    if second is not None:
        return second
    last = failures[-1] if failures else "it takes no other arrays"
    raise ParameterError(f"no arguments were found on which both run: {last}")


def by_arguments(
    forward: Callable[..., Any], backward: Callable[..., Any], x: Numbers
) -> Iterator[PartialPair]:
    """A pair for each array argument that the backward pass gives a derivative by.

    Args:
        forward: of an input and other arrays, to a result, or to results and a cache.
        backward: of what comes from upstream and the cache, or the arguments; gives one array
            an argument, in their order, or a dictionary of those.
        x: the input that is tried first.

    Raises:
        ParameterError: if no arguments are found on which both run.
    """
    names = (needed_by(forward), needed_by(backward), result_names(forward))
    passes = Passes(lambda: (forward, backward), *names)
    layer = layer_of(passes, x, backward)
    found = layer.at_once()
    if not passes.upstreams and len(found) < 2:
        return  # of two arguments, a loss's gradient may be by either
    yield from (layer.pair(name) for name in found)


def needed_by(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what a function cannot do without."""
    if isinstance(function, partial) or not callable(function):
        return ()
    parameters = inspect.signature(function).parameters.values()
    starred = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(p.name for p in parameters if p.default is p.empty and p.kind not in starred)


def _is_real(value: Any) -> bool:
    return isinstance(value, float | np.ndarray) and np.asarray(value).dtype.kind in "fc"


def _is_finite(run: Run) -> bool:
    return all(bool(np.all(np.isfinite(one))) for one in run.results)


def _count(returned: Any) -> int:
    if isinstance(returned, tuple | list | dict):
        parts = cast("tuple[Any, ...]", returned)
        return sum(one is not None for one in parts)
    return 1
