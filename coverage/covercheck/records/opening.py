"""Opens everything that remembers, for as long as a service or a command runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from covercheck.records.checks import CheckStore
from covercheck.records.corrections import CorrectionStore
from covercheck.records.database import Database, open_database
from covercheck.records.drafts import DraftStore
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.evidence import EvidenceStore
from covercheck.records.leases import LeaseStore
from covercheck.records.releases import ReleaseStore
from covercheck.records.reports import ReportStore
from covercheck.records.tables import keys
from covercheck.records.tokens import TokenStore
from covercheck.records.vault import Vault, load_keys
from covercheck.records.writer import Writer


@dataclass(frozen=True, slots=True)
class Records:
    """The whole memory."""

    database: Database
    writer: Writer
    vault: Vault
    checks: CheckStore
    evidence: EvidenceStore
    corrections: CorrectionStore
    tokens: TokenStore
    leases: LeaseStore
    drafts: DraftStore
    releases: ReleaseStore
    reports: ReportStore

    async def close(self) -> None:
        """Write what waits, then let go of the database."""
        await self.writer.close()
        self.database.close()


def open_records(url: str | None, folder: Path, data_key: str | None, now: datetime) -> Records:
    """Open database and keys; raises RecordsUnavailable. A key file that is lost while sealed records exist is never replaced."""
    database = open_database(url, folder)
    try:
        vault = Vault(load_keys(folder, data_key, is_used=_is_used(database)))
        _know(database, vault, now)
    except BaseException:
        database.close()
        raise
    writer = Writer(database)
    return Records(
        database,
        writer,
        vault,
        CheckStore(database, writer),
        EvidenceStore(database, writer),
        CorrectionStore(database, writer),
        TokenStore(database),
        LeaseStore(database, writer),
        DraftStore(database, writer),
        ReleaseStore(database, writer),
        ReportStore(database, writer),
    )


def _is_used(database: Database) -> bool:
    return database.read(lambda connection: connection.execute(select(keys.c.id).limit(1)).first() is not None)


def _know(database: Database, vault: Vault, now: datetime) -> None:
    """Note the sealing key; a database that was sealed with keys of which none is here is refused at once."""

    def note(connection: Connection) -> None:
        known = {row.id for row in connection.execute(select(keys.c.id))}
        if known and not known.intersection(vault.key_ids):
            raise RecordsUnavailable("key_wrong", "This database was sealed with another key.")
        if vault.key_id not in known:
            connection.execute(insert(keys), {"id": vault.key_id, "first_used_at": now})

    database.write(note)
