"""The command line: `softgrad train`, `derive`, `list`, `noise` and more.

Whatever a user can mend is said in one line on stderr, with exit code 2.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command (of `sys.argv` by default) and return its exit code."""
    try:
        from softgrad.cli.application import run
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        print(
            f"softgrad: the command line needs {error.name}; install it by "
            "pip install 'softgrad[cli]'",
            file=sys.stderr,
        )
        return 2
    return run(sys.argv[1:] if arguments is None else list(arguments))
