"""How a sick payer's system behaves on the line."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from covercheck.rules.eligibility_text import Fault

RETRY_AFTER: Final = "1"
DRIP_SECONDS: Final = 0.5
NOISE: Final = bytes(range(256)) * 8
STATUSES: Final[dict[Fault, int]] = {"down": 500, "throttled": 429, "unavailable": 503}


async def sick_reply(request: web.Request, fault: Fault, body: bytes, content_type: str) -> web.StreamResponse | None:
    """The reply of a system with this fault; None where the fault lies in what it says, not in how."""
    if fault in STATUSES:
        headers = {} if fault == "down" else {"Retry-After": RETRY_AFTER}
        return web.Response(status=STATUSES[fault], text="not now", headers=headers)
    match fault:
        case "reset":
            return _reset(request)
        case "truncated":
            return await _truncated(request, body, content_type)
        case "garbled":
            return web.Response(body=NOISE, content_type=content_type)
        case "slow_drip":
            return await _dripped(request, body, content_type)
        case "wrong_content_type":
            return web.Response(text="<!doctype html><title>Sign in</title><p>Please sign in.", content_type="text/html")
    return None


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _truncated(request: web.Request, body: bytes, content_type: str) -> web.StreamResponse:
    """Announces the whole length, sends half and hangs up."""
    response = web.StreamResponse(headers={"Content-Type": content_type, "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _dripped(request: web.Request, body: bytes, content_type: str) -> web.StreamResponse:
    """A byte now and then, without an end in sight."""
    response = web.StreamResponse(headers={"Content-Type": content_type})
    await response.prepare(request)
    for byte in body:
        await response.write(bytes([byte]))
        await asyncio.sleep(DRIP_SECONDS)
    return response
