"""Opens what asking needs, for as long as a service or a command runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from covercheck import __version__
from covercheck.eligibility.desk import Asked, Desk, Patience
from covercheck.eligibility.routes import Routes, Setup


@asynccontextmanager
async def open_desk(setup: Setup, patience: Patience, listener: Callable[[Asked], None]) -> AsyncIterator[tuple[Desk, Routes]]:
    """A desk and the routes; on the way out nothing is left open."""
    connections = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=30)
    agent = {"user-agent": f"covercheck/{__version__}"}
    async with httpx.AsyncClient(limits=connections, headers=agent, follow_redirects=False) as client:
        desk = Desk(patience, listener)
        try:
            yield desk, Routes(setup, client)
        finally:
            await desk.close()
