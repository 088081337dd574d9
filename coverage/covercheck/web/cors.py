"""Which web pages of other origins may call the API: only those that the settings name."""

from __future__ import annotations

from collections.abc import Collection

from aiohttp import web

from covercheck.web.replies import Headers

METHODS = "GET, HEAD, POST"
SENT = "Content-Type, Idempotency-Key, If-None-Match, Prefer, X-Request-Id"
SHOWN = "ETag, Idempotency-Replayed, Preference-Applied, X-Covercheck-Rulebook, X-Covercheck-Version, X-Request-Id"


def is_preflight(request: web.Request) -> bool:
    """A browser asks before it sends."""
    return "Origin" in request.headers and "Access-Control-Request-Method" in request.headers


def answer_preflight(request: web.Request, headers: Headers, origins: Collection[str]) -> web.Response:
    """What a page of this origin may send; without the permission headers the browser refuses for itself."""
    response = web.Response(status=204, headers=headers.common)
    if request.headers["Origin"] in origins:
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = SENT
        response.headers["Access-Control-Max-Age"] = "600"
    return response


def allow_origin(request: web.Request, response: web.StreamResponse, origins: Collection[str]) -> None:
    """Let a page of a named origin read the response."""
    response.headers["Vary"] = ", ".join(filter(None, (response.headers.get("Vary"), "Origin")))
    origin = request.headers.get("Origin")
    if origin is not None and origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = SHOWN
