"""Recent checks in bulk: how many of each payer, and their answers, newest first, read in steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from covercheck.records.database import Database
from covercheck.records.tables import checks

STEP: Final = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks of an organisation and payer were recorded from `first_seq` on."""

    org: str
    payer: str
    checks: int
    first_seq: int


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """A recorded answer as it is kept."""

    id: str
    org: str
    key_id: str
    answer: bytes = field(repr=False)


def tallies(database: Database, since: datetime, org: str | None = None) -> tuple[Tally, ...]:
    """Checks asked from a moment on, by organisation and payer; of one organisation, or of all. An index answers it alone."""

    def work(connection: Connection) -> tuple[Tally, ...]:
        first = _first_since(connection, since)
        if first is None:
            return ()
        wanted = select(checks.c.org, checks.c.payer, func.count()).where(checks.c.seq >= first).group_by(checks.c.org, checks.c.payer)
        if org is not None:
            wanted = wanted.where(checks.c.org == org)
        rows = connection.execute(wanted.order_by(checks.c.org, checks.c.payer)).all()
        return tuple(Tally(of, payer, count, first) for of, payer, count in rows)

    return database.read(work)


def newest_answers(database: Database, tally: Tally, most: int) -> Iterator[SealedAnswer]:
    """The newest answers of a tally, at most so many; never more than a step of them is held."""
    left, before = most, None
    while left > 0:
        wanted = (
            select(checks.c.seq, checks.c.id, checks.c.org, checks.c.key_id, checks.c.answer)
            .where(checks.c.org == tally.org, checks.c.payer == tally.payer, checks.c.seq >= tally.first_seq)
            .order_by(checks.c.seq.desc())
            .limit(min(left, STEP))
        )
        if before is not None:
            wanted = wanted.where(checks.c.seq < before)
        found = database.read(lambda connection, wanted=wanted: connection.execute(wanted).all())  # type: ignore[misc]
        if not found:
            return
        yield from (SealedAnswer(row.id, row.org, row.key_id, bytes(row.answer)) for row in found)
        left, before = left - len(found), found[-1].seq


def _first_since(connection: Connection, since: datetime) -> int | None:
    """The first check asked at that moment or later, by halving: they are numbered as they were kept. None where all are older."""
    low, newest = connection.execute(select(func.min(checks.c.seq), func.max(checks.c.seq))).one()
    if low is None:
        return None
    high = newest + 1
    while low < high:
        middle = (low + high) // 2
        wanted = select(checks.c.seq, checks.c.asked_at).where(checks.c.seq >= middle).order_by(checks.c.seq).limit(1)
        row = connection.execute(wanted).first()
        if row is None or row.asked_at >= since:
            high = middle
        else:
            low = row.seq + 1
    return int(low) if low <= newest else None
