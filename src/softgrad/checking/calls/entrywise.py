"""Functions of one number, such as those of `math`, called entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.checking.frameworks import Framework, to_numpy

#: What functions of one number say of an array.
_COMPLAINTS = (
    "only length-1 arrays",
    "only 0-dimensional arrays",
    "only size-1 arrays",
    "only one element tensors",
    "only integer scalar arrays",
    "must be real number",
    "must be a real number",
    "float() argument must be",
    "truth value of an array",
    "boolean value of tensor",
    "cannot be converted to scalar",
    "bad operand type for",
    "bad operand type for unary",
    "unsupported operand type(s)",
    "not supported between instances",
    "can't multiply sequence",
    "can only concatenate",
    "can't convert complex",
)


def wants_numbers(error: Exception) -> bool:
    """Whether an exception is one that a function of one number raises for an array."""
    text = str(error).lower()
    return isinstance(error, TypeError | ValueError | RuntimeError) and any(
        complaint in text for complaint in _COMPLAINTS
    )


class EntryByEntry:
    """A function of numbers as one of arrays, for as many arguments as it takes.

    Args:
        function: of numbers, one from each argument's entries.
        framework: of the arrays.
    """

    def __init__(self, function: Callable[..., Any], framework: Framework) -> None:
        self.function = function
        self._makes_tensors = framework.name in ("PyTorch", "JAX")
        self._make = framework.make
        self.__name__ = getattr(function, "__name__", "derivative")
        self.__wrapped__ = function  # its parameters are that function's

    def __call__(self, *arguments: Any) -> Any:
        """Of arrays that broadcast, an array."""
        arrays = np.broadcast_arrays(*(to_numpy(a, "an argument") for a in arguments))
        entries = zip(*(array.ravel() for array in arrays), strict=True)
        found = [self._number(entry) for entry in entries]
        return self._make(np.asarray(found).reshape(arrays[0].shape))

    def _number(self, entry: tuple[Any, ...]) -> Any:
        given = [self._make(np.asarray(e)) if self._makes_tensors else e.item() for e in entry]
        return to_numpy(self.function(*given), "the result").reshape(()).item()
