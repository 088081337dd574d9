"""`GET /v1/sources/due`: which published texts to read again next."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import orjson
from aiohttp import web
from cachetools import LRUCache

from covercheck.checks.memory.standing import DAYS, Standing, standing_of
from covercheck.checks.request import Fault
from covercheck.proof.due import DueSource, sources_due, text_keys
from covercheck.web.access import ASKER
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import PARAMETERS, Refused
from covercheck.web.replies import answer_reply

AGAIN: Final = timedelta(minutes=5)  # counted anew after so long
KEPT: Final = 100
MOST: Final = 500
USUAL: Final = 100
LONGEST_WITHIN: Final = 3_650


@dataclass(frozen=True, slots=True)
class UseView:
    """A policy that cites the text. `parts`: those that its editions not yet over decide by it."""

    payer: str
    policy: str
    source: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueView:
    """A text to read again. `days_overdue` is 0 on the day it falls due and negative before. `answers`: recent ones that stand on it."""

    id: str
    title: str
    url: str | None
    quality: str
    as_of: str | None
    read_on: str
    due: str
    days_overdue: int
    answers: int
    uses: tuple[UseView, ...]


@dataclass(frozen=True, slots=True)
class DueList:
    """What to read next comes first: by answers, then by days overdue. `total`: how many there are in all.

    Answers of the last `days`, of your organisation: `counted` of `checks` were looked at.
    """

    on: str
    within: int
    days: int
    checks: int
    counted: int
    total: int
    sources: tuple[DueView, ...]


class Standings:
    """What was counted, for a while, by organisation and rulebook."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[str, str], tuple[datetime, Standing]] = LRUCache(KEPT)
        self._turn = asyncio.Lock()
        self._counting: set[asyncio.Task[Standing]] = set()

    async def of(self, request: web.Request) -> Standing:
        """Of who asks, some minutes old at most."""
        book, org, now = serving(request).checker.book, request[ASKER].org, request.app[CLOCK]()
        async with self._turn:
            found = self._kept.get((org, book.digest))
            if found is None or now - found[0] >= AGAIN:
                records = request.app[MEMORY].records
                told = await asyncio.to_thread(standing_of, records, text_keys(book), now, org, DAYS)
                found = self._kept[org, book.digest] = (now, told)
            return found[1]

    async def soon(self, request: web.Request, seconds: float) -> Standing | None:
        """The same where it is at hand within so long; counting goes on behind, so that a later look finds it."""
        counting = asyncio.create_task(self.of(request))
        self._counting.add(counting)
        counting.add_done_callback(self._counting.discard)
        done, _ = await asyncio.wait({counting}, timeout=seconds)
        return counting.result() if done else None

    async def close(self, _: web.Application) -> None:
        """Let what is being counted end, before the records are closed."""
        await asyncio.gather(*self._counting, return_exceptions=True)


STANDINGS: Final = web.AppKey("standings", Standings)


async def get_sources_due(request: web.Request) -> web.Response:
    """The texts due by now, or within so many days."""
    within, limit, payer = _wanted(request.query)
    standing = await request.app[STANDINGS].of(request)
    told = due(request, within, payer, standing)
    on = request.app[CLOCK]().date().isoformat()
    listed = tuple(_view(source) for source in told[:limit])
    view = DueList(on, within, standing.days, standing.checks, standing.counted, len(told), listed)
    return answer_reply(request, serving(request).headers, orjson.dumps(view))


def due(request: web.Request, within: int, payer: str | None, standing: Standing | None) -> tuple[DueSource, ...]:
    """The texts, what to read next first."""
    book, today = serving(request).checker.book, request.app[CLOCK]().date()
    return sources_due(book, today, within, payer, standing.answers if standing is not None else None)


def _wanted(query: Mapping[str, str]) -> tuple[int, int, str | None]:
    faults = []
    numbers = {}
    for name, usual, least, most in (("within", 0, 0, LONGEST_WITHIN), ("limit", USUAL, 1, MOST)):
        text = query.get(name, str(usual))
        if text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most:
            numbers[name] = int(text)
        else:
            faults.append(Fault(f"?{name}", "wrong_parameter", f"must be a whole number from {least} to {most}"))
    if faults:
        raise Refused(PARAMETERS, faults=faults)
    return numbers["within"], numbers["limit"], query.get("payer")


def _view(source: DueSource) -> DueView:
    return DueView(
        source.id,
        source.title,
        source.url,
        source.quality,
        _day(source.as_of),
        source.read_on.isoformat(),
        source.due.isoformat(),
        source.days_overdue,
        source.answers or 0,
        tuple(UseView(use.payer, use.policy, use.source, use.parts) for use in source.uses),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
