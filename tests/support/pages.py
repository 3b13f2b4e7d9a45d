"""Asking an ASGI application as a browser would."""

import asyncio
from typing import Any

import httpx
from starlette.applications import Starlette

__all__ = ["ask_page"]


def ask_page(app: Starlette, method: str, url: str, **more: Any) -> httpx.Response:
    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            return await client.request(method, url, **more)

    return asyncio.run(asked())
