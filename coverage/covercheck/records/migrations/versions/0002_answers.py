"""What answers say, kept once for all checks of a day that were answered alike; which evidence limits held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Checks of before keep their answers where they are."""
    op.create_table(
        "answers",
        sa.Column("org", sa.String(200), primary_key=True),
        sa.Column("hash", sa.LargeBinary(20), primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("answers_by_day", "answers", ["day"])
    op.add_column("checks", sa.Column("shared", sa.LargeBinary(20)))
    op.add_column("checks", sa.Column("limits", sa.String(100)))
    op.drop_index("checks_by_member", "checks")
    known = sa.text("member IS NOT NULL")
    op.create_index("checks_by_member", "checks", ["org", "member", "seq"], sqlite_where=known, postgresql_where=known)
