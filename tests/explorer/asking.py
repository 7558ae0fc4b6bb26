"""Requests to an application without a network."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

HERE = "http://127.0.0.1:8642"


class Client:
    """What a browser or a program would send to `app`, one request at a time."""

    def __init__(self, app: Any, base_url: str = HERE) -> None:
        self._app = app
        self._base_url = base_url

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.send("POST", path, **options)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url=self._base_url) as client:
                return await client.request(method, path, **options)

        return asyncio.run(sent())
