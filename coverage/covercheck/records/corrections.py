"""Corrections of recorded checks: what was recorded stays as it was, and what is wrong with it stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.tables import corrections, evidence
from covercheck.records.writer import Writer


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """What is wrong with a check, sealed."""

    id: str
    check_id: str
    org: str
    token: str
    corrected_at: datetime
    key_id: str
    data: bytes = field(repr=False)


class CorrectionStore:
    """Corrections of all organisations."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def save(self, record: CorrectionRecord, *, ends_evidence: bool, audit: Iterable[Entry] = ()) -> None:
        """Keep it; with `ends_evidence`, what calls about this check said counts no more."""

        def work(connection: Connection) -> None:
            connection.execute(insert(corrections), [{entry.name: getattr(record, entry.name) for entry in fields(record)}])
            if ends_evidence:
                mine = (evidence.c.check_id == record.check_id, evidence.c.org == record.org, evidence.c.ended_at.is_(None))
                connection.execute(update(evidence).where(*mine).values(ended_at=record.corrected_at))

        await self._writer.store((), tuple(audit), work)

    async def of(self, org: str, check_id: str) -> tuple[CorrectionRecord, ...]:
        """The corrections of a check, oldest first."""
        wanted = select(corrections).where(corrections.c.check_id == check_id, corrections.c.org == org).order_by(corrections.c.seq)
        rows = await self._database.run(lambda connection: connection.execute(wanted).all())
        return tuple(
            CorrectionRecord(row.id, row.check_id, row.org, row.token, row.corrected_at, row.key_id, bytes(row.data)) for row in rows
        )
