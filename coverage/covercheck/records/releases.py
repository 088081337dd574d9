"""Published rulebooks: numbered, never changed and never deleted. To go back is to publish again what was in force before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Select, insert, select, update

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.repeats import KeyTaken, Repeat, key_holder, take_key
from covercheck.records.tables import drafts, releases, rulebooks
from covercheck.records.writer import Writer

MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class Release:
    """In force from `effective_at` until a higher number's moment comes. `restores`: the release whose content it brings back."""

    number: int
    digest: str
    draft: str | None
    restores: int | None
    author: str
    approver: str | None
    reason: str
    published_at: datetime
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class Outdated:
    """It was made on another release than the newest."""

    newest: int


@dataclass(frozen=True, slots=True)
class TooEarly:
    """It would be in force before the release it follows."""

    earliest: datetime


@dataclass(frozen=True, slots=True)
class NotApproved:
    """The draft is not, or no longer, approved."""


Published: TypeAlias = Release | Outdated | TooEarly | NotApproved | KeyTaken


@dataclass(frozen=True, slots=True)
class Kept:
    """A release with the files of its rulebook, packed."""

    release: Release
    files: bytes


class ReleaseStore:
    """The releases of the service."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def begin(self, release: Release, audit: Iterable[Entry] = ()) -> Release:
        """Where nothing is published yet this is the first; the first, whoever made it."""
        entries = tuple(audit)

        def work(connection: Connection) -> Release:
            first = connection.execute(select(releases).order_by(releases.c.number).limit(1)).mappings().first()
            if first is not None:
                return _release(first)
            connection.execute(insert(releases), [_row(release)])
            return release

        begun = await self._writer.store((), lambda made: entries if made is release else (), work)
        assert begun is not None
        return begun

    async def publish(
        self,
        release: Release,
        base: int,
        audit: Callable[[Release], Entry] | None = None,
        key: tuple[str, Repeat] | None = None,
    ) -> Published:
        """Publish under the next number, if `base` is still the newest; of two at once one is outdated. Its draft is published with it.

        `key`: an organisation's `Idempotency-Key`; what it published before is told again. What goes back may come before what is pending.
        """

        def work(connection: Connection) -> Published:
            taken = key_holder(connection, *key, release.published_at) if key is not None else None
            if taken is not None:
                return taken
            newest = _release(connection.execute(_NEWEST).mappings().one())
            if newest.number != base:
                return Outdated(newest.number)
            if release.effective_at < newest.effective_at and release.restores is None:
                return TooEarly(newest.effective_at)
            numbered = replace(release, number=newest.number + 1)
            if release.draft is not None:
                change = update(drafts).where(drafts.c.id == release.draft, drafts.c.state == "approved")
                if connection.execute(change.values(state="published", release=numbered.number)).rowcount != 1:
                    return NotApproved()
            connection.execute(insert(releases), [_row(numbered)])
            if key is not None:
                take_key(connection, key[0], str(numbered.number), key[1], release.published_at)
            return numbered

        def told(published: Published) -> Sequence[Entry]:
            return (audit(published),) if audit is not None and isinstance(published, Release) else ()

        published = await self._writer.store((), told, work)
        assert published is not None
        return published

    async def newest(self) -> Release | None:
        """The one with the highest number, in force or not yet."""
        return await self._first(_NEWEST)

    async def in_force(self, now: datetime, below: int | None = None) -> Release | None:
        """The highest number whose moment has come; with `below`, of the lower ones."""
        return await self._first(_due(now, below))

    async def find(self, number: int) -> Release | None:
        """One release."""
        return await self._first(select(releases).where(releases.c.number == number))

    async def list(self, before: int | None = None) -> tuple[Release, ...]:
        """The newest releases, newest first; with `before`, those of lower numbers."""
        wanted = select(releases).order_by(releases.c.number.desc()).limit(MOST_LISTED)
        return await self._all(wanted if before is None else wanted.where(releases.c.number < before))

    async def since(self, number: int) -> tuple[Release, ...]:
        """One release and every later one, newest first."""
        return await self._all(select(releases).where(releases.c.number >= number).order_by(releases.c.number.desc()))

    async def _first(self, wanted: Select[Any]) -> Release | None:
        row = await self._database.run(lambda connection: connection.execute(wanted).mappings().first())
        return _release(row) if row is not None else None

    async def _all(self, wanted: Select[Any]) -> tuple[Release, ...]:
        rows = await self._database.run(lambda connection: connection.execute(wanted).mappings().all())
        return tuple(map(_release, rows))


def kept_in_force(database: Database, now: datetime, below: int | None = None) -> Kept | None:
    """As `in_force`, with its files, in this thread: for the start of a service."""

    def read(connection: Connection) -> Kept | None:
        row = connection.execute(_due(now, below)).mappings().first()
        if row is None:
            return None
        files = connection.execute(select(rulebooks.c.files).where(rulebooks.c.digest == row["digest"])).scalar_one()
        return Kept(_release(row), bytes(files))

    return database.read(read)


def is_any_published(database: Database) -> bool:
    """Whether there is a first release."""
    return database.read(lambda connection: connection.execute(select(releases.c.number).limit(1)).first() is not None)


_NEWEST: Final = select(releases).order_by(releases.c.number.desc()).limit(1)


def _due(now: datetime, below: int | None) -> Select[Any]:
    wanted = _NEWEST.where(releases.c.effective_at <= now)
    return wanted if below is None else wanted.where(releases.c.number < below)


def _row(release: Release) -> dict[str, Any]:
    return {entry.name: getattr(release, entry.name) for entry in fields(release)}


def _release(row: Any) -> Release:
    return Release(**{entry.name: row[entry.name] for entry in fields(Release)})
