"""One way to read a pair: what is called as the function, what as its derivative, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """What `check` is given.

    Attributes:
        function: of one argument.
        derivative: of that, or of that and what the checker finds out by itself.
        x: where.
        called: what was called as the derivative, in words.
        beside: what was given beside x, in words; "" for nothing.
        is_of_input: whether the derivative is of the input whatever it is given, since the forward
            pass is made before it.
        limit: what a derivative that is right here alone is right for.
        is_loss: whether the derivative is a gradient, like x.
        is_likely: whether the names speak for it, so that being right so is being right.
        marks: filled while it is called: what else is to be said of it.
    """

    function: Callable[..., Any]
    derivative: Any
    x: Any
    called: str
    beside: str = ""
    is_of_input: bool = False
    limit: str = ""
    is_loss: bool = False
    is_likely: bool = True
    marks: set[str] = field(default_factory=set[str])
