"""Whether the service lives, and with which rulebook."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from aiohttp import web

from covercheck import __version__
from covercheck.web.keys import SETTINGS
from covercheck.web.live import serving
from covercheck.web.reloading import RELOADER


@dataclass(frozen=True, slots=True)
class Health:
    """The process answers."""

    status: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The rulebook is loaded and questions can be answered. `refused`: why newer rules are not in force."""

    status: str
    version: str
    rulebook: str
    payers: int
    policies: int
    rules: str
    refused: tuple[str, ...]


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(body=orjson.dumps(Health("ok")), headers=serving(request).headers.answer)


async def readyz(request: web.Request) -> web.Response:
    """The rulebook in force."""
    book = serving(request).checker.book
    last = request.app[RELOADER].last
    refused = last.findings if last is not None and last.state == "refused" else ()
    mode = request.app[SETTINGS].rules
    ready = Readiness("ready", __version__, book.digest, len(book.payers), len(book.policies()), mode, refused)
    return web.Response(body=orjson.dumps(ready), headers=serving(request).headers.answer)
