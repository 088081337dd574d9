"""Who is calling about a check now: a lease that ends by itself, seen by every instance of the service."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.tables import call_leases
from covercheck.records.writer import Writer

LASTS: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Lease:
    """`token` calls since `taken_at`. `mark`: which of its open forms; only that one can give the lease back."""

    check_id: str
    org: str
    token: str
    mark: str
    taken_at: datetime
    expires_at: datetime


class LeaseStore:
    """The leases of all organisations."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def take(self, lease: Lease, audit: Entry | None = None) -> Lease:
        """The lease that holds now: this one, or another token's that had not ended. `audit`: set another's aside, and say so there."""

        def work(connection: Connection) -> Lease:
            return _take(connection, lease, by_force=audit is not None)

        taken = await self._writer.store((), (audit,) if audit is not None else (), work)
        assert taken is not None
        return taken

    async def give_back(self, org: str, check_id: str, token: str, mark: str | None = None) -> None:
        """End a token's own lease; with `mark`, only that of one form."""
        gone = delete(call_leases).where(call_leases.c.check_id == check_id, call_leases.c.org == org, call_leases.c.token == token)
        if mark is not None:
            gone = gone.where(call_leases.c.mark == mark)
        await self._writer.store((), (), lambda connection: connection.execute(gone).rowcount)

    async def holder(self, org: str, check_id: str, now: datetime) -> Lease | None:
        """Who is calling now."""
        wanted = select(call_leases).where(call_leases.c.check_id == check_id, call_leases.c.org == org, call_leases.c.expires_at > now)
        return await self._database.run(lambda connection: _lease(connection.execute(wanted).mappings().first()))


def lease_of(org: str, check_id: str, token: str, mark: str, now: datetime) -> Lease:
    """A lease from now on."""
    return Lease(check_id, org, token, mark, now, now + LASTS)


def _take(connection: Connection, lease: Lease, *, by_force: bool) -> Lease:
    now = lease.taken_at
    connection.execute(delete(call_leases).where(call_leases.c.expires_at <= now))
    row = {entry.name: getattr(lease, entry.name) for entry in fields(Lease)}
    dialect = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(dialect(call_leases).values(row).on_conflict_do_nothing())
    mine = (call_leases.c.check_id == lease.check_id, call_leases.c.org == lease.org)
    held = _lease(connection.execute(select(call_leases).where(*mine).with_for_update()).mappings().first())
    if held is None or (held.token != lease.token and not by_force):
        return held or lease
    since = held.taken_at if held.token == lease.token else now
    connection.execute(update(call_leases).where(*mine).values({**row, "taken_at": since}))
    return Lease(lease.check_id, lease.org, lease.token, lease.mark, since, lease.expires_at)


def _lease(row: Any) -> Lease | None:
    return Lease(**row) if row is not None else None
