"""Recent checks in bulk, as they are kept, read in steps: their questions; what their answers have in common; answers kept alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, select

from covercheck.records.database import Database
from covercheck.records.tables import answers, checks

STEP: Final = 100
STEP_OF_QUESTIONS: Final = 500


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """What of a check is needed to ask it again; `question` and `heard` are sealed."""

    seq: int
    id: str
    org: str
    asked_at: datetime
    key_id: str
    question: bytes = field(repr=False)
    heard: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """An answer, or, with `shared`, what so many `checks` of a day have in common."""

    id: str
    org: str
    key_id: str
    data: bytes = field(repr=False)
    checks: int = 1
    shared: bytes | None = field(default=None, repr=False)


def asked(database: Database, since: datetime | None = None, after: int = 0) -> Iterator[AskedRecord]:
    """Every question asked since a moment and after a check's number, oldest first."""
    columns = [checks.c[entry.name] for entry in fields(AskedRecord)]
    while True:
        wanted = select(*columns).where(checks.c.seq > after).order_by(checks.c.seq).limit(STEP_OF_QUESTIONS)
        if since is not None:
            wanted = wanted.where(checks.c.asked_at >= since)
        found = database.read(lambda connection, wanted=wanted: connection.execute(wanted).all())  # type: ignore[misc]
        if not found:
            return
        for seq, name, org, asked_at, key_id, question, heard in found:
            yield AskedRecord(seq, name, org, asked_at, key_id, bytes(question), bytes(heard) if heard is not None else None)
        after = found[-1].seq


def count_asked(database: Database, since: datetime | None = None) -> int:
    """How many questions that are from the first."""
    wanted = select(func.count()).select_from(checks)
    if since is not None:
        wanted = wanted.where(checks.c.asked_at >= since)
    return database.read(lambda connection: int(connection.execute(wanted).scalar_one()))


def count_from(database: Database, first: int, org: str | None) -> int:
    """How many checks of an organisation, or of all, are kept from a number on."""
    wanted = _of(select(func.count()).select_from(checks).where(checks.c.seq >= first), org)
    return database.read(lambda connection: int(connection.execute(wanted).scalar_one()))


def shared_answers(database: Database, first: int, org: str | None, most: int) -> Iterator[SealedAnswer]:
    """What checks have in common, that of the most checks first, at most so many; a step of them is held at a time."""
    grouped = _of(select(checks.c.org, checks.c.shared, func.count().label("times")).where(checks.c.seq >= first), org)
    grouped = grouped.where(checks.c.shared.is_not(None)).group_by(checks.c.org, checks.c.shared)
    ranked = grouped.order_by(func.count().desc(), checks.c.org, checks.c.shared).limit(most)
    found = database.read(lambda connection: connection.execute(ranked).all())
    for start in range(0, len(found), STEP):
        some = found[start : start + STEP]
        held = select(answers).where(answers.c.hash.in_([bytes(row.shared) for row in some]))
        kept = {(row.org, bytes(row.hash)): row for row in database.read(lambda connection, held=held: connection.execute(held).all())}  # type: ignore[misc]
        for row in some:
            answer = kept.get((row.org, bytes(row.shared)))
            if answer is not None:
                yield SealedAnswer("", row.org, answer.key_id, bytes(answer.data), row.times, bytes(row.shared))


def own_answers(database: Database, first: int, org: str | None, most: int) -> Iterator[SealedAnswer]:
    """Answers that are kept alone, newest first, at most so many; a step of them is held at a time."""
    left, before = most, None
    while left > 0:
        wanted = _of(select(checks.c.seq, checks.c.id, checks.c.org, checks.c.key_id, checks.c.answer), org)
        alone = and_(checks.c.seq >= first, checks.c.shared.is_(None), *((checks.c.seq < before,) if before is not None else ()))
        wanted = wanted.where(alone).order_by(checks.c.seq.desc()).limit(min(left, STEP))
        found = database.read(lambda connection, wanted=wanted: connection.execute(wanted).all())  # type: ignore[misc]
        if not found:
            return
        yield from (SealedAnswer(row.id, row.org, row.key_id, bytes(row.answer)) for row in found)
        left, before = left - len(found), found[-1].seq


def _of(wanted: Select[Any], org: str | None) -> Select[Any]:
    return wanted if org is None else wanted.where(checks.c.org == org)


def first_since(connection: Connection, since: datetime) -> int | None:
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
