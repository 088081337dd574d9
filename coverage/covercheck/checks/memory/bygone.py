"""Rulebooks of before, to show recorded answers by the texts of their day."""

from __future__ import annotations

import asyncio
from typing import Final

from cachetools import LRUCache

from covercheck.checks.memory.books import unpacked
from covercheck.records.opening import Records
from covercheck.rules.problems import RulebookRefused
from covercheck.rules.rulebook import Rulebook

KEPT: Final = 4


class Bygone:
    """The last few that were looked at stay at hand; they share with the rules in force what is the same."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._books: LRUCache[str, Rulebook] = LRUCache(KEPT)

    async def book(self, digest: str, now: Rulebook) -> Rulebook | None:
        """The rulebook of this digest; None where it was never kept, or this release can't read it any more."""
        if digest == now.digest:
            return now
        found = self._books.get(digest)
        if found is None:
            found = await self._load(digest, now)
            if found is not None:
                self._books[digest] = found
        return found

    async def _load(self, digest: str, now: Rulebook) -> Rulebook | None:
        kept = await self._records.checks.book(digest)
        if kept is None:
            return None
        try:
            return await asyncio.to_thread(unpacked, kept, now)
        except RulebookRefused:
            return None
