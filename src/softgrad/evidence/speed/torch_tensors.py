"""Arrays of NumPy as PyTorch's tensors over the same memory, and back."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softgrad.evidence.speed.dtypes import numpy_dtype


def tensors(arrays: Iterable[NDArray[Any]]) -> list[Any]:
    """Each as a tensor; bfloat16, which neither knows of the other, by its bits."""
    torch: Any = import_module("torch")
    return [
        torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
        if array.dtype.name == "bfloat16"
        else torch.from_numpy(array)
        for array in arrays
    ]


def array_of(tensor: Any) -> NDArray[Any]:
    """The numbers of a tensor, or of what NumPy reads by itself."""
    torch: Any = import_module("torch")
    if getattr(tensor, "dtype", None) is not torch.bfloat16:
        return np.asarray(tensor)
    return tensor.view(torch.int16).numpy().view(numpy_dtype("bfloat16"))
