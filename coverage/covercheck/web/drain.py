"""How many requests are running, so that a shutdown can wait for them. aiohttp itself drops what still arrives once it closes."""

from __future__ import annotations

import asyncio


class Running:
    """Requests whose head was read and whose answer is not made yet."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def begin(self) -> None:
        """One more."""
        self._count += 1
        self._none.clear()

    def end(self) -> None:
        """One less."""
        self._count -= 1
        if not self._count:
            self._none.set()

    async def ended(self, seconds: float) -> None:
        """Wait until none is running, but no longer than this."""
        try:
            async with asyncio.timeout(seconds):
                await self._none.wait()
        except TimeoutError:
            return
