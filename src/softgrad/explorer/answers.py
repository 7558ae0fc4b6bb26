"""What the server answers: JSON that every browser reads, and refusals in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite
from typing import Any, cast

import numpy as np
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from softgrad.errors import SoftgradError

Answer = Callable[[QueryParams], Any]


def answering(path: str, answer: Answer) -> Route:
    """A route that answers GET by a function of the query; what the user can mend is status 400."""

    async def endpoint(request: Request) -> Response:
        try:
            return json_response(answer(request.query_params))
        except SoftgradError as error:
            return refusal(str(error), 400)

    return Route(path, endpoint, methods=["GET"], name=path)


def refusal(message: str, status: int) -> Response:
    """An answer that says in one line why there is none."""
    return json_response({"error": " ".join(message.split())}, status)


def json_response(told: Any, status: int = 200) -> Response:
    """`told` as JSON, without blanks; arrays are lists."""
    text = json.dumps(plain(told), allow_nan=False, separators=(",", ":"))
    return Response(text, status, media_type="application/json")


def plain(value: Any) -> Any:
    """Arrays as lists, and numbers that JSON has no spelling for as texts: "inf", "-inf", "nan"."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in cast("list[Any]", value)]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value
