"""All tables of the first release that remembers, and triggers that keep the audit as it was written."""

from __future__ import annotations

from alembic import op

from covercheck.records.audit_ddl import protect
from covercheck.records.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    connection = op.get_bind()
    metadata.create_all(connection)
    for statement in protect(connection.dialect.name):
        op.execute(statement)
