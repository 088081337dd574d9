"""Where drafts are worked on: their files, what they mean, and their replays, each worked out once."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Final

from aiohttp import web
from cachetools import LRUCache

from covercheck.checks.check import Checker
from covercheck.checks.memory.books import files_of, packed
from covercheck.checks.publishing.analysis import Analysis, analyse, unreadable
from covercheck.checks.publishing.change import unpack_change
from covercheck.engine import EvidenceLimits
from covercheck.records.drafts import Draft
from covercheck.rules import load_files
from covercheck.rules.problems import RulebookRefused
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import LIVE
from covercheck.web.publishing.replaying import Replays

KEPT: Final = 4  # each holds a whole rulebook


class Desk:
    """One for the service. One analysis is made at a time."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._analyses: LRUCache[tuple[str, date], Analysis] = LRUCache(KEPT)
        self._bases: LRUCache[str, Checker] = LRUCache(KEPT)
        self.replays = Replays(app)

    @property
    def limits(self) -> EvidenceLimits:
        """The ages of evidence in force."""
        settings = self._app[SETTINGS]
        return EvidenceLimits(settings.evidence_fresh_months, settings.evidence_aged_months)

    async def keep_book(self, digest: str, files: Mapping[str, bytes]) -> None:
        """Keep a rulebook for ever, as every one is that was ever used."""
        await self._app[MEMORY].records.checks.keep_book(digest, lambda: packed(files), self._app[CLOCK]())

    async def files_of(self, digest: str) -> dict[str, bytes]:
        """The files of the book in force, or of a kept one; raises LookupError where none is kept whole."""
        book = self._app[LIVE].now.checker.book
        if book.digest == digest:
            return dict(book.files)
        kept = await self._app[MEMORY].records.checks.book(digest)
        if kept is None:
            raise LookupError(digest)
        try:
            return await asyncio.to_thread(files_of, kept)
        except (zlib.error, ValueError):
            raise LookupError(digest) from None

    async def files_after(self, draft: Draft) -> dict[str, bytes]:
        """The rulebook that the draft would make."""
        return unpack_change(draft.change).on(await self.files_of(draft.base_digest))

    async def base_of(self, draft: Draft) -> Checker:
        """What answers by the rules that the draft changes."""
        live = self._app[LIVE].now.checker
        if live.book.digest == draft.base_digest:
            return live
        found = self._bases.get(draft.base_digest)
        if found is None:
            files = await self.files_of(draft.base_digest)
            found = self._bases[draft.base_digest] = await asyncio.to_thread(lambda: Checker.of(load_files(files), self.limits))
        return found

    async def analysis(self, draft: Draft) -> Analysis:
        """Whether it is sound and what it means, as of today."""
        today = self._app[CLOCK]().date()
        async with self._turn:
            found = self._analyses.get((draft.id, today))
            if found is None:
                found = self._analyses[draft.id, today] = await self._analysed(draft, today)
            return found

    async def _analysed(self, draft: Draft, today: date) -> Analysis:
        try:
            base, files = await self.base_of(draft), await self.files_after(draft)
        except (LookupError, RulebookRefused):
            return unreadable(draft.base_digest, unpack_change(draft.change).paths[0])
        return await asyncio.to_thread(analyse, base, files, today, self.limits)


DESK: Final = web.AppKey("desk", Desk)


async def desk(app: web.Application) -> AsyncIterator[None]:
    """Open while the service runs."""
    app[DESK] = Desk(app)
    try:
        yield
    finally:
        await app[DESK].replays.close()
