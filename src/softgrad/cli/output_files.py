"""Files that a command is going to write: refused before the work, not after it."""

from __future__ import annotations

import os
from pathlib import Path

from softgrad.cli.failure import CommandError, need


def check_writable(path: Path, what: str) -> None:
    """Raise `CommandError` unless a file can be written at `path`."""
    folder = path.parent
    if path.is_dir():
        raise CommandError(f"{what} {path}: this is a folder; expected the name of a file")
    if not folder.is_dir():
        raise CommandError(f"{what} {path}: the folder {folder} does not exist")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise CommandError(f"{what} {path}: no permission to write there")


def check_picture(path: Path) -> None:
    """Raise `CommandError` unless a picture can be drawn to `path`."""
    need("matplotlib")
    from softgrad.pictures import check_format

    check_format(path)
    check_writable(path, "picture")
