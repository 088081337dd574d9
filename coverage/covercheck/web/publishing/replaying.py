"""Recorded checks replayed against a draft, beside the running service and in processes of their own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import orjson
from aiohttp import web

from covercheck.checks.impact.cases import of_cases
from covercheck.checks.impact.compare import Books
from covercheck.checks.impact.replay import Setup, Step, replay_all
from covercheck.checks.impact.tally import Tally
from covercheck.records.drafts import Draft
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.recent import asked, count_asked
from covercheck.web.keys import CLOCK, LOG, MEMORY, SETTINGS


@dataclass(slots=True)
class Replay:
    """One that runs: `done` of `total` recorded checks."""

    total: int = 0
    done: int = 0
    failed: str | None = None


class Stopped(Exception):
    """The service ends."""


class Replays:
    """One for each draft at a time. What came of it is kept with the draft; of one that the end of the service stopped, nothing."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._running: dict[str, Replay] = {}
        self._tasks: Final[set[asyncio.Task[None]]] = set()
        self._ending = False

    def state(self, draft_id: str) -> Replay | None:
        """The one that runs, or failed."""
        return self._running.get(draft_id)

    def start(self, draft: Draft, books: Books, files: Mapping[str, bytes], days: int, org: str) -> None:
        """Begin, unless one runs already. Checks of other organisations than `org` are counted and not named."""
        running = self._running.get(draft.id)
        if running is not None and running.failed is None:
            return
        replay = self._running[draft.id] = Replay()
        task = asyncio.create_task(self._run(replay, draft, books, files, days, org))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End those that run."""
        self._ending = True
        for task in tuple(self._tasks):
            with suppress(Exception):
                await task

    async def _run(self, replay: Replay, draft: Draft, books: Books, files: Mapping[str, bytes], days: int, org: str) -> None:
        try:
            told = await asyncio.to_thread(self._replay, replay, books, files, days, org)
            await self._app[MEMORY].records.drafts.keep_impact(draft.id, orjson.dumps(told))
        except Stopped:
            pass
        except Exception as error:
            # Its processes may end in ways of their own; whatever it was, who asked must not wait for ever.
            replay.failed = error.key if isinstance(error, RecordsUnavailable) else type(error).__name__
            self._app[LOG].error("replay_failed", draft=draft.id, why=replay.failed)
            return
        self._running.pop(draft.id, None)

    def _replay(self, replay: Replay, books: Books, files: Mapping[str, bytes], days: int, org: str) -> dict[str, object]:
        """In a thread: the cases, then the recorded checks."""
        settings, database, now = self._app[SETTINGS], self._app[MEMORY].records.database, self._app[CLOCK]()
        since = now - timedelta(days=days)
        replay.total = count_asked(database, since)
        key = settings.data_key.get_secret_value() if settings.data_key is not None else None
        setup = Setup(dict(books.before.book.files), files, books.before.engine.limits, settings.data_dir, key, org)

        def done(step: Step) -> None:
            replay.done = step.tally.total
            if self._ending:
                raise Stopped

        # One core stays with those who ask.
        processes = max(1, (os.cpu_count() or 1) - 1)
        told = replay_all(setup, asked(database, since), done, processes=processes) if replay.total else Tally()
        at = now.isoformat(timespec="seconds")
        return {"org": org, "at": at, "days": days, "cases": of_cases(books).to_json(), "recorded_checks": told.to_json()}
