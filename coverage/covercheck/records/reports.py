"""Reports to the keepers of the rules; their words are sealed, since people write names where they should not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.tables import reports
from covercheck.records.writer import Writer

MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """One report. `data`: what it says, sealed; `closed_at` None: open."""

    id: str
    org: str
    reporter: str
    reported_at: datetime
    payer: str
    part: str | None
    check_id: str | None
    rulebook: str
    key_id: str
    data: bytes = field(repr=False)
    closer: str | None = None
    closed_at: datetime | None = None
    note: str | None = None


class ReportStore:
    """The reports of all organisations: rules are of all alike."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def save(self, report: ReportRecord, audit: Iterable[Entry] = ()) -> None:
        """Keep it."""
        row = {entry.name: getattr(report, entry.name) for entry in fields(report)}
        await self._writer.store(((reports, row),), tuple(audit))

    async def list(self) -> tuple[ReportRecord, ...]:
        """The open ones first, each newest first."""
        wanted = select(reports).order_by(reports.c.closed_at.is_not(None), reports.c.seq.desc()).limit(MOST_LISTED)
        rows = await self._database.run(lambda connection: connection.execute(wanted).mappings().all())
        return tuple(map(_report, rows))

    async def find(self, report_id: str) -> ReportRecord | None:
        """One report."""
        wanted = select(reports).where(reports.c.id == report_id)
        row = await self._database.run(lambda connection: connection.execute(wanted).mappings().first())
        return _report(row) if row is not None else None

    async def close(self, report_id: str, closer: str, note: str, now: datetime, audit: Iterable[Entry] = ()) -> bool:
        """Closed with what was done; False where it was closed before."""
        change = update(reports).where(reports.c.id == report_id, reports.c.closed_at.is_(None))
        told = change.values(closer=closer, closed_at=now, note=note)
        return bool(await self._writer.store((), tuple(audit), lambda connection: connection.execute(told).rowcount == 1))


def _report(row: Any) -> ReportRecord:
    values = {entry.name: row[entry.name] for entry in fields(ReportRecord)}
    return ReportRecord(**{**values, "data": bytes(values["data"])})
