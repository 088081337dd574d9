"""The rulebook changes while the service runs: on a changed file, a signal or a request. A bad one leaves the last good one serving."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Final

from aiohttp import web
from watchfiles import Change, awatch

from covercheck.checks.check import Checker
from covercheck.checks.renewing import Renewal, State, renew
from covercheck.engine import EvidenceLimits
from covercheck.rules.load import digest_of, read_folder
from covercheck.rules.problems import RulebookRefused
from covercheck.settings import Settings
from covercheck.web.keys import CLOCK, LOG, SETTINGS
from covercheck.web.live import LIVE
from covercheck.web.metrics import METRICS

SETTLE_SECONDS: Final = 0.05
MOST_LOOKS: Final = 20
WATCH_STEP_MS: Final = 50
WATCH_CALM_MS: Final = 400


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last time another book was tried, and how that ended."""

    at: datetime
    why: str
    state: State
    digest: str
    ms: float
    findings: tuple[str, ...]


class Reloader:
    """One attempt at a time; who asks meanwhile gets the result of the next."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self.last: Attempt | None = None
        self.loaded_at: datetime = app[CLOCK]()

    async def from_folder(self, why: str) -> Attempt:
        """Take the folder as it is now, once it holds still."""
        async with self._turn:
            settings = self._app[SETTINGS]
            try:
                files = await _settled(settings)
            except (OSError, RulebookRefused) as error:
                return self._note(why, Renewal("refused", "", 0.0, findings=(_words(error),)))
            return await self._renew(why, files)

    async def from_files(self, why: str, files: Mapping[str, bytes]) -> Attempt:
        """Take these files."""
        async with self._turn:
            return await self._renew(why, files)

    def refuse(self, why: str, digest: str, finding: str) -> Attempt:
        """Tell everywhere that these could not even be tried."""
        return self._note(why, Renewal("refused", digest, 0.0, findings=(finding,)))

    async def _renew(self, why: str, files: Mapping[str, bytes]) -> Attempt:
        live, settings = self._app[LIVE], self._app[SETTINGS]
        limits = EvidenceLimits(settings.evidence_fresh_months, settings.evidence_aged_months)
        gc.disable()  # a collection in the middle would walk both books and hold every request up
        try:
            done = await asyncio.to_thread(_tried, live.now.checker, files, limits)
            if done.checker is not None:
                old = [live.now.checker]
                live.swap(done.checker)
                gc.freeze()
                self.loaded_at = self._app[CLOCK]()
                self._app[METRICS].rulebook(done.digest, self.loaded_at.timestamp())
                await asyncio.to_thread(_let_go, old)
        finally:
            gc.enable()
        return self._note(why, done)

    def _note(self, why: str, done: Renewal) -> Attempt:
        app = self._app
        attempt = Attempt(app[CLOCK](), why, done.state, done.digest, round(done.seconds * 1_000, 1), done.findings)
        if not (done.state == "same" and self.last is not None and self.last.state == "refused" and self.last.digest == done.digest):
            self.last = attempt
        app[METRICS].reloaded(done.state)
        tell = app[LOG].error if done.state == "refused" else app[LOG].info
        tell("rulebook_" + done.state, why=why, digest=done.digest, serving=app[LIVE].now.checker.book.digest, ms=attempt.ms,
             findings=list(done.findings))  # fmt: skip
        return attempt


RELOADER: Final = web.AppKey("reloader", Reloader)


async def reloading(app: web.Application) -> AsyncIterator[None]:
    """Watch the folder while the application runs, where the settings want it."""
    app[RELOADER] = Reloader(app)
    is_watched = app[SETTINGS].watch and app[SETTINGS].rules == "files"
    watching = asyncio.create_task(_watch(app)) if is_watched else None
    try:
        yield
    finally:
        if watching is not None:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


async def _watch(app: web.Application) -> None:
    """Thousands of changes in a row are one reload, once they stop for a moment, and at the latest after a while."""
    folder = app[SETTINGS].payers
    while True:
        try:
            async for _ in awatch(folder, watch_filter=_is_rule_file, step=WATCH_STEP_MS, debounce=WATCH_CALM_MS):
                await app[RELOADER].from_folder("files changed")
        except FileNotFoundError:
            app[LOG].error("folder_not_watched", folder=str(folder))
        await asyncio.sleep(1)


def _tried(before: Checker, files: Mapping[str, bytes], limits: EvidenceLimits) -> Renewal:
    """No rules, however odd, may end the watch or the following: where building them fails, those in force go on answering."""
    try:
        return renew(before, files, limits)
    except Exception as error:
        finding = f"These rules can't be taken here: {type(error).__name__} while they were built."
        return Renewal("refused", digest_of(dict(files)), 0.0, findings=(finding,))


def _let_go(old: list[Checker]) -> None:
    """Give the old book's memory back piece by piece: in one go it would hold every request up."""
    checker = old.pop()
    pieces: list[object] = [*checker.book.documents.values(), *checker.book.policies(), *checker.book.payers.values()]
    pieces += [*checker.written.kept.values(), *checker.engine.statements.kept.values(), *checker.engine.findings.kept.values()]
    pieces += [*checker.tellings.kept.kept.values(), *checker.candidates.kept.values()]
    del checker
    while pieces:
        pieces.pop()
        sleep(0)


def _is_rule_file(_: Change, path: str) -> bool:
    return path.endswith(".yaml")


async def _settled(settings: Settings) -> dict[str, bytes]:
    """The folder's files, the same twice in a row: half of a save is not taken for a whole one."""
    before = await asyncio.to_thread(read_folder, settings.payers)
    for _ in range(MOST_LOOKS):
        await asyncio.sleep(SETTLE_SECONDS)
        now = await asyncio.to_thread(read_folder, settings.payers)
        if now == before:
            break
        before = now
    return before


def _words(error: OSError | RulebookRefused) -> str:
    return f"the folder can't be read: {error.strerror}" if isinstance(error, OSError) else str(error.problems[0])
