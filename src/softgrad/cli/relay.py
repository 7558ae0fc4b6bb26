"""What a user's file prints, line by line on standard error, and never to be taken for ours."""

from __future__ import annotations

import codecs
import sys
from contextlib import suppress

from softgrad.cli.plain_text import printable


class Relay:
    """Passes on bytes as lines with a mark before each; control characters are spelled out.

    Args:
        mark: stands before each line.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""

    def __call__(self, part: bytes) -> None:
        """Print the lines that end in this part."""
        *lines, self._begun = (self._begun + self._decoder.decode(part)).split("\n")
        self._print(lines)
        if len(self._begun) > 65536:
            self.close()

    def close(self) -> None:
        """Print the line that has no end."""
        if self._begun:
            self._print([self._begun])
        self._begun = ""

    def _print(self, lines: list[str]) -> None:
        for line in lines:
            plain = "\t".join(map(printable, line.rstrip("\r").split("\t")))
            with suppress(OSError, ValueError, AttributeError):  # nobody listens
                print(f"{self._mark} | {plain}", file=sys.stderr, flush=True)
