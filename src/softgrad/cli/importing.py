"""`--import my_losses.py`: files of the user's own that give names to their classes."""

from __future__ import annotations

import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Annotated

import typer

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.cli.failure import CommandError
from softgrad.error_words import one_line
from softgrad.errors import SoftgradError


def import_files(paths: list[Path] | None) -> list[Path]:
    """Run each file as the module of its name, once.

    Raises:
        CommandError: it cannot be read, fails, or registers nothing.
    """
    for path in paths or ():
        _import_file(path)
    return paths or []


Imports = Annotated[
    list[Path] | None,
    typer.Option(
        "--import",
        metavar="FILE.py",
        callback=import_files,
        is_eager=True,  # before the names that it gives are looked at
        help="Run this Python file first, which gives names to classes by softgrad.register.",
    ),
]


def _import_file(path: Path) -> None:
    if path.suffix != ".py" or not path.is_file():
        raise CommandError(f"--import {path}: expected a Python file, such as my_losses.py")
    whole = path.resolve()
    known = sys.modules.get(path.stem)
    if known is not None:
        if getattr(known, "__file__", None) == str(whole):
            return
        raise CommandError(
            f"--import {path}: a module {path.stem!r} is there already; give the file another name"
        )
    before = _outside()
    spec = spec_from_file_location(path.stem, whole)
    assert spec is not None  # noqa: S101  # a file that ends in .py has a loader
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    sys.modules[path.stem] = module  # where dataclasses look annotations up
    sys.path.insert(0, str(whole.parent))  # what lies beside it is found, as by `python FILE.py`
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[path.stem]
        kind = "" if isinstance(error, SoftgradError) else f"{type(error).__name__}: "
        place = f"--import {path}{_line(error, whole)}"
        raise CommandError(f"{place}: {kind}{one_line(error)}") from None
    if _outside() == before:
        raise CommandError(
            f"--import {path}: it gives no names; write @softgrad.register above the class"
        )


def _outside() -> set[str]:
    return {name for table in (ACTIVATIONS, LOSSES) for name in table if table.is_outside(name)}


def _line(error: BaseException, path: Path) -> str:
    """Where in the file it went wrong."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}" if error.filename == str(path) else ""
    lines = [
        one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path)
    ]
    return f", line {lines[-1]}" if lines else ""
