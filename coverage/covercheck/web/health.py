"""Whether the service lives, and with which rulebook."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from aiohttp import web

from covercheck import __version__
from covercheck.web.keys import SETTINGS
from covercheck.web.live import serving
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.reloading import RELOADER


@dataclass(frozen=True, slots=True)
class Health:
    """The process answers."""

    status: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The rulebook is loaded and questions can be answered. `refused`: why newer rules are not in force here.

    `release`: the number of what serves here; `refused_release`: one in force that this instance could not take.
    """

    status: str
    version: str
    rulebook: str
    payers: int
    policies: int
    rules: str
    release: int | None
    refused_release: int | None
    refused: tuple[str, ...]


def refused_findings(app: web.Application) -> tuple[str, ...]:
    """Why newer rules are not in force here."""
    last = app[RELOADER].last
    return last.findings if last is not None and last.state == "refused" else app[FOLLOWER].why


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(body=orjson.dumps(Health("ok")), headers=serving(request).headers.answer)


async def readyz(request: web.Request) -> web.Response:
    """The rulebook in force."""
    book = serving(request).checker.book
    follower, mode = request.app[FOLLOWER], request.app[SETTINGS].rules
    release, behind = (one.number if one is not None else None for one in (follower.serving, follower.refused))
    refused = refused_findings(request.app)
    ready = Readiness("ready", __version__, book.digest, len(book.payers), len(book.policies()), mode, release, behind, refused)
    return web.Response(body=orjson.dumps(ready), headers=serving(request).headers.answer)
