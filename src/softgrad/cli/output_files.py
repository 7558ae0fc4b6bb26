"""Files that a command is going to write: refused before the work, and written whole after it."""

from __future__ import annotations

import json
import os
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from softgrad.cli.failure import CommandError, need
from softgrad.cli.terminal import say
from softgrad.errors import StorageError
from softgrad.files import check_can_write, write_file


def check_outputs(outputs: dict[str, Path | None], *, reads: Path | None = None) -> None:
    """Raise `CommandError` unless each file can be written, and none takes the place of another.

    Args:
        outputs: what each one is for messages ("picture" must be drawable), and where it goes.
        reads: the file that the command works on.
    """
    taken = {} if reads is None else {os.path.realpath(reads): "the file that is read"}
    for what, path in outputs.items():
        if path is None:
            continue
        if what == "picture":
            _check_picture(path)
        if str(path) == "-":
            raise CommandError(f"{what} -: expected the name of a file, not standard output")
        try:
            check_can_write(path)
        except StorageError as error:
            raise CommandError(f"{what} {error}") from None
        real = os.path.realpath(path)
        if real in taken:
            raise CommandError(f"{what} {path} cannot be written: it is {taken[real]}")
        taken[real] = f"where the {what} goes"


JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Where the results go as JSON, beside what is shown.")
]
"""`--json`, which means the same in every command."""


def json_text(data: Any) -> str:
    """Data as JSON has it: NaN and infinities, which it has not, as text."""
    return json.dumps(_plain(data), indent=2)


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _plain(one) for name, one in cast("dict[str, Any]", data).items()}
    if isinstance(data, list | tuple):
        return [_plain(one) for one in cast("list[Any]", data)]
    return str(data) if isinstance(data, float) and not isfinite(data) else data


def write_json(path: Path, told: str) -> None:
    """Write the text with a line's end, and say where it is."""
    write_file(path, f"{told}\n".encode())
    say(f"JSON: {path}")


def _check_picture(path: Path) -> None:
    need("matplotlib")
    from softgrad.pictures import check_format

    check_format(path)
