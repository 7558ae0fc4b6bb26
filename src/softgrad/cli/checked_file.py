"""The process that runs a user's file for `softgrad check`, and tells what came out.

Whatever the file does here, to its output, its threads or the process itself, the command is
another process. This is no sandbox: who wants to cheat the checker from within can.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Any

import numpy as np

from softgrad import checking
from softgrad.cli.check_messages import Answer, Request, answer_content, as_message, receive
from softgrad.cli.failure import did_you_mean, one_line
from softgrad.errors import SoftgradError


def serve(handle: int, seconds: int) -> None:
    """Answer the one request that comes over the socket of this number.

    Args:
        handle: the number of the open socket.
        seconds: after which this process ends in any case, should the command be gone by then.
    """
    channel = socket(fileno=handle)
    channel.set_inheritable(False)
    signal.alarm(seconds)
    process = os.getpid()
    asked: dict[str, Any] = receive(channel)
    token = asked.pop("token")
    answer = _answer(Request(**asked))
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    if os.getpid() != process:  # a fork that the file has made comes here too
        return
    with suppress(OSError):  # the file may have closed every number there is
        channel.sendall(as_message(answer_content(token, answer)))


def _answer(request: Request) -> Answer:
    """What the file's author does is answered, up to an exit; so is a fault of the checker."""
    try:
        return Answer(_check(request, _run(request.path)))
    except SoftgradError as error:
        return Answer(None, one_line(error))
    except SystemExit as error:
        return Answer(None, f"{request.path} ends the program: exit({error.code!r})")
    except BaseException as error:
        return Answer(None, f"{request.path} fails: {type(error).__name__}: {one_line(error)}")


def _run(path: str) -> dict[str, Any]:
    """The names in the file, which finds what lies beside it as any program does."""
    sys.argv = [path]
    sys.path.insert(0, str(Path(path).resolve().parent))
    return runpy.run_path(path)


def _check(request: Request, names: dict[str, Any]) -> checking.Report:
    shape = (request.rows, request.entries) if request.rows > 1 else (request.entries,)
    x = np.random.default_rng(request.seed).standard_normal(shape)
    found = _find(names, request.name)
    settings: dict[str, Any] = {"argument": request.argument, "seed": request.seed}
    if request.derivative is None:
        return checking.check_class(found, x, request.form, **settings)
    theirs = _find(names, request.derivative)
    return checking.check(found, theirs, x, request.form, **settings)


def _find(names: dict[str, Any], name: str) -> Any:
    if name in names:
        return names[name]
    known = [n for n, value in names.items() if callable(value) and not n.startswith("_")]
    raise SoftgradError(f"there is no {name!r} in the file: {did_you_mean(name, known)}")
