"""Who may ask: nothing from foreign pages, and code only from who has the printed address."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from secrets import compare_digest
from time import monotonic
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

#: A header of one's own: a foreign page cannot send it without asking first, and is refused then.
TOKEN_HEADER = "x-softgrad-token"  # noqa: S105  # a name, no secret

# The page is made of its own files alone; nothing is fetched from elsewhere.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors ",
    )
)
# Whose pages may hold it in a frame: nobody's, or notebooks' that are on this machine.
_NOBODY = "'none'"
_NOTEBOOKS = "http://localhost:* http://127.0.0.1:* vscode-webview: vscode-file:"
_HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}


class Guard:
    """Middleware: refuses foreign hosts and origins, and says what the page may load.

    A page elsewhere whose name is made to point at this machine (DNS rebinding) sends its own name
    as the host. Where the server is open to a network, numeric addresses are fine, since no name
    stands behind them.

    Args:
        app: what is guarded.
        names: the host names that this server goes by.
        numeric: whether any numeric address is one of them.
        touched: a list of one number, which becomes the time of the last request.
        framed: whether notebooks on this machine may hold the page in a frame.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        names: Iterable[str],
        numeric: bool = False,
        touched: list[float] | None = None,
        framed: bool = False,
    ) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)
        self._numeric = numeric
        self._touched = [0.0] if touched is None else touched
        policy = _POLICY + (_NOTEBOOKS if framed else _NOBODY)
        self._headers = _HEADERS | {"content-security-policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from here; answer 403 to all else."""
        if scope["type"] != "http":
            return
        self._touched[0] = monotonic()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refusal = self._refusal(Headers(scope=scope))
        answer = PlainTextResponse(refusal, status_code=403) if refusal else self._app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, headers: Headers) -> str:
        host = headers.get("host", "")
        if not self._is_own(_name_in(f"//{host}")):
            return f"the host {host[:80]!r} is not this server's"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return f"requests from pages of {origin[:80]!r} are refused"
        return ""

    def _is_own(self, name: str) -> bool:
        if name in self._names:
            return True
        return self._numeric and _is_numeric(name)


def has_token(request: Request) -> bool:
    """Whether the request carries the token of the printed address, which running code needs."""
    given = request.headers.get(TOKEN_HEADER, "")
    return compare_digest(given.encode(), str(request.app.state.token).encode())


def _name_in(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_numeric(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
