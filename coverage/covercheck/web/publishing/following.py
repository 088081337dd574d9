"""Every instance follows what is published: it takes a release when its moment comes, and keeps the last good one where it can't."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from covercheck.records.errors import RecordsUnavailable
from covercheck.records.releases import Release, ReleaseStore
from covercheck.rules.load import digest_of
from covercheck.web.keys import CLOCK, LOG, MEMORY, SETTINGS
from covercheck.web.live import LIVE
from covercheck.web.metrics import METRICS
from covercheck.web.publishing.desk import DESK
from covercheck.web.publishing.starting import NoRelease
from covercheck.web.reloading import RELOADER, Attempt

AGAIN: Final = timedelta(seconds=60)  # how long a release that failed here is left alone
JITTER: Final = 0.2


class Follower:
    """`serving`: the release that answers here. `refused`: a newer one in force that this instance could not take, for `why`."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self.serving: Release | None = None
        self.refused: Release | None = None
        self.why: tuple[str, ...] = ()
        self._tried_at: datetime | None = None
        self._turn = asyncio.Lock()
        self._is_lost = False

    async def begin(self) -> None:
        """The folder becomes release 1 where nothing is published yet; then the newest release in force that is sound serves."""
        app, book = self._app, self._app[LIVE].now.checker.book
        now = app[CLOCK]()
        if await self._releases.newest() is None:
            await app[DESK].keep_book(book.digest, book.files)
            reason = "The folder of rule files, taken over at the first start."
            await self._releases.begin(Release(1, book.digest, None, None, "first start", None, reason, now, now))
        found = await self._releases.in_force(now)
        while found is not None and not await self._take(found):
            found = await self._releases.in_force(now, below=found.number)
        if found is None:
            raise NoRelease(self.why)

    async def look(self) -> None:
        """Follow; what fails is told, and tried again at the next look."""
        try:
            await self.follow()
        except Exception as error:
            # Whatever it is, the last good rules go on answering, and the next look must come.
            if not self._is_lost:
                key = error.key if isinstance(error, RecordsUnavailable) else type(error).__name__
                self._app[LOG].error("releases_not_followed", key=key)
            self._is_lost = True
        else:
            self._is_lost = False

    async def follow(self) -> None:
        """Take what is in force by now, if it is not what serves."""
        async with self._turn:
            now = self._app[CLOCK]()
            found = await self._releases.in_force(now)
            if found is None or (self.serving is not None and found.number == self.serving.number):
                return
            failed_before = self.refused is not None and self.refused.number == found.number
            if not failed_before or self._tried_at is None or now - self._tried_at >= AGAIN:
                await self._take(found)

    @property
    def _releases(self) -> ReleaseStore:
        return self._app[MEMORY].records.releases

    async def _take(self, release: Release) -> bool:
        self._tried_at = self._app[CLOCK]()
        attempt = await self._attempt(release)
        if attempt.state == "refused":
            # At the start the newest is tried first: a lower one that fails too does not hide it.
            if self.refused is None or release.number > self.refused.number:
                self.refused, self.why = release, attempt.findings
            return False
        self.serving = release
        if self.refused is not None and self.refused.number <= release.number:
            self.refused, self.why = None, ()
        self._app[METRICS].release(release.number, is_behind=self.refused is not None)
        return True

    async def _attempt(self, release: Release) -> Attempt:
        why, reloader = f"release {release.number}", self._app[RELOADER]
        try:
            files = await self._app[DESK].files_of(release.digest)
        except LookupError:
            return reloader.refuse(why, release.digest, f"The rulebook of release {release.number} can't be read from the database.")
        if digest_of(files) != release.digest:
            return reloader.refuse(why, release.digest, f"The rulebook of release {release.number} is not as it was published.")
        return await reloader.from_files(why, files)


FOLLOWER: Final = web.AppKey("follower", Follower)


async def following(app: web.Application) -> AsyncIterator[None]:
    """Follow the releases while the service runs, where the settings take the rules from there."""
    app[FOLLOWER] = Follower(app)
    if app[SETTINGS].rules == "files":
        yield
        return
    await app[FOLLOWER].begin()
    polling = asyncio.create_task(_poll(app))
    try:
        yield
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling


async def _poll(app: web.Application) -> None:
    """Instances look at different moments, so that they don't all build a rulebook in the same one."""
    seconds = app[SETTINGS].release_seconds
    while True:
        await asyncio.sleep(seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - no secret
        await app[FOLLOWER].look()
