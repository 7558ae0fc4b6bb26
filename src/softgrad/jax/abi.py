"""XLA's foreign function interface in C, as far as a handler of dense arrays on the CPU needs it.

Declared here, for the kernels are built without JAX. Source: xla/ffi/api/c_api.h, which every
jaxlib brings; tests/in_jax/test_abi.py compares each place with that of the one installed.
"""

from __future__ import annotations

import ctypes as c
from typing import Any

# Of xla's `XLA_FFI_DataType`.
DTYPES = {
    1: "bool",
    2: "int8",
    3: "int16",
    4: "int32",
    5: "int64",
    6: "uint8",
    7: "uint16",
    8: "uint32",
    9: "uint64",
    10: "float16",
    11: "float32",
    12: "float64",
    16: "bfloat16",
}
METADATA, EXECUTE, INVALID_ARGUMENT = 1, 3, 3
VERSION = (0, 1)


class Extension(c.Structure):
    """`XLA_FFI_Extension_Base`."""

    _fields_ = (("struct_size", c.c_size_t), ("type", c.c_int), ("next", c.c_void_p))


class Version(c.Structure):
    """`XLA_FFI_Api_Version`."""

    _fields_ = (
        ("struct_size", c.c_size_t),
        ("extension_start", c.c_void_p),
        ("major_version", c.c_int),
        ("minor_version", c.c_int),
    )


class Metadata(c.Structure):
    """The head of `XLA_FFI_Metadata`."""

    _fields_ = (("struct_size", c.c_size_t), ("api_version", Version), ("traits", c.c_uint32))


class MetadataExtension(c.Structure):
    """`XLA_FFI_Metadata_Extension`."""

    _fields_ = (("extension_base", Extension), ("metadata", c.POINTER(Metadata)))


class Buffer(c.Structure):
    """`XLA_FFI_Buffer`."""

    _fields_ = (
        ("struct_size", c.c_size_t),
        ("extension_start", c.c_void_p),
        ("dtype", c.c_int),
        ("data", c.c_void_p),
        ("rank", c.c_int64),
        ("dims", c.POINTER(c.c_int64)),
    )


class Buffers(c.Structure):
    """`XLA_FFI_Args`, and `XLA_FFI_Rets` with another name for `args`."""

    _fields_ = (
        ("struct_size", c.c_size_t),
        ("extension_start", c.c_void_p),
        ("size", c.c_int64),
        ("types", c.POINTER(c.c_int)),
        ("args", c.POINTER(c.POINTER(Buffer))),
    )


class Scalar(c.Structure):
    """`XLA_FFI_Scalar`, here of 64 bits."""

    _fields_ = (("dtype", c.c_int), ("value", c.POINTER(c.c_int64)))


class Attributes(c.Structure):
    """`XLA_FFI_Attrs`, here of scalars alone."""

    _fields_ = (
        ("struct_size", c.c_size_t),
        ("extension_start", c.c_void_p),
        ("size", c.c_int64),
        ("types", c.POINTER(c.c_int)),
        ("names", c.c_void_p),
        ("attrs", c.POINTER(c.POINTER(Scalar))),
    )


class ErrorArguments(c.Structure):
    """`XLA_FFI_Error_Create_Args`."""

    _fields_ = (
        ("struct_size", c.c_size_t),
        ("extension_start", c.c_void_p),
        ("message", c.c_char_p),
        ("errc", c.c_int),
    )


class Api(c.Structure):
    """The head of `XLA_FFI_Api`."""

    _fields_: Any = (
        ("struct_size", c.c_size_t),
        ("extension_start", c.c_void_p),
        ("api_version", Version),
        ("internal_api", c.c_void_p),
        ("error_create", c.CFUNCTYPE(c.c_void_p, c.POINTER(ErrorArguments))),
    )


class Frame(c.Structure):
    """The head of `XLA_FFI_CallFrame`."""

    _fields_ = (
        ("struct_size", c.c_size_t),
        ("extension_start", c.POINTER(Extension)),
        ("api", c.POINTER(Api)),
        ("ctx", c.c_void_p),
        ("stage", c.c_int),
        ("args", Buffers),
        ("rets", Buffers),
        ("attrs", Attributes),
    )
