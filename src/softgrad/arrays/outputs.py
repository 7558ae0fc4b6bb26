"""What may be given as `out`: memory in which no result spoils what is still to be read."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, cast

import numpy as np

from softgrad.arrays.namespaces import Array, Namespace, Operand, namespace_of
from softgrad.errors import InputTypeError, ParameterError, ShapeError


def check_outputs(
    operand: Operand, outputs: Mapping[str, Array | None], inputs: Mapping[str, Any]
) -> None:
    """Raise unless results of the operand's shape can be written to all of `outputs`.

    Args:
        operand: the logits.
        outputs: by the names that errors give them; None where there is none.
        inputs: all that is read, by the names of the arguments. An output may lie exactly where
            an input does, entry upon entry, or apart from it.

    Raises:
        InputTypeError: no array of z's kind, read-only, or no floating dtype.
        ShapeError: not z's shape.
        ParameterError: entries lie in one place with each other, with an input or with another
            output.
    """
    given = {name: out for name, out in outputs.items() if out is not None}
    for name, out in given.items():
        _check_writable(name, out, operand)
        for argument, value in inputs.items():
            if value is not None and _overlap(out, value) and not _coincide(out, value):
                raise ParameterError(
                    f"{name} shares memory with {argument}; expected memory of its own, or an "
                    "array that lies entry by entry where an argument of its shape does"
                )
    for (first, one), (second, other) in combinations(given.items(), 2):
        if _overlap(one, other):
            raise ParameterError(
                f"{second} shares memory with {first}; expected memory of its own for each result"
            )


def as_two_outputs(out: Any) -> tuple[Array | None, Array | None]:
    """`out` of a call that has two results."""
    try:
        first, second = out
    except (TypeError, ValueError):
        raise InputTypeError(
            f"out is a {type(out).__name__}; expected two, each an array or None"
        ) from None
    return first, second


def _check_writable(name: str, out: Any, operand: Operand) -> None:
    if not _is_array_of(operand.xp, out):
        wanted = "a NumPy array, not masked" if operand.xp is np else "an array of z's framework"
        raise InputTypeError(f"{name} is a {type(out).__name__}; expected {wanted}")
    shape = tuple(operand.array.shape)
    if tuple(out.shape) != shape:
        raise ShapeError(f"{name} has shape {tuple(out.shape)}; expected {shape}")
    if not _is_floating(operand.xp, out.dtype):
        raise InputTypeError(f"{name} has dtype {out.dtype}; expected a floating dtype")
    places = _places(out)
    if places is None:
        return
    if isinstance(out, np.ndarray) and not out.flags.writeable:
        raise InputTypeError(f"{name} is read-only; expected an array that can be written to")
    if _overlaps_itself(places):
        raise ParameterError(
            f"{name} has strides {places.strides}, by which entries lie in one place; expected "
            "a place for each"
        )


def _is_array_of(xp: Namespace, out: Any) -> bool:
    if xp is np:
        # What a masked array is told depends on its mask.
        return isinstance(out, np.ndarray) and not isinstance(out, np.ma.MaskedArray)
    return namespace_of(out) is xp


def _is_floating(xp: Namespace, dtype: Any) -> bool:
    if xp is np:
        return dtype.kind == "f" or dtype.name == "bfloat16"
    return xp.isdtype(dtype, "real floating")


def _overlap(a: Any, b: Any) -> bool:
    """Whether two arrays have a place in common."""
    one, other = _places(a), _places(b)
    if one is None or other is None:
        return a is b
    return np.shares_memory(one, other)


def _coincide(a: Any, b: Any) -> bool:
    """Whether two arrays lie in the same places, entry by entry."""
    if a is b:
        return True
    one, other = _places(a), _places(b)
    return (
        one is not None
        and other is not None
        and (one.shape, one.itemsize, _starts_at(one))
        == (other.shape, other.itemsize, _starts_at(other))
        and all(
            n < 2 or s == t for n, s, t in zip(one.shape, one.strides, other.strides, strict=True)
        )
    )


def _overlaps_itself(places: np.ndarray) -> bool:
    """Whether two entries may lie in one place: strides do not nest, as in a broadcast array."""
    if places.flags.c_contiguous or not places.size:
        return False
    reach = places.itemsize
    extents = zip(places.strides, places.shape, strict=True)
    for stride, extent in sorted((abs(stride), extent) for stride, extent in extents if extent > 1):
        if stride < reach:
            return True
        reach += stride * (extent - 1)
    return False


def _starts_at(places: np.ndarray) -> int:
    return places.__array_interface__["data"][0]


def _places(array: Any) -> np.ndarray | None:
    """An array of NumPy's in the same places, of which no entry is ever read.

    None for what has no places that can be known: lists, arrays of JAX, tensors without entries.
    """
    if isinstance(array, np.ndarray):
        return cast("np.ndarray[Any, Any]", array)
    from array_api_compat import is_torch_array

    if not is_torch_array(array):
        return None
    try:
        return np.asarray(_Places(array))
    except (RuntimeError, ValueError):  # inside torch.func.vmap; on the device "meta"
        return None


class _Places:
    """Where the entries of a tensor are, on whatever device."""

    def __init__(self, tensor: Any) -> None:
        size = tensor.element_size()
        self.__array_interface__ = {
            "data": (tensor.data_ptr(), True),
            "shape": tuple(tensor.shape),
            "strides": tuple(size * stride for stride in tensor.stride()),
            "typestr": f"|V{size}",
            "version": 3,
        }
