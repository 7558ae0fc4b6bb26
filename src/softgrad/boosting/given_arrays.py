"""Arrays of other libraries, read as NumPy's."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

import numpy as np

from softgrad.errors import InputTypeError


def to_numpy(array: Any) -> np.ndarray:
    """As a NumPy array: also what has to be asked for one (CuPy's and PyTorch's, Arrow's).

    Raises:
        InputTypeError: it cannot be turned into one.
    """
    for ask in ("to_numpy", "get"):  # CuPy's arrays refuse NumPy's own request
        give: Any = getattr(array, ask, None)
        if callable(give):
            with suppress(TypeError):  # a `get` of a key is no request for an array
                return np.asarray(cast(Any, give()))
    try:
        return np.asarray(array)
    except (TypeError, ValueError) as error:
        raise InputTypeError(
            f"{type(array).__name__} cannot be read as a NumPy array ({error}); convert it first"
        ) from error
