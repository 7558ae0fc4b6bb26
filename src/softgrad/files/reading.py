"""Opening what should be a file: a pipe or a device in its place is refused, never waited for."""

from __future__ import annotations

import os
from io import BufferedReader
from pathlib import Path

from softgrad.errors import StorageError
from softgrad.files.paths import as_path, open_flag, other_kind, refusal


def open_file(path: str | Path) -> BufferedReader:
    """The regular file at `path`, open for reading.

    Raises:
        StorageError: there is none, or it cannot be read.
    """
    path = as_path(path)
    try:
        _refuse_others(path, path.stat())  # a device may act on being opened
        handle = os.open(path, os.O_RDONLY | open_flag("O_NONBLOCK") | open_flag("O_BINARY"))
    except OSError as error:
        raise refusal(path, "read", error) from None
    file = os.fdopen(handle, "rb")
    try:
        _refuse_others(path, os.fstat(handle))  # it may have been replaced in between
    except BaseException:
        file.close()
        raise
    return file


def _refuse_others(path: Path, found: os.stat_result) -> None:
    kind = other_kind(found)
    if kind is not None:
        raise StorageError(f"{path} cannot be read: it is {kind}")
