"""The function, where it returns more than its result: a cache for its derivative, or that itself.

(out, cache)      what a backward pass is given besides the upstream gradient
(loss, gradient)  a function with its derivative, split where no other derivative is given
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import to_numpy
from softgrad.errors import InputTypeError


class Forward:
    """A function of one array: what it returns first is its result, the rest its cache.

    Args:
        function: the caller's.
        returns_more: whether it returns a tuple of a result and something else.
    """

    def __init__(self, function: Callable[[Any], Any], *, returns_more: bool) -> None:
        self.function, self.returns_more = function, returns_more

    def __call__(self, x: Any) -> Any:
        """The result alone."""
        return self.with_cache(x)[0]

    def with_cache(self, x: Any) -> tuple[Any, Any]:
        """The result, and what comes with it: one thing, or a tuple of all others; else None."""
        found = self.function(x)
        if not self.returns_more:
            return found, None
        first, *others = cast(tuple[Any, ...], found)
        return first, others[0] if len(others) == 1 else tuple(others)


def returns_more(found: Any, x: Any) -> bool:
    """Whether a function's result is a tuple of its value and something beside it.

    A tuple of numbers is the value, for lists of numbers are functions' results too.
    """
    if not isinstance(found, tuple) or len(cast(tuple[Any, ...], found)) < 2:
        return False
    parts = cast(tuple[Any, ...], found)
    return not all(_size(part) == () for part in parts) or (len(parts) == 2 and _size(x) == ())


def holds_gradient(found: Any, x: Any) -> bool:
    """Whether a function returns a number, in all or a row, and its gradient."""
    if not returns_more(found, x) or len(found) != 2:
        return False
    value, slope, point = (_size(part) for part in (*found, x))
    return slope == point and (value == () or value == (point or ())[:-1])


def _size(part: Any) -> tuple[int, ...] | None:
    """The shape of an array of numbers; None of anything else."""
    try:
        return np.shape(to_numpy(part, "a part"))
    except InputTypeError:
        return None
