"""Published rulebooks: numbered, never changed and never deleted. To go back is to publish again what was in force before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, insert, select, update

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.tables import drafts, releases
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


Published: TypeAlias = Release | Outdated | TooEarly | NotApproved


class ReleaseStore:
    """The releases of the service."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def begin(self, release: Release, audit: Iterable[Entry] = ()) -> Release:
        """Where nothing is published yet this is the first; the first, whoever made it."""

        def work(connection: Connection) -> Release:
            first = connection.execute(select(releases).order_by(releases.c.number).limit(1)).mappings().first()
            if first is not None:
                return _release(first)
            connection.execute(insert(releases), [_row(release)])
            return release

        begun = await self._writer.store((), tuple(audit), work)
        assert begun is not None
        return begun

    async def publish(self, release: Release, base: int, audit: Iterable[Entry] = ()) -> Published:
        """Publish under the next number, if `base` is still the newest; of two at once one is outdated. Its draft is published with it."""

        def work(connection: Connection) -> Published:
            newest = _release(connection.execute(_NEWEST).mappings().one())
            if newest.number != base:
                return Outdated(newest.number)
            if release.effective_at < newest.effective_at:
                return TooEarly(newest.effective_at)
            numbered = replace(release, number=newest.number + 1)
            if release.draft is not None:
                change = update(drafts).where(drafts.c.id == release.draft, drafts.c.state == "approved")
                if connection.execute(change.values(state="published", release=numbered.number)).rowcount != 1:
                    return NotApproved()
            connection.execute(insert(releases), [_row(numbered)])
            return numbered

        published = await self._writer.store((), tuple(audit), work)
        assert published is not None
        return published

    async def newest(self) -> Release | None:
        """The one with the highest number, in force or not yet."""
        return await self._first(_NEWEST)

    async def in_force(self, now: datetime) -> Release | None:
        """The highest number whose moment has come."""
        return await self._first(_NEWEST.where(releases.c.effective_at <= now))

    async def find(self, number: int) -> Release | None:
        """One release."""
        return await self._first(select(releases).where(releases.c.number == number))

    async def list(self) -> tuple[Release, ...]:
        """The newest releases, newest first."""
        wanted = _NEWEST.limit(None).limit(MOST_LISTED)
        rows = await self._database.run(lambda connection: connection.execute(wanted).mappings().all())
        return tuple(map(_release, rows))

    async def _first(self, wanted: Any) -> Release | None:
        row = await self._database.run(lambda connection: connection.execute(wanted).mappings().first())
        return _release(row) if row is not None else None


_NEWEST: Final = select(releases).order_by(releases.c.number.desc()).limit(1)


def _row(release: Release) -> dict[str, Any]:
    return {entry.name: getattr(release, entry.name) for entry in fields(release)}


def _release(row: Any) -> Release:
    return Release(**{entry.name: row[entry.name] for entry in fields(Release)})
