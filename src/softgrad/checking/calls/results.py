"""What a derivative returns, where that is not the array itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import Numbers, to_numpy
from softgrad.errors import InputTypeError, ParameterError


def is_several(found: Any) -> bool:
    """Whether it is several arrays, such as (dx, dW, db), and not one array by its rows."""
    if isinstance(found, Mapping):
        return True
    if not isinstance(found, tuple | list):
        return False
    parts = cast(Sequence[Any], found)
    if not any(getattr(part, "shape", ()) for part in parts):
        return _array(found) is None
    if len(parts) == 1:
        return True
    return isinstance(found, tuple) or _array(found) is None


def read(found: Any, like: Any, *, spread: bool = False) -> Any:
    """The array in what a derivative returns.

    Args:
        found: that.
        like: the point that it was called at.
        spread: whether one number stands for an array like that.
    """
    if is_several(found):
        found = _entry_like(found, np.shape(to_numpy(like, "x")))
    if not spread:
        return found
    number = to_numpy(found, "the derivative")
    point = to_numpy(like, "x")
    return np.broadcast_to(number.reshape(()), point.shape) if number.size == 1 else found


def check_something(found: Any, name: str) -> None:
    """Refuse nothing.

    Raises:
        ParameterError: for None, or a tuple of that.
    """
    parts = cast(Sequence[Any], found) if isinstance(found, tuple | list) else (found,)
    if all(part is None for part in parts):
        raise ParameterError(
            f"{name} returns None: end it with a return of the derivative. One that leaves its "
            "result in an attribute is checked through a function that returns it"
        )


def _entry_like(found: Any, shape: tuple[int, ...]) -> Any:
    """The first of several arrays that has a point's shape; the first of all, if none has."""
    if isinstance(found, Mapping):
        found = list(cast(Mapping[Any, Any], found).values())
    parts = cast(Sequence[Any], found)
    arrays = [(part, _array(part)) for part in parts if part is not None]
    return next(
        (part for part, array in arrays if array is not None and array.shape == shape),
        arrays[0][0] if arrays else parts,
    )


def _array(part: Any) -> Numbers | None:
    try:
        return to_numpy(part, "a part")
    except InputTypeError:
        return None
