"""Rules that are published: drafts, and the releases that came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from covercheck.records.audit_ddl import refuse_changes

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing is published yet."""
    op.create_table(
        "drafts",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("base", sa.Integer),
        sa.Column("base_digest", sa.String(80), nullable=False),
        sa.Column("org", sa.String(200), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("change", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("approver", sa.String(200)),
        sa.Column("approved_at", sa.String(27)),
        sa.Column("reason", sa.String(1000)),
        sa.Column("impact", sa.LargeBinary),
        sa.Column("release", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(80), sa.ForeignKey("rulebooks.digest"), nullable=False),
        sa.Column("draft", sa.String(64)),
        sa.Column("restores", sa.Integer),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("approver", sa.String(200)),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("published_at", sa.String(27), nullable=False),
        sa.Column("effective_at", sa.String(27), nullable=False),
    )
    for statement in refuse_changes(op.get_bind().dialect.name, "releases", "a release is never changed"):
        op.execute(statement)
