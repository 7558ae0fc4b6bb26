"""Count and write the file: see the package."""

from __future__ import annotations

import sys
from pathlib import Path

from softgrad.evidence.speed.instructions import INSTRUCTION_SET, record, why_not


def main() -> None:
    """Write the counts to the file that the first argument names."""
    path, *chosen = sys.argv[1:]
    instruction_set = chosen[0] if chosen else INSTRUCTION_SET
    if reason := why_not(instruction_set):
        sys.exit(reason)
    record(Path(path), instruction_set)


if __name__ == "__main__":
    main()
