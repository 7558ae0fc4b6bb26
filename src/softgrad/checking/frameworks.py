"""Arrays of the caller's framework, to NumPy and back.

The checker thinks in NumPy float64; a function under test is called with what its author calls it
with: NumPy arrays, PyTorch tensors, JAX arrays, lists or plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softgrad.errors import InputTypeError

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Framework:
    """How arrays of one kind are made and read.

    Attributes:
        name: in words, for reports.
        make: from a NumPy array.
        takes_complex: whether a complex argument means anything there.
    """

    name: str
    make: Callable[[Numbers], Any]
    takes_complex: bool


def _copy(x: Numbers) -> Any:
    return x.copy()


def _to_list(x: Numbers) -> Any:
    return x.tolist()


def _to_tensor(x: Numbers) -> Any:
    return import_module("torch").from_numpy(x.copy())


def _to_jax(x: Numbers) -> Any:
    return import_module("jax").numpy.asarray(x)


def framework_of(x: Any) -> Framework:
    """The framework of an argument.

    Raises:
        InputTypeError: if it is no array, tensor, list or number.
    """
    module = type(x).__module__.partition(".")[0]
    if module == "torch":
        return Framework("PyTorch", _to_tensor, False)
    if module in ("jax", "jaxlib"):
        return Framework("JAX", _to_jax, False)
    if isinstance(x, list | tuple | float | int):
        return Framework("lists", _to_list, False)
    if isinstance(x, np.ndarray | np.generic):
        return Framework("NumPy", _copy, True)
    raise InputTypeError(
        "x must be a NumPy array, a PyTorch tensor, a JAX array, a list or a number, "
        f"not {type(x).__name__}"
    )


def to_numpy(x: Any, argument: str) -> Numbers:
    """A copy as float64, or complex128, or as it is where it has float32 or less digits.

    Raises:
        InputTypeError: if it holds no numbers.
    """
    plain = x.detach().cpu().numpy() if hasattr(x, "detach") else x
    try:
        array = np.array(plain)
    except (TypeError, ValueError) as error:
        raise InputTypeError(f"{argument} is not an array of numbers: {error}") from error
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    if array.dtype.kind not in "fc":
        raise InputTypeError(f"{argument} must hold real numbers, not {array.dtype}")
    return array


def to_real(x: Any, argument: str) -> Numbers:
    """The same for what may not be complex.

    Raises:
        InputTypeError: if it holds no real numbers.
    """
    array = to_numpy(x, argument)
    if array.dtype.kind == "c":
        raise InputTypeError(f"{argument} must hold real numbers, not {array.dtype}")
    return array
