"""What a network may be made of: the checks of its arguments."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from softgrad.errors import InputTypeError, ParameterError
from softgrad.layer import OutputLayer


def as_output(output: Any) -> OutputLayer:
    """The output layer itself, or that of a pair of names or objects."""
    if isinstance(output, OutputLayer):
        return output
    if isinstance(output, tuple | list):
        pair = list(cast("tuple[Any, ...] | list[Any]", output))
        if len(pair) == 2:
            return OutputLayer(*pair)
    raise InputTypeError(
        f"output is {output!r}; expected an OutputLayer or a pair (activation, loss)"
    )


def as_dtype(dtype: Any) -> np.dtype[np.floating]:
    """float64 or float32, however it is spelled."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise ParameterError(f"dtype is {dtype!r}; expected 'float32' or 'float64'")
    return found


def as_seed(seed: int) -> int:
    """A whole number that is not negative."""
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterError(f"seed is {seed!r}; expected a whole number >= 0")
    return seed
