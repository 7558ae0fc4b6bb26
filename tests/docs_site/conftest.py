from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from browser import chromium, page  # noqa: F401  # fixtures


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of a built site, which SOFTGRAD_SITE names; CI builds one (`.ci/run`)."""
    folder = os.environ.get("SOFTGRAD_SITE")
    if folder is None:
        pytest.skip("SOFTGRAD_SITE names no built site (tools/build_docs.py)")
    return Path(folder)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where that site is served."""
    handler = functools.partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10.0)
