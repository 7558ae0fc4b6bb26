"""The server: the page's files, and one answer for each thing that the page draws."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from secrets import token_urlsafe

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from softgrad.explorer.answers import answering
from softgrad.explorer.batch import batch
from softgrad.explorer.choices import choices
from softgrad.explorer.digits import digits
from softgrad.explorer.layer_numbers import layer_numbers
from softgrad.explorer.margins import margins
from softgrad.explorer.running import CHECK
from softgrad.explorer.safety import LOOPBACK_NAMES, Guard
from softgrad.explorer.simplex import landscape, points
from softgrad.explorer.training import training

PAGE = Path(__file__).parent / "page"

#: What the page asks for; a tab adds its line.
ANSWERS: tuple[BaseRoute, ...] = (
    answering("/api/choices", choices),
    answering("/api/layer", layer_numbers),
    answering("/api/training", training),
    answering("/api/landscape", landscape),
    answering("/api/points", points),
    answering("/api/batch", batch),
    answering("/api/margins", margins),
    answering("/api/digits", digits),
    CHECK,
)


def application(
    *,
    token: str | None = None,
    names: Iterable[str] = LOOPBACK_NAMES,
    numeric: bool = False,
    touched: list[float] | None = None,
    framed: bool = False,
) -> Starlette:
    """The explorer as an ASGI application.

    Args:
        token: what requests that run code must carry; a random one by default.
        names: the host names that requests may be for.
        numeric: whether they may be for any numeric address.
        touched: a list of one number, which becomes the time of the last request.
        framed: whether notebooks on this machine may hold the page in a frame.
    """
    guard = Middleware(Guard, names=names, numeric=numeric, touched=touched, framed=framed)
    routes = [
        Route("/", _index, methods=["GET"]),
        *ANSWERS,
        Mount("/page", StaticFiles(directory=PAGE)),
    ]
    made = Starlette(routes=routes, middleware=[guard])
    made.state.token = token_urlsafe(16) if token is None else token
    return made


async def _index(request: Request) -> Response:
    return FileResponse(PAGE / "index.html")
