"""Running a user's file in a process of its own, with a time limit, and reading its answer."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from pathlib import Path
from secrets import token_hex
from socket import socket, socketpair
from time import monotonic
from typing import BinaryIO, cast

import softgrad
from softgrad.cli.check_messages import (
    MOST_BYTES,
    Answer,
    Request,
    as_message,
    message_length,
    read_answer,
)
from softgrad.cli.failure import CommandError

# A process that has ended is noticed at once, unless one that it left behind keeps its channel.
_GLANCE = 0.05
# After the answer: how long the file's own clearing up, and what it still prints, is waited for.
_GRACE = 1.0

# Modules are looked for where this process would, not in the folder that it happens to be in.
_PROGRAM = """
import sys
if sys.argv[1] not in sys.path:
    sys.path.append(sys.argv[1])
from softgrad.cli.checked_file import serve
serve(int(sys.argv[2]), int(sys.argv[3]))
"""


def check_apart(request: Request, seconds: float, relay: Callable[[bytes], None]) -> Answer:
    """The reports on what is in a file: one at least, unless the request says otherwise.

    Args:
        request: what is to be checked.
        seconds: the time limit.
        relay: is given what the file prints, piece by piece.

    Raises:
        CommandError: there is no report, and why.
    """
    if sys.platform == "win32":
        raise CommandError(
            "check ends what a file has begun, which Windows has no signal for; "
            "softgrad.check does the same in Python"
        )
    ours, theirs = socketpair()
    with ours:
        with theirs:
            process = _start(theirs, min(ceil(seconds) + 5, 2**31 - 1))
        try:
            answer = _Conversation(ours, process, relay).ask(request, seconds)
        finally:
            _end(process)
    if answer.refusal:
        raise CommandError(answer.refusal)
    return answer


def _start(channel: socket, seconds: int) -> subprocess.Popen[bytes]:
    """The process, in a group of its own, in which it can be ended with all that it has begun."""
    home = str(Path(softgrad.__file__).resolve().parents[1])
    number = str(channel.fileno())
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-u", "-c", _PROGRAM, home, number, str(seconds)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(channel.fileno(),),
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # none of them is left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    cast(BinaryIO, process.stdout).close()


class _Conversation:
    """One request and its answer, while what is printed is passed on."""

    def __init__(
        self, channel: socket, process: subprocess.Popen[bytes], relay: Callable[[bytes], None]
    ) -> None:
        self._channel, self._process, self._relay = channel, process, relay
        self._output = cast(BinaryIO, process.stdout)
        self._message = bytearray()
        self._selector = selectors.DefaultSelector()
        for source in (channel, self._output):
            os.set_blocking(source.fileno(), False)
            self._selector.register(source, selectors.EVENT_READ)

    def ask(self, request: Request, seconds: float) -> Answer:
        """The answer; one without a report says what came instead."""
        deadline = monotonic() + seconds
        token, late = token_hex(16), False
        with self._selector, suppress(ConnectionError):  # it ended before it was asked
            self._channel.setblocking(True)
            self._channel.sendall(as_message({"token": token, **request._asdict()}))
            self._channel.setblocking(False)
            while not self._is_complete and self._listens and monotonic() < deadline:
                ended = self._process.poll() is not None
                self._hear(min(_GLANCE, max(0.0, deadline - monotonic())))
                if ended:
                    break
            late = not self._is_complete and self._listens and self._process.poll() is None
            self._hear_the_rest(0.0 if late else _GRACE)
        answer = read_answer(bytes(self._message), token, may_be_empty=request.may_be_empty)
        return answer or Answer((), f"{request.path} {self._what_happened(late, seconds)}")

    @property
    def _is_complete(self) -> bool:
        length = message_length(self._message)
        return length is not None and len(self._message) >= min(length, MOST_BYTES)

    @property
    def _listens(self) -> bool:
        """Whether the channel is open at the other end."""
        return self._channel in self._selector.get_map()

    def _hear(self, seconds: float) -> None:
        """Take what comes within this time, from either source."""
        for key, _ in self._selector.select(seconds):
            part = os.read(key.fd, 65536)
            if not part:
                self._selector.unregister(key.fileobj)
            elif key.fileobj is self._output:
                self._relay(part)
            elif not self._is_complete:
                self._message += part

    def _hear_the_rest(self, seconds: float) -> None:
        """What is still printed until the process ends, or this time is over."""
        deadline = monotonic() + seconds
        while self._process.poll() is None and monotonic() < deadline:
            self._hear(_GLANCE)
        while self._output in self._selector.get_map() and self._selector.select(0.0):
            self._hear(0.0)
            if monotonic() > deadline + _GRACE:  # left behind, and still printing
                break

    def _what_happened(self, late: bool, seconds: float) -> str:
        code = self._process.poll()
        if self._is_complete:
            return "wrote to the channel for the verdict: nothing was said"
        if late:
            return f"did not come to an end within {seconds:g} seconds (--timeout)"
        if code is None:
            return "closed the channel for the verdict: nothing was said"
        if code < 0:
            with suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name} before there was a verdict"
        return f"ended the process with exit code {code} before there was a verdict"
