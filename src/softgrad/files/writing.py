"""Writing a file whole or not at all: to a new file beside it, which then takes its name.

What a path leads to decides, as with `open`: links are followed, to a file that is not there yet
too, and stay links. An existing file keeps its permissions and, where the system lets us, its
owner; a new one gets those that the umask leaves. Other names of the same file (hard links) keep
the old content. Nothing but a regular file is ever replaced.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from softgrad.errors import StorageError
from softgrad.files.paths import as_path, open_flag, other_kind, refusal


class _Place(NamedTuple):
    """Where a path leads, and the file that is there."""

    path: Path
    old: os.stat_result | None


def write_file(path: str | Path, data: bytes) -> Path:
    """Write `data` to `path`: the whole file, or none of it, or the one that was there.

    Raises:
        StorageError: it cannot be written; what was there is as it was.
    """
    path = as_path(path)
    place = _place(path)
    try:
        beside, handle = _new_beside(place)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                _keep_owner_and_mode(handle, place.old)
                os.fsync(handle)
            beside.replace(place.path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise refusal(path, "written", error) from None
    _sync_folder(place.path.parent)
    return path


def check_can_write(path: str | Path) -> None:
    """Raise now what `write_file` would raise later, after hours of work.

    Raises:
        StorageError: no file can be written at `path`.
    """
    path = as_path(path)
    place = _place(path)
    try:
        beside, handle = _new_beside(place)
        os.close(handle)
        beside.unlink()
    except OSError as error:
        raise refusal(path, "written", error) from None


def _place(path: Path) -> _Place:
    try:
        old = path.stat()
    except FileNotFoundError:
        old = None
    except OSError as error:
        raise refusal(path, "written", error) from None
    real = Path(os.path.realpath(path))
    if old is None:
        if not real.parent.is_dir():
            raise StorageError(f"{path} cannot be written: the folder {real.parent} does not exist")
        return _Place(real, None)
    kind = other_kind(old)
    if kind is not None:
        raise StorageError(f"{path} cannot be written: it is {kind}; expected the name of a file")
    if _is_printed_to(old):
        raise StorageError(f"{path} cannot be written: it is what this program prints to")
    try:
        # Renaming asks for no permission on the file itself; who writes to it must have it.
        os.close(os.open(real, os.O_WRONLY | open_flag("O_NONBLOCK")))
    except OSError as error:
        raise refusal(path, "written", error) from None
    return _Place(real, old)


def _is_printed_to(found: os.stat_result) -> bool:
    """Whether it is standard output or error: replaced, it would lose what is printed."""
    for handle in (1, 2):
        with suppress(OSError):
            if os.path.samestat(os.fstat(handle), found):
                return True
    return False


def _new_beside(place: _Place) -> tuple[Path, int]:
    """An empty file in the same folder, open for writing; its short name fits wherever one does."""
    beside = place.path.parent / f".softgrad-{token_hex(8)}"
    # Until it has the mode of the old file nobody else may look into it.
    mode = 0o666 if place.old is None else 0o600
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | open_flag("O_BINARY")
    return beside, os.open(beside, flags, mode)


def _keep_owner_and_mode(handle: int, old: os.stat_result | None) -> None:
    if old is None or sys.platform == "win32":  # which has neither
        return
    new = os.fstat(handle)
    if new.st_gid != old.st_gid:
        with suppress(OSError):
            os.fchown(handle, -1, old.st_gid)
    if new.st_uid != old.st_uid:
        with suppress(OSError):
            os.fchown(handle, old.st_uid, -1)
    os.fchmod(handle, stat.S_IMODE(old.st_mode) & 0o777)


def _sync_folder(folder: Path) -> None:
    """So that the new name survives a power cut; where a file system has no such thing, as it is.

    The file is complete under its name by now: a failure here is none of the writing.
    """
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
