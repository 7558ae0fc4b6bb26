from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from browser import chromium, desktop_page, page  # noqa: F401  # fixtures
from explorer.asking import Client
from softgrad.explorer.application import application

TOKEN = "the-token"


@pytest.fixture
def client() -> Client:
    """Requests to the application without a network."""
    return Client(application(token=TOKEN))


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Of a server that is running."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application(token=TOKEN), log_level="warning", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10.0)
    listening.close()
