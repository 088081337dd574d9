"""Triggers that refuse any change of a table that is only added to: the audit, the releases."""

from __future__ import annotations

from collections.abc import Iterator

SAYS = "the audit is append-only"


def protect(dialect: str) -> Iterator[str]:
    """The statements that make the refusal for the audit, for SQLite or PostgreSQL."""
    yield from refuse_changes(dialect, "audit", SAYS)


def refuse_changes(dialect: str, table: str, says: str) -> Iterator[str]:
    """The statements that make the refusal for a table of ours, in these words."""
    if dialect == "sqlite":
        for what in ("UPDATE", "DELETE"):
            yield f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        return
    yield f"CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{says}'; END $$"
    yield f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION {table}_refuses()"
