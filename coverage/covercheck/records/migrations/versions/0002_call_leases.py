"""Who is calling about a check now."""

from __future__ import annotations

from alembic import op

from covercheck.records.tables import call_leases

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table; a database that is new has it from the first step, which makes every table there is."""
    call_leases.create(op.get_bind(), checkfirst=True)
