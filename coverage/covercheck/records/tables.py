"""The tables. Moments are kept as text of one width, in UTC, so that both databases sort and return them alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, text
from sqlalchemy.types import TypeDecorator

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        """To text."""
        return None if value is None else value.astimezone(UTC).strftime(MOMENT)

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        """From text."""
        return None if value is None else datetime.strptime(value, MOMENT).replace(tzinfo=UTC)


class Day(TypeDecorator[date]):
    """A calendar day."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Any) -> str | None:
        """To text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Any) -> date | None:
        """From text."""
        return None if value is None else date.fromisoformat(value)


metadata = MetaData()
NAME = String(200)
KNOWN = text("member IS NOT NULL")

checks = Table(
    "checks",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("date_of_service", Day, nullable=False),
    Column("payer", NAME, nullable=False),
    Column("line", NAME),
    Column("state", String(8)),
    Column("plan", NAME, nullable=False),
    Column("result", String(32), nullable=False),
    Column("parts", Text, nullable=False),
    Column("member", LargeBinary),
    Column("member_last4", String(4)),
    Column("rulebook", String(80), nullable=False),
    Column("version", String(32), nullable=False),
    Column("valid_until", Day, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("question", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("heard", LargeBinary),
    Column("hold", Boolean, nullable=False, default=False),
    Column("shared", LargeBinary(20)),
    Column("limits", String(100)),
    Index("checks_by_org", "org", "seq"),
    Index("checks_by_payer", "org", "payer", "seq"),
    Index("checks_by_result", "org", "result", "seq"),
    Index("checks_by_member", "org", "member", "seq", sqlite_where=KNOWN, postgresql_where=KNOWN),
    Index("checks_by_token", "org", "token", "seq"),
    Index("checks_by_service", "org", "date_of_service", "seq"),
    sqlite_autoincrement=True,
)
answers = Table(
    "answers",
    metadata,
    Column("org", NAME, primary_key=True),
    Column("hash", LargeBinary(20), primary_key=True),
    Column("day", Day, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("answers_by_day", "day"),
)
rulebooks = Table(
    "rulebooks",
    metadata,
    Column("digest", String(80), primary_key=True),
    Column("files", LargeBinary, nullable=False),
    Column("first_used_at", Moment, nullable=False),
)
idempotency = Table(
    "idempotency",
    metadata,
    Column("org", NAME, primary_key=True),
    Column("space", NAME, primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("check_id", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("idempotency_by_end", "expires_at"),
)
calls = Table(
    "calls",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("check_id", String(64), ForeignKey("checks.id"), nullable=False),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("called_on", Day, nullable=False),
    Column("supersedes", String(64)),
    Column("key_id", String(16), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("calls_by_check", "check_id", "seq"),
    sqlite_autoincrement=True,
)
evidence = Table(
    "evidence",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("call_id", String(64), ForeignKey("calls.id"), nullable=False),
    Column("check_id", String(64), nullable=False),
    Column("org", NAME, nullable=False),
    Column("member", LargeBinary),
    Column("payer", NAME, nullable=False),
    Column("plan", NAME, nullable=False),
    Column("part", NAME, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("value", String(32), nullable=False),
    Column("grade", String(1), nullable=False),
    Column("called_on", Day, nullable=False),
    Column("valid_until", Day, nullable=False),
    Column("ended_at", Moment),
    Column("key_id", String(16), nullable=False),
    Column("item", LargeBinary, nullable=False),
    Index("evidence_by_check", "check_id"),
    Index("evidence_by_member", "org", "member", "payer"),
    Index("evidence_by_plan", "payer", "plan", "part"),
    sqlite_autoincrement=True,
)
call_leases = Table(
    "call_leases",
    metadata,
    Column("check_id", String(64), primary_key=True),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("mark", String(64), nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("call_leases_by_end", "expires_at"),
)
outcomes = Table(
    "outcomes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("check_id", String(64), ForeignKey("checks.id"), nullable=False),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("part", NAME, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("proof", String(16), nullable=False),
    Column("decided_on", Day, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Index("outcomes_by_check", "check_id", "seq"),
    sqlite_autoincrement=True,
)
corrections = Table(
    "corrections",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("check_id", String(64), ForeignKey("checks.id"), nullable=False),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("corrected_at", Moment, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("corrections_by_check", "check_id", "seq"),
    sqlite_autoincrement=True,
)
drafts = Table(
    "drafts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("base", Integer),
    Column("base_digest", String(80), nullable=False),
    Column("org", NAME, nullable=False),
    Column("author", NAME, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("note", String(1000), nullable=False),
    Column("change", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("approver", NAME),
    Column("approved_at", Moment),
    Column("reason", String(1000)),
    Column("impact", LargeBinary),
    Column("release", Integer),
    sqlite_autoincrement=True,
)
releases = Table(
    "releases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(80), ForeignKey("rulebooks.digest"), nullable=False),
    Column("draft", String(64)),
    Column("restores", Integer),
    Column("author", NAME, nullable=False),
    Column("approver", NAME),
    Column("reason", String(1000), nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("effective_at", Moment, nullable=False),
)
reports = Table(
    "reports",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("org", NAME, nullable=False),
    Column("reporter", NAME, nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("payer", NAME, nullable=False),
    Column("part", NAME),
    Column("check_id", String(64)),
    Column("rulebook", String(80), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("closer", NAME),
    Column("closed_at", Moment),
    Column("note", String(1000)),
    sqlite_autoincrement=True,
)
tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("org", NAME, nullable=False),
    Column("role", String(16), nullable=False),
    Column("name", NAME, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
)
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("action", NAME, nullable=False),
    Column("object", NAME, nullable=False),
    Column("address", NAME, nullable=False),
    Column("result", NAME, nullable=False),
    Column("request", NAME, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("audit_by_org", "org", "seq"),
)
keys = Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("first_used_at", Moment, nullable=False),
)
