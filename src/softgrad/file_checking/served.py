"""The process that runs a user's file, and tells what came out.

Whatever the file does here, to its output, its threads or the process itself, whoever asked is
another process. Who wants to cheat the checker from within can; what else a file can do is less
where the process is confined.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from socket import socket
from typing import Any

from softgrad.error_words import one_line
from softgrad.errors import SoftgradError
from softgrad.file_checking.confinement import Limits, confine
from softgrad.file_checking.messages import Answer, Request, answer_content, as_message, receive
from softgrad.file_checking.names import check_file
from softgrad.file_checking.statements import run_statements

#: So long a statement of the file that defines nothing may compute.
_MOST_SECONDS = 5.0


def serve(handle: int, seconds: int) -> None:
    """Answer the one request that comes over the socket of this number.

    Args:
        handle: the number of the open socket.
        seconds: after which this process ends in any case, should whoever asked be gone by then.
    """
    channel = socket(fileno=handle)
    channel.set_inheritable(False)
    signal.alarm(seconds)
    process = os.getpid()
    asked: dict[str, Any] = receive(channel)
    token, limits = asked.pop("token"), asked.pop("limits")
    answer = _answer(Request(**asked), None if limits is None else Limits(*limits))
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    if os.getpid() != process:  # a fork that the file has made comes here too
        return
    with suppress(OSError):  # the file may have closed every number there is
        channel.sendall(as_message(answer_content(token, answer)))


def _answer(request: Request, limits: Limits | None) -> Answer:
    """What the file's author does is answered, up to an exit; so is a fault of the checker."""
    notes: list[str] = []
    try:
        if limits is not None:
            confine(limits)
        module, notes = run_statements(request.path, min(_MOST_SECONDS, request.seconds / 6.0))
        return Answer(check_file(request, module), notes=tuple(notes))
    except SoftgradError as error:
        return Answer((), "; ".join((one_line(error), *notes)))
    except SystemExit as error:
        return Answer((), f"{request.path} ends the program: exit({error.code!r})")
    except BaseException as error:
        return Answer((), f"{request.path} fails: {type(error).__name__}: {one_line(error)}")
