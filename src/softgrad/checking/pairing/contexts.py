"""Readings of NumPy functions in PyTorch's manner: `forward(ctx, x)` and `backward(ctx, g)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.maps import where
from softgrad.checking.pairing.points import is_finite_at
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.parameters.arguments import others


class Context:
    """Keeps what a forward pass wants to have kept: any attribute, and saved tensors."""

    def __init__(self) -> None:
        self.saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *kept: Any) -> None:
        """As in PyTorch."""
        self.saved_tensors = kept

    @property
    def saved_values(self) -> tuple[Any, ...]:
        """The same by another name."""
        return self.saved_tensors


def takes_context(function: Callable[..., Any]) -> bool:
    """Whether its first parameter is a context."""
    return (needed(function) or [""])[0] in ("ctx", "context")


def readings_of_context(
    forward: Callable[..., Any], backward: Callable[..., Any], name: str, given: Any, sample: Sample
) -> Iterator[Reading]:
    """A forward pass with a context of its own before each backward pass; by the first array."""

    def of(x: Any, *beside: Any) -> Any:
        return forward(Context(), x, *beside)

    wanted = len(needed(forward) or []) - 2
    for told, x in where(of, given, sample):
        none: list[dict[str, Any]] = [{}]
        several = others(partial(forward, None), x) if wanted > 0 else none
        for one in several:
            beside = tuple(one.values())

            def function(point: Any, beside: tuple[Any, ...] = beside) -> Any:
                return forward(Context(), point, *beside)

            def derivative(point: Any, upstream: Any, beside: tuple[Any, ...] = beside) -> Any:
                context = Context()
                forward(context, point, *beside)
                return backward(context, upstream)

            if not beside or is_finite_at(function, x):
                called = f"{name} after forward"
                yield Reading(function, derivative, x, called, told, is_of_input=True)
                break
