"""Drafts of rules: a change to a rulebook, from its first writing to its approval by somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import Connection, Update, insert, select, update

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.repeats import KeyTaken, Repeat, take_key
from covercheck.records.tables import drafts
from covercheck.records.writer import Writer

DraftState: TypeAlias = Literal["open", "approved", "published", "withdrawn"]
MOST_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """`base`: the release it changes, None where rules come from files; `change`: what it changes there, packed; `impact`: as JSON."""

    id: str
    base: int | None
    base_digest: str
    org: str
    author: str
    created_at: datetime
    note: str
    change: bytes = field(repr=False)
    state: DraftState = "open"
    approver: str | None = None
    approved_at: datetime | None = None
    reason: str | None = None
    impact: bytes | None = field(default=None, repr=False)
    release: int | None = None


class DraftStore:
    """The drafts of the service: rules are of all organisations alike."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def save(self, draft: Draft, audit: Iterable[Entry] = (), repeat: Repeat | None = None) -> KeyTaken | None:
        """Keep a new draft; or, where another took the key first, keep nothing and tell which."""
        row, entries = {entry.name: getattr(draft, entry.name) for entry in fields(draft)}, tuple(audit)

        def work(connection: Connection) -> KeyTaken | None:
            taken = take_key(connection, draft.org, draft.id, repeat, draft.created_at) if repeat is not None else None
            if taken is None:
                connection.execute(insert(drafts), [row])
            return taken

        return await self._writer.store((), lambda taken: entries if taken is None else (), work)

    async def find(self, draft_id: str) -> Draft | None:
        """One draft."""
        wanted = select(drafts).where(drafts.c.id == draft_id)
        row = await self._database.run(lambda connection: connection.execute(wanted).mappings().first())
        return _draft(row) if row is not None else None

    async def list(self) -> tuple[Draft, ...]:
        """The newest drafts, newest first."""
        wanted = select(drafts).order_by(drafts.c.seq.desc()).limit(MOST_LISTED)
        rows = await self._database.run(lambda connection: connection.execute(wanted).mappings().all())
        return tuple(map(_draft, rows))

    async def approve(self, draft_id: str, approver: str, reason: str, now: datetime, audit: Iterable[Entry] = ()) -> bool:
        """Approved by somebody who did not write it, while it was open; False where it was not to be."""
        change = update(drafts).where(drafts.c.id == draft_id, drafts.c.state == "open", drafts.c.author != approver)
        return await self._changed(change.values(state="approved", approver=approver, approved_at=now, reason=reason), audit)

    async def withdraw(self, draft_id: str, audit: Iterable[Entry] = ()) -> bool:
        """Set aside, unless it is published already."""
        change = update(drafts).where(drafts.c.id == draft_id, drafts.c.state.in_(("open", "approved"))).values(state="withdrawn")
        return await self._changed(change, audit)

    async def keep_impact(self, draft_id: str, impact: bytes) -> None:
        """What recorded checks said to it."""
        change = update(drafts).where(drafts.c.id == draft_id).values(impact=impact)
        await self._writer.store((), (), lambda connection: connection.execute(change).rowcount)

    async def _changed(self, change: Update, audit: Iterable[Entry]) -> bool:
        """Whether the draft was in a state for it; only then the audit is told."""
        entries = tuple(audit)

        def work(connection: Connection) -> bool:
            return connection.execute(change).rowcount == 1

        return bool(await self._writer.store((), lambda done: entries if done else (), work))


def _draft(row: Any) -> Draft:
    values = {entry.name: row[entry.name] for entry in fields(Draft)}
    values["change"] = bytes(values["change"])
    values["impact"] = bytes(values["impact"]) if values["impact"] is not None else None
    return Draft(**values)
