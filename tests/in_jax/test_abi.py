"""The C interface that the room declares is that of the jaxlib that is installed."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jax
import pytest

from softgrad.jax import abi

# Our structure, XLA's, and the places of which a name differs.
STRUCTURES: list[tuple[Any, str, dict[str, str]]] = [
    (abi.Extension, "XLA_FFI_Extension_Base", {}),
    (abi.Version, "XLA_FFI_Api_Version", {}),
    (abi.Metadata, "XLA_FFI_Metadata", {}),
    (abi.MetadataExtension, "XLA_FFI_Metadata_Extension", {}),
    (abi.Buffer, "XLA_FFI_Buffer", {}),
    (abi.Buffers, "XLA_FFI_Args", {}),
    (abi.Buffers, "XLA_FFI_Rets", {"args": "rets"}),
    (abi.Scalar, "XLA_FFI_Scalar", {}),
    (abi.Attributes, "XLA_FFI_Attrs", {}),
    (abi.ErrorArguments, "XLA_FFI_Error_Create_Args", {}),
    (abi.Api, "XLA_FFI_Api", {"error_create": "XLA_FFI_Error_Create"}),
    (abi.Frame, "XLA_FFI_CallFrame", {}),
]
CODES = {
    "XLA_FFI_Extension_Metadata": abi.METADATA,
    "XLA_FFI_ExecutionStage_EXECUTE": abi.EXECUTE,
    "XLA_FFI_Error_Code_INVALID_ARGUMENT": abi.INVALID_ARGUMENT,
}
NAMES = {"bool": "PRED", "bfloat16": "BF16"}


def checks() -> str:
    lines = ['#include <cstddef>\n#include "xla/ffi/api/c_api.h"']
    for ours, theirs, other_names in STRUCTURES:
        for name, *_ in ours._fields_:
            place, there = getattr(ours, name).offset, other_names.get(name, name)
            lines.append(f'static_assert(offsetof({theirs}, {there}) == {place}, "{theirs}");')
    lines += [f'static_assert({name} == {code}, "{name}");' for name, code in CODES.items()]
    for code, name in abi.DTYPES.items():
        letter = "S" if name.startswith("int") else name[0].upper()
        short = NAMES.get(name) or letter + "".join(c for c in name if c.isdigit())
        lines.append(f'static_assert(XLA_FFI_DataType_{short} == {code}, "{name}");')
    lines.append(f"static_assert(XLA_FFI_API_MAJOR == {abi.VERSION[0]});")
    lines.append(f"static_assert(XLA_FFI_API_MINOR >= {abi.VERSION[1]});")
    return "\n".join(lines)


def test_every_place_and_code(tmp_path: Path) -> None:
    compiler = shutil.which("c++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("no C++ compiler, with which XLA's header is read")
    source = tmp_path / "checks.cpp"
    source.write_text(checks())
    command = [compiler, "-std=c++17", "-fsyntax-only", "-I", jax.ffi.include_dir(), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ctypes.sizeof(abi.Buffer) == 48
