"""Running a file as it stands, statement by statement: one that fails does not end the rest.

Files that people have train at import, read data that is not there, and want packages that are not
installed. What they define is there all the same.
"""

from __future__ import annotations
import __future__

import ast
import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from softgrad.error_words import one_line

MODULE = "checked_file"
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)


class TooLongError(BaseException):
    """A statement is given up; no `except Exception` of the file's keeps it going."""


def run_statements(path: str, seconds: float) -> tuple[ModuleType, list[str]]:
    """The module that a file makes, and a line on each statement that has failed.

    Its `__name__` is not "__main__". What lies beside the file is found, as by any program.

    Args:
        path: of the file.
        seconds: of computing, after which a statement that defines nothing is given up.

    Raises:
        SyntaxError: the file is none of Python.
    """
    sys.argv = [path]
    sys.path.insert(0, str(Path(path).resolve().parent))
    os.environ["MPLBACKEND"] = "Agg"  # pictures of the file's own are drawn nowhere
    module = ModuleType(MODULE)
    module.__file__ = path
    sys.modules[MODULE] = module  # where dataclasses look annotations up
    tree = ast.parse(Path(path).read_bytes(), path)
    flags, notes = 0, list[str]()
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            flags |= _future_flags(statement)
        note = _run(statement, module, flags, seconds)
        if note:
            # What is missing may stand in annotations, which nobody needs to evaluate.
            flags |= __future__.annotations.compiler_flag
            notes.append(f"{Path(path).name}, line {statement.lineno}: {note}")
    return module, notes


def _run(statement: ast.stmt, module: ModuleType, flags: int, seconds: float) -> str:
    """Run one statement; what went wrong, or nothing."""
    limit = 0.0 if isinstance(statement, _DEFINITIONS) else seconds
    try:
        code = compile(
            ast.Module([statement], []), str(module.__file__), "exec", flags, dont_inherit=True
        )
        with _limited(limit):
            exec(code, vars(module))  # noqa: S102  # the user's own file, which is what was asked
    except ModuleNotFoundError as error:
        return f"the package {error.name!r} is not installed"
    except TooLongError:
        return f"given up after {seconds:.2g} seconds"
    except SystemExit as error:
        return f"ends the program: exit({error.code!r})"
    except Exception as error:
        return f"{type(error).__name__}: {one_line(error)}"
    return ""


def _future_flags(statement: ast.ImportFrom) -> int:
    features = [getattr(__future__, one.name, None) for one in statement.names]
    return sum(one.compiler_flag for one in features if one is not None)


@contextmanager
def _limited(seconds: float) -> Generator[None]:
    """Raise `TooLongError` after so much computing; 0 for no limit."""
    before: Any = signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def _give_up(number: int, frame: Any) -> None:
    raise TooLongError
