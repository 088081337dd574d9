"""A moment by which something must be over, which may be put off while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Deadline:
    """`at` is on the event loop's clock."""

    def __init__(self, at: float) -> None:
        self.at = at
        self._scopes: set[asyncio.Timeout] = set()

    def put_off(self, at: float) -> None:
        """Never earlier than it was; what runs under it gets the longer time."""
        if at > self.at:
            self.at = at
            for scope in self._scopes:
                scope.reschedule(at)

    @asynccontextmanager
    async def scope(self) -> AsyncIterator[None]:
        """Raises TimeoutError at the deadline."""
        async with asyncio.timeout_at(self.at) as timeout:
            self._scopes.add(timeout)
            try:
                yield
            finally:
                self._scopes.discard(timeout)
