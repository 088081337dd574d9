"""What answers say, kept once for all checks of a day that were answered alike; which evidence limits held; corrections."""

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
    op.create_table(
        "corrections",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("check_id", sa.String(64), sa.ForeignKey("checks.id"), nullable=False),
        sa.Column("org", sa.String(200), nullable=False),
        sa.Column("token", sa.String(200), nullable=False),
        sa.Column("corrected_at", sa.String(27), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("corrections_by_check", "corrections", ["check_id", "seq"])
    op.add_column("checks", sa.Column("shared", sa.LargeBinary(20)))
    op.add_column("checks", sa.Column("limits", sa.String(100)))
    op.drop_index("checks_by_member", "checks")
    known = sa.text("member IS NOT NULL")
    op.create_index("checks_by_member", "checks", ["org", "member", "seq"], sqlite_where=known, postgresql_where=known)
