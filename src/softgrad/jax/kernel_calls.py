"""How programs that XLA compiled for the CPU reach softgrad's kernels: by one foreign function.

XLA calls `_handle` with its buffers, which become NumPy's arrays without a copy; what is computed
is told by a number. Numbers start at random in each process, so that a program from a cache on
disk, which belongs to another process, finds nothing instead of something else.
"""

from __future__ import annotations

import ctypes as c
import secrets
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from softgrad.jax import abi
from softgrad.jax.untyped import jax

_TARGET = "softgrad_on_numpy"
_first = secrets.randbits(62)
_calls: dict[int, Any] = {}
_numbers: dict[Any, int] = {}


def by_kernel(*arrays: Any, call: Any, like: Any) -> Any:
    """What `call` computes of arrays that are traced, as a foreign call; a result like `like`."""
    _register()
    number = _numbers.setdefault(call, _first + len(_numbers))
    _calls[number] = call
    # (Batching is the primitive's own, which moves what is batched in front.)
    return jax.ffi.ffi_call(_TARGET, like)(*arrays, call=np.int64(number))


@cache
def _register() -> None:
    jax.ffi.register_ffi_target(_TARGET, jax.ffi.pycapsule(_handler), platform="cpu")


def _handle(address: int) -> int | None:
    """`XLA_FFI_Handler`: None, or the address of an error."""
    frame = abi.Frame.from_address(address)
    if frame.extension_start and frame.extension_start.contents.type == abi.METADATA:
        return _tell_version(c.cast(frame.extension_start, c.c_void_p).value or 0)
    if frame.stage != abi.EXECUTE:
        return None
    try:
        number = frame.attrs.attrs[0].contents.value.contents.value
        call = _calls.get(number)
        if call is None:
            raise RuntimeError("softgrad: the program was compiled by another process")
        (result,) = _arrays(frame.rets)
        named = dict(zip(call.names, _arrays(frame.args), strict=True))
        call.computed(**named, out=result)
    except Exception as error:  # nothing may leave a function that C calls
        message = f"{type(error).__name__}: {error}".encode()
        arguments = abi.ErrorArguments(
            c.sizeof(abi.ErrorArguments), None, message, abi.INVALID_ARGUMENT
        )
        return frame.api.contents.error_create(c.byref(arguments))
    return None


_handler = c.CFUNCTYPE(c.c_void_p, c.c_void_p)(_handle)


def _tell_version(extension: int) -> None:
    metadata = abi.MetadataExtension.from_address(extension).metadata.contents
    metadata.api_version.major_version, metadata.api_version.minor_version = abi.VERSION
    metadata.traits = 0


def _arrays(buffers: abi.Buffers) -> Iterator[np.ndarray]:
    for i in range(buffers.size):
        buffer = buffers.args[i].contents
        shape = tuple(buffer.dims[: buffer.rank])
        dtype: Any = np.dtype(abi.DTYPES[buffer.dtype])
        size = dtype.itemsize
        for extent in shape:
            size *= extent
        if size == 0:
            yield np.empty(shape, dtype)
            continue
        memory = (c.c_char * size).from_address(buffer.data)
        yield np.ndarray(shape, dtype, memory)
