"""The one answer that runs code: for who has the token, one at a time, while somebody waits."""

from __future__ import annotations

import asyncio
from threading import Event, Lock
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from softgrad.errors import SoftgradError
from softgrad.explorer.answers import json_response, refusal
from softgrad.explorer.pasted import Pasted, check_pasted
from softgrad.explorer.safety import has_token
from softgrad.files import parse_json
from softgrad.files.schema import record, text

MOST_BYTES = 200_000

#: Seconds between two looks at whether the browser still waits, and how often another check, which
#: was stopped perhaps, is waited for.
_GLANCE, _LOOKS = 0.2, 10

_READ = record(dict.fromkeys(Pasted._fields, text))
_ONE_AT_A_TIME = Lock()


async def _check(request: Request) -> Response:
    if not has_token(request):
        told = "code is run for the address alone that softgrad explore has printed: open that"
        return refusal(told, 403)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return refusal(f"this is more than {MOST_BYTES:,} bytes; paste less", 413)
    if not await _is_next():
        return refusal("another check is under way; press Check again when it has ended", 409)
    try:
        pasted = Pasted(**_READ(parse_json(bytes(body), "the request"), "the request"))
        return json_response(await _while_wanted(request, pasted))
    except SoftgradError as error:
        return refusal(str(error), 400)
    except asyncio.CancelledError:
        return refusal("the server was stopped", 503)
    finally:
        _ONE_AT_A_TIME.release()


async def _is_next() -> bool:
    """Whether this check's turn has come within a short time; others then wait for its end."""
    for _ in range(_LOOKS):
        if _ONE_AT_A_TIME.acquire(blocking=False):
            return True
        await asyncio.sleep(_GLANCE)
    return False


async def _while_wanted(request: Request, pasted: Pasted) -> dict[str, Any]:
    """The answer; the process is ended when the browser goes away, or the server."""
    left = Event()
    checking = asyncio.create_task(
        run_in_threadpool(check_pasted, pasted, is_wanted=lambda: not left.is_set())
    )
    try:
        while not checking.done():
            await asyncio.wait([checking], timeout=_GLANCE)
            if await request.is_disconnected():
                left.set()
        return checking.result()
    finally:
        left.set()


CHECK = Route("/api/check", _check, methods=["POST"])
