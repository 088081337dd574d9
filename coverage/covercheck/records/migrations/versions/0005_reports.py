"""What looked wrong to those who use the rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nobody has reported anything yet."""
    op.create_table(
        "reports",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("org", sa.String(200), nullable=False),
        sa.Column("reporter", sa.String(200), nullable=False),
        sa.Column("reported_at", sa.String(27), nullable=False),
        sa.Column("payer", sa.String(200), nullable=False),
        sa.Column("part", sa.String(200)),
        sa.Column("check_id", sa.String(64)),
        sa.Column("rulebook", sa.String(80), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("closer", sa.String(200)),
        sa.Column("closed_at", sa.String(27)),
        sa.Column("note", sa.String(1000)),
        sqlite_autoincrement=True,
    )
