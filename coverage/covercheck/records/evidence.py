"""Recorded calls, the evidence they yield, and what came of claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, update

from covercheck.records.audit import Entry
from covercheck.records.database import Database
from covercheck.records.tables import calls, checks, evidence, outcomes
from covercheck.records.writer import Writer


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call or letter, as it was recorded; `data` is sealed. Nothing is ever overwritten: a correction names what it supersedes."""

    id: str
    check_id: str
    org: str
    token: str
    recorded_at: datetime
    called_on: date
    supersedes: str | None
    key_id: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """One answer about one part; `item` is sealed. What stands in clear serves to find and count."""

    call_id: str
    check_id: str
    org: str
    payer: str
    plan: str
    part: str
    kind: str
    value: str
    grade: str
    called_on: date
    valid_until: date
    key_id: str
    item: bytes = field(repr=False)
    member: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """What came of one part of a check: paid or denied, told by a claim, in writing or by a call."""

    id: str
    check_id: str
    org: str
    token: str
    part: str
    outcome: str
    proof: str
    decided_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A part that was decided, and what came of it later. `decided` as the check's `parts` have it."""

    seq: int
    check_id: str
    payer: str
    parts: str
    part: str
    outcome: str
    proof: str


class EvidenceStore:
    """Calls, evidence and outcomes of all organisations."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def save(self, call: CallRecord, items: Sequence[EvidenceRecord], audit: Iterable[Entry] = ()) -> None:
        """Keep a call with everything it yields, all or nothing. What it supersedes counts no more."""

        def work(connection: Connection) -> None:
            connection.execute(calls.insert(), [_row(call)])
            if items:
                connection.execute(evidence.insert(), [_row(item) for item in items])
            if call.supersedes is not None:
                change = update(evidence).where(evidence.c.call_id == call.supersedes, evidence.c.org == call.org)
                connection.execute(change.values(ended_at=call.recorded_at))

        await self._writer.store((), tuple(audit), work)

    async def calls_of(self, org: str, check_id: str) -> tuple[CallRecord, ...]:
        """The calls of a check, oldest first."""
        wanted = select(calls).where(calls.c.check_id == check_id, calls.c.org == org).order_by(calls.c.seq)
        return await self._database.run(lambda connection: tuple(_of(CallRecord, row) for row in connection.execute(wanted).mappings()))

    async def known(
        self, org: str, payer: str, plan: str, member: bytes | None, check_id: str | None, today: date
    ) -> tuple[EvidenceRecord, ...]:
        """What still counts: of this member, payer and plan, or of this very check."""
        ways: list[ColumnElement[bool]] = []
        if member is not None:
            ways.append((evidence.c.member == member) & (evidence.c.payer == payer) & (evidence.c.plan == plan))
        if check_id is not None:
            ways.append(evidence.c.check_id == check_id)
        if not ways:
            return ()
        wanted = (
            select(evidence)
            .where(evidence.c.org == org, or_(*ways), evidence.c.ended_at.is_(None), evidence.c.valid_until >= today)
            .order_by(evidence.c.seq)
        )
        return await self._database.run(lambda connection: tuple(_of(EvidenceRecord, row) for row in connection.execute(wanted).mappings()))

    async def coverage_answers(self, today: date) -> tuple[EvidenceRecord, ...]:
        """Valid coverage answers of grade A or B about members, of all organisations, for suggestions."""
        wanted = select(evidence).where(
            evidence.c.kind == "coverage",
            evidence.c.grade.in_(("A", "B")),
            evidence.c.value.in_(("covered", "not_covered")),
            evidence.c.member.is_not(None),
            evidence.c.ended_at.is_(None),
            evidence.c.valid_until >= today,
        )
        return await self._database.run(lambda connection: tuple(_of(EvidenceRecord, row) for row in connection.execute(wanted).mappings()))

    async def save_outcomes(self, found: Sequence[OutcomeRecord], audit: Iterable[Entry] = ()) -> None:
        """Keep what came of a check's parts."""
        await self._writer.store([(outcomes, _row(outcome)) for outcome in found], tuple(audit))

    async def outcomes_of(self, org: str, check_id: str) -> tuple[OutcomeRecord, ...]:
        """What came of a check, oldest first."""
        wanted = select(outcomes).where(outcomes.c.check_id == check_id, outcomes.c.org == org).order_by(outcomes.c.seq)
        return await self._database.run(lambda connection: tuple(_of(OutcomeRecord, row) for row in connection.execute(wanted).mappings()))

    async def confirmed(self, org: str) -> tuple[Confirmed, ...]:
        """Every outcome with the check it belongs to."""
        wanted = (
            select(
                outcomes.c.seq, outcomes.c.check_id, checks.c.payer, checks.c.parts, outcomes.c.part, outcomes.c.outcome, outcomes.c.proof
            )
            .join(checks, checks.c.id == outcomes.c.check_id)
            .where(outcomes.c.org == org)
            .order_by(outcomes.c.seq)
        )
        return await self._database.run(lambda connection: tuple(Confirmed(*row) for row in connection.execute(wanted)))


def _row(record: Any) -> dict[str, Any]:
    return {entry.name: getattr(record, entry.name) for entry in fields(record)}


def _of(kind: Any, row: Any) -> Any:
    values = {entry.name: row[entry.name] for entry in fields(kind)}
    return kind(**{name: bytes(value) if isinstance(value, memoryview) else value for name, value in values.items()})
