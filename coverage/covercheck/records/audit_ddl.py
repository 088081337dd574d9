"""Triggers that refuse any change of the audit."""

from __future__ import annotations

from collections.abc import Iterator

SAYS = "the audit is append-only"


def protect(dialect: str) -> Iterator[str]:
    """The statements that make the refusal, for SQLite or PostgreSQL."""
    if dialect == "sqlite":
        for what in ("UPDATE", "DELETE"):
            yield f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        return
    yield (f"CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$")
    yield "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_refuses()"
