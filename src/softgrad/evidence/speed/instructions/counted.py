"""What runs under callgrind: each loop at two sizes, with a mark before and after each call.

The mark is a function of the C library that nothing else here calls; callgrind writes down and
forgets what it has counted so far whenever it is called.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import softgrad
from softgrad.evidence.speed.instructions.hot_loops import HOT_LOOPS, at_two_sizes
from softgrad.files import write_file

MARK = "getppid"
mark: Callable[[], object] = getattr(os, MARK)


def main(path: str) -> None:
    """Do all calls that a kernel does, and write their names and numbers of entries in order."""
    gc.disable()
    softgrad.set_threads(1)
    done: list[tuple[str, int]] = []
    for name, work in HOT_LOOPS.items():
        for entries, call in at_two_sizes(work):
            call.run()  # the first one chooses the loop
            if not call.path().startswith("kernel"):  # NumPy's own depend on its version
                continue
            mark()
            call.run()
            mark()
            done.append((name, entries))
    write_file(Path(path), json.dumps(done).encode())


if __name__ == "__main__":
    main(sys.argv[1])
