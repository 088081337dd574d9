"""All tables of the first release that remembers, and triggers that keep the audit as it was written.

The tables stand here as they were then: `records/tables.py` moves on.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

from covercheck.records.audit_ddl import protect

revision = "0001"
down_revision = None

metadata = MetaData()
NAME = String(200)

Table(
    "checks",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("asked_at", String(27), nullable=False),
    Column("date_of_service", String(10), nullable=False),
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
    Column("valid_until", String(10), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("question", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("heard", LargeBinary),
    Column("hold", Boolean, nullable=False, default=False),
    Index("checks_by_org", "org", "seq"),
    Index("checks_by_payer", "org", "payer", "seq"),
    Index("checks_by_result", "org", "result", "seq"),
    Index("checks_by_member", "org", "member", "seq"),
    Index("checks_by_token", "org", "token", "seq"),
    Index("checks_by_service", "org", "date_of_service", "seq"),
    sqlite_autoincrement=True,
)
Table(
    "rulebooks",
    metadata,
    Column("digest", String(80), primary_key=True),
    Column("files", LargeBinary, nullable=False),
    Column("first_used_at", String(27), nullable=False),
)
Table(
    "idempotency",
    metadata,
    Column("org", NAME, primary_key=True),
    Column("space", NAME, primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("check_id", String(64), nullable=False),
    Column("expires_at", String(27), nullable=False),
    Index("idempotency_by_end", "expires_at"),
)
Table(
    "calls",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("check_id", String(64), ForeignKey("checks.id"), nullable=False),
    Column("org", NAME, nullable=False),
    Column("token", NAME, nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("called_on", String(10), nullable=False),
    Column("supersedes", String(64)),
    Column("key_id", String(16), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("calls_by_check", "check_id", "seq"),
    sqlite_autoincrement=True,
)
Table(
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
    Column("called_on", String(10), nullable=False),
    Column("valid_until", String(10), nullable=False),
    Column("ended_at", String(27)),
    Column("key_id", String(16), nullable=False),
    Column("item", LargeBinary, nullable=False),
    Index("evidence_by_check", "check_id"),
    Index("evidence_by_member", "org", "member", "payer"),
    Index("evidence_by_plan", "payer", "plan", "part"),
    sqlite_autoincrement=True,
)
Table(
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
    Column("decided_on", String(10), nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Index("outcomes_by_check", "check_id", "seq"),
    sqlite_autoincrement=True,
)
Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("org", NAME, nullable=False),
    Column("role", String(16), nullable=False),
    Column("name", NAME, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("expires_at", String(27)),
    Column("revoked_at", String(27)),
    Column("last_used_at", String(27)),
)
Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(27), nullable=False),
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
Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("first_used_at", String(27), nullable=False),
)


def upgrade() -> None:
    """Make everything."""
    connection = op.get_bind()
    metadata.create_all(connection)
    for statement in protect(connection.dialect.name):
        op.execute(statement)
