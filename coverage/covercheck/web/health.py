"""Whether the service lives, and with which rulebook."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from aiohttp import web

from covercheck import __version__
from covercheck.web.keys import CHECKER, HEADERS


@dataclass(frozen=True, slots=True)
class Health:
    """The process answers."""

    status: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The rulebook is loaded and questions can be answered."""

    status: str
    version: str
    rulebook: str
    payers: int
    policies: int


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(body=orjson.dumps(Health("ok")), headers=request.app[HEADERS].answer)


async def readyz(request: web.Request) -> web.Response:
    """The rulebook in force."""
    book = request.app[CHECKER].book
    ready = Readiness("ready", __version__, book.digest, len(book.payers), len(book.policies()))
    return web.Response(body=orjson.dumps(ready), headers=request.app[HEADERS].answer)
