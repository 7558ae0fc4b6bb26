"""Reading a safetensors file: its header whole and checked, its numbers one tensor at a time.

The file is read, not mapped into memory: a mapped file that another program cuts short ends the
process. What is read is bounded by what the file holds, whatever its header says.

Format: 8 bytes with the header's length; JSON with a dtype, a shape and two offsets a tensor, and
a "__metadata__" of texts; then the tensors one after the other, little-endian.
Source: github.com/huggingface/safetensors, README.
"""

from __future__ import annotations

import math
import os
import re
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, Self

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import StorageError
from softgrad.files import open_file, parse_json
from softgrad.files.schema import list_of, misfit, pair, record, table_of, text, whole

MOST_HEADER = 8 * 2**20

_DTYPES = {"F64": np.dtype("<f8"), "F32": np.dtype("<f4")}
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,15}")


class Tensor(NamedTuple):
    """What the header says of one tensor.

    Attributes:
        kind: the dtype as it stands there; `dtype` is NumPy's, of those that networks have.
        shape: its shape.
        start, stop: where it lies behind the header, in bytes.
    """

    kind: str
    shape: tuple[int, ...]
    start: int
    stop: int

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """NumPy's dtype, if networks have it."""
        return _DTYPES.get(self.kind)

    def __str__(self) -> str:
        name = self.kind if self.dtype is None else self.dtype.name
        return f"{name} of shape {self.shape}"


class TensorFile:
    """A safetensors file that is open for reading.

    Args:
        path: where it is.
        content: its bytes, where they are at hand already; `path` is then said in messages alone.

    Attributes:
        path: where it is.
        metadata: the texts in its header.
        tensors: what its header says of each tensor.

    Raises:
        StorageError: there is no such file, or it is something else, or only a part of one.
    """

    def __init__(self, path: str | Path, content: bytes | None = None) -> None:
        self.path = path
        self._file = open_file(path) if content is None else BytesIO(content)
        try:
            size = self._file.seek(0, os.SEEK_END)
            self._file.seek(0)
            header = self._read_header(size)
            self.metadata: dict[str, str] = table_of(text)(
                header.pop("__metadata__", {}), f"{path}: the metadata"
            )
            self.tensors = _read_tensors(header, str(path))
            self._check_places(size - self._data)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, name: str) -> Array:
        """The numbers of one tensor, little-endian."""
        tensor = self.tensors[name]
        array: Array = np.empty(tensor.shape, tensor.dtype)
        self._file.seek(self._data + tensor.start)
        if _fill(self._file, memoryview(array.reshape(-1)).cast("B")) != array.nbytes:
            self._refuse("it became shorter while it was read")
        return array

    def _read_header(self, size: int) -> dict[str, Any]:
        start, content = self._file.read(8), self._file.read(1)
        length = int.from_bytes(start, "little")
        if content != b"{" and (start[:1] == b"\x80" or start[:2] == b"PK"):
            raise StorageError(
                f"{self.path} looks like a pickle or an archive; pickles can run any code and are "
                "never loaded. Networks are safetensors files, written by Network.save"
            )
        if len(start) < 8 or length > size - 8:
            self._refuse("it ends within its header")
        if length > MOST_HEADER:
            self._refuse(f"its header has {length} bytes; expected at most {MOST_HEADER}")
        if content != b"{" or length < 1:
            self._refuse("it has no header")
        self._data = 8 + length
        content += self._file.read(length - 1)
        return table_of(lambda one, _: one)(
            parse_json(content, f"the header of {self.path}"), f"the header of {self.path}"
        )

    def _check_places(self, held: int) -> None:
        """Tensors follow each other from the header to the end, without gaps and overlaps."""
        end = 0
        for start, stop in sorted((one.start, one.stop) for one in self.tensors.values()):
            if start != end or stop < start:
                self._refuse("its tensors do not follow each other")
            end = stop
        if end != held:
            self._refuse(f"its tensors take {end} bytes, and it has {held}")
        for name, one in self.tensors.items():
            if one.dtype is not None:
                wanted = one.dtype.itemsize * math.prod(one.shape)
                if one.stop - one.start != wanted:
                    self._refuse(f"{name[:80]} takes {one.stop - one.start} bytes, not {wanted}")

    def _refuse(self, why: str) -> NoReturn:
        raise StorageError(f"{self.path} is no safetensors file, or only a part of one: {why}")


def _read_tensors(header: dict[str, Any], path: str) -> dict[str, Tensor]:
    size = whole(low=0, below=2**63)
    read = record(
        {"dtype": _kind, "shape": list_of(size, most=8), "data_offsets": pair(size, size)}
    )
    found = table_of(read)(header, f"the header of {path}")
    return {
        name: Tensor(one["dtype"], tuple(one["shape"]), *one["data_offsets"])
        for name, one in found.items()
    }


def _kind(value: Any, where: str) -> str:
    name = text(value, where)
    return name if _NAME.fullmatch(name) else misfit(name, where, "the name of a dtype")


def _fill(file: BufferedReader | BytesIO, view: memoryview) -> int:
    """Read into all of the view; how many bytes there were."""
    done = 0
    while done < len(view):
        count = file.readinto(view[done:])
        if not count:
            break
        done += count
    return done
