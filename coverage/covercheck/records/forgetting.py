"""What is older than the retention goes, in steps, inside the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, delete, select

from covercheck.records.tables import answers, call_leases, calls, checks, corrections, evidence, idempotency, outcomes

STEP: Final = 500


def forget_checks(connection: Connection, before: datetime, now: datetime) -> int:
    """Delete the oldest checks asked before a moment, a step of them, with all that hangs on them; those on hold stay. How many went."""
    connection.execute(delete(idempotency).where(idempotency.c.expires_at <= now))
    wanted = select(checks.c.id).where(checks.c.asked_at < before, checks.c.hold.is_(False)).order_by(checks.c.seq).limit(STEP)
    gone = [row.id for row in connection.execute(wanted)]
    if gone:
        mine = select(calls.c.id).where(calls.c.check_id.in_(gone))
        connection.execute(delete(evidence).where(evidence.c.call_id.in_(mine)))
        for table in (outcomes, corrections, call_leases, calls):
            connection.execute(delete(table).where(table.c.check_id.in_(gone)))
        connection.execute(delete(checks).where(checks.c.id.in_(gone)))
    return len(gone)


def forget_answers(connection: Connection, before: datetime) -> None:
    """Delete what checks of earlier days had in common. An instance relies only on what it stored on the same day, or the one before."""
    held = select(checks.c.shared).where(checks.c.hold.is_(True), checks.c.shared.is_not(None))
    connection.execute(delete(answers).where(answers.c.day < before.astimezone(UTC).date(), answers.c.hash.not_in(held)))
