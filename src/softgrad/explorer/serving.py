"""Running the server: on this machine alone unless told otherwise, until it is stopped."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from errno import EADDRINUSE
from time import monotonic

import uvicorn

from softgrad.errors import ParameterError
from softgrad.explorer.application import application
from softgrad.explorer.safety import LOOPBACK_NAMES

PORT = 8642

#: So many seconds an answer that is under way has when the server is stopped.
_PATIENCE = 1


def serve(
    host: str,
    port: int | None,
    *,
    started: Callable[[str], None],
    idle_seconds: float | None = None,
    framed: bool = False,
) -> None:
    """Serve until interrupted, or until nobody has asked for `idle_seconds`.

    Args:
        host: the address to listen at.
        port: its port; None for the usual one, or any where that is taken; 0 for any.
        started: is told the address of the page, with its token, once it can be opened.
        idle_seconds: None for no end.
        framed: whether notebooks on this machine may hold the page in a frame.

    Raises:
        ParameterError: nothing can listen there.
    """
    listening = _listen(host, port)
    touched = [monotonic()]
    is_open = host not in LOOPBACK_NAMES
    names = {host, socket.gethostname(), *LOOPBACK_NAMES} if is_open else LOOPBACK_NAMES
    app = application(names=names, numeric=is_open, touched=touched, framed=framed)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = uvicorn.Server(config)
    started(f"http://{_in_address(host)}:{listening.getsockname()[1]}/?token={app.state.token}")
    with listening, suppress(KeyboardInterrupt):
        asyncio.run(_until_idle(server, listening, touched, idle_seconds))


async def _until_idle(
    server: uvicorn.Server,
    listening: socket.socket,
    touched: list[float],
    idle_seconds: float | None,
) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not serving.done():
        await asyncio.wait([serving], timeout=None if idle_seconds is None else 0.2)
        if idle_seconds is not None and monotonic() - touched[0] > idle_seconds:
            server.should_exit = True
    await serving


def _listen(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, PORT if port is None else port), family=family)
    except OSError as error:
        if port is None and error.errno == EADDRINUSE:
            return _listen(host, 0)
        why = error.strerror or str(error)
    raise ParameterError(f"cannot listen at {host}, port {PORT if port is None else port}: {why}")


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
