"""Releases are as they were published: the database itself refuses to change or delete one."""

from __future__ import annotations

from alembic import op

from covercheck.records.audit_ddl import refuse_changes

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """From now on they are only added to."""
    for statement in refuse_changes(op.get_bind().dialect.name, "releases", "a release is never changed"):
        op.execute(statement)
