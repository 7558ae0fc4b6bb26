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

from softgrad.errors import CapabilityError
from softgrad.file_checking.confinement import Limits
from softgrad.file_checking.messages import (
    MOST_BYTES,
    Answer,
    Request,
    as_message,
    message_length,
    read_answer,
)

# A process that has ended is noticed at once, unless one that it left behind keeps its channel.
_GLANCE = 0.05
# After the answer: how long the file's own clearing up, and what it still prints, is waited for.
_GRACE = 1.0

# All of the environment that a process in a folder of its own is told; and how packages use little.
_TOLD = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")
_THRIFTY = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "MALLOC_ARENA_MAX": "2",
}

# Modules are looked for where this process would, not in the folder that it happens to be in.
_PROGRAM = """
import sys
if sys.argv[1] not in sys.path:
    sys.path.append(sys.argv[1])
from softgrad.file_checking.served import serve
serve(int(sys.argv[2]), int(sys.argv[3]))
"""


def check_apart(
    request: Request,
    seconds: float,
    relay: Callable[[bytes], None],
    *,
    limits: Limits | None = None,
    folder: Path | None = None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Answer:
    """The reports on what is in a file, one at least unless the request says otherwise, or why not.

    Args:
        request: what is to be checked.
        seconds: the time limit.
        relay: is given what the file prints, piece by piece; what it raises ends the process.
        limits: what the process may take, where it is confined; None where it is not.
        folder: where the process works, with an environment that tells nothing; None for this
            one's folder and environment.
        is_wanted: asked now and then whether the answer still is; if not, the process is ended.

    Raises:
        CapabilityError: this is Windows.
    """
    if sys.platform == "win32":
        raise CapabilityError(
            "check ends what a file has begun, which Windows has no signal for; "
            "softgrad.check does the same in Python"
        )
    ours, theirs = socketpair()
    with ours:
        with theirs:
            process = _start(theirs, min(ceil(seconds) + 5, 2**31 - 1), folder)
        try:
            return _Conversation(ours, process, relay, limits, is_wanted).ask(request, seconds)
        finally:
            _end(process)


def _start(channel: socket, seconds: int, folder: Path | None) -> subprocess.Popen[bytes]:
    """The process, in a group of its own, in which it can be ended with all that it has begun."""
    home = str(Path(__file__).resolve().parents[2])
    number = str(channel.fileno())
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-u", "-c", _PROGRAM, home, number, str(seconds)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(channel.fileno(),),
        cwd=folder,
        env=None if folder is None else _bare_environment(folder),
        start_new_session=True,
    )


def _bare_environment(folder: Path) -> dict[str, str]:
    """What Python and its packages need, and nothing that is anybody's."""
    kept = {name: os.environ[name] for name in _TOLD if name in os.environ}
    own = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), str(folder))
    return {**kept, **own, **_THRIFTY, "PYTHONDONTWRITEBYTECODE": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # none of them is left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    cast(BinaryIO, process.stdout).close()


class _Conversation:
    """One request and its answer, while what is printed is passed on."""

    def __init__(
        self,
        channel: socket,
        process: subprocess.Popen[bytes],
        relay: Callable[[bytes], None],
        limits: Limits | None,
        is_wanted: Callable[[], bool],
    ) -> None:
        self._channel, self._process, self._relay = channel, process, relay
        self._limits, self._is_wanted, self._stopped = limits, is_wanted, ""
        self._most_bytes = MOST_BYTES if limits is None else limits.answer
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
            asked = {"token": token, "limits": self._limits, **request._asdict()}
            self._channel.sendall(as_message(asked))
            self._channel.setblocking(False)
            while not self._is_complete and self._listens and monotonic() < deadline:
                ended = self._process.poll() is not None
                self._hear(min(_GLANCE, max(0.0, deadline - monotonic())))
                self._stopped = self._why_to_stop()
                if ended or self._stopped:
                    break
            late = not self._is_complete and self._listens and self._process.poll() is None
            self._hear_the_rest(0.0 if late or self._stopped else _GRACE)
        answer = read_answer(bytes(self._message), token, may_be_empty=request.may_be_empty)
        told = f"{request.path} {self._what_happened(late, seconds)}"
        return answer or Answer((), told, late=late)

    @property
    def _is_complete(self) -> bool:
        length = message_length(self._message)
        return length is not None and len(self._message) >= min(length, self._most_bytes)

    @property
    def _listens(self) -> bool:
        """Whether the channel is open at the other end."""
        return self._channel in self._selector.get_map()

    def _why_to_stop(self) -> str:
        if not self._is_wanted():
            return "was ended, for nobody waits for it"
        if self._limits is not None:
            with suppress(OSError):  # it has ended
                threads = len([*Path(f"/proc/{self._process.pid}/task").iterdir()])
                if threads > self._limits.threads:
                    return f"was ended, for it had started {threads} threads"
        return ""

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
        if self._stopped:
            return self._stopped
        if late:
            return f"did not come to an end within {seconds:g} seconds"
        if code is None:
            return "closed the channel for the verdict: nothing was said"
        if code < 0:
            with suppress(ValueError):
                return f"was ended by {signal.Signals(-code).name} before there was a verdict"
        return f"ended the process with exit code {code} before there was a verdict"
