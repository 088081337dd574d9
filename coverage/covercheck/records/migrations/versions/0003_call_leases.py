"""Who is calling about a check now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A call that is going on is known to every instance."""
    op.create_table(
        "call_leases",
        sa.Column("check_id", sa.String(64), primary_key=True),
        sa.Column("org", sa.String(200), nullable=False),
        sa.Column("token", sa.String(200), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("taken_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
    )
    op.create_index("call_leases_by_end", "call_leases", ["expires_at"])
