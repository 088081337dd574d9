"""How many requests are running, so that a shutdown can wait for them. aiohttp itself drops what still arrives once it closes."""

from __future__ import annotations

import asyncio

STEP_SECONDS = 0.02


class Running:
    """Requests whose head was read and whose answer is not made yet."""

    def __init__(self) -> None:
        self.count = 0

    async def ended(self, seconds: float) -> None:
        """Wait until none is running, but no longer than this."""
        loop = asyncio.get_running_loop()
        latest = loop.time() + seconds
        while self.count and loop.time() < latest:
            await asyncio.sleep(STEP_SECONDS)
