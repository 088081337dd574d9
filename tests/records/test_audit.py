"""The audit: append-only, and any change is found."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from covercheck.records.audit import Broken, Whole, append, verify
from covercheck.records.database import Database, open_database
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import open_records
from tests.records.made_up import NOW, entry

UNPROTECTED = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": ["DROP TRIGGER audit_no_change ON audit"],
}


def filled(database: Database, entries: int = 5) -> None:
    for number in range(entries):
        database.write(lambda connection, number=number: append(connection, [entry(object=f"chk_{number}")]))  # type: ignore[misc]


def tamper(database: Database, statement: str) -> None:
    """What somebody with the database's own password could do."""

    def work(connection: object) -> None:
        for drop in UNPROTECTED[database.engine.dialect.name]:
            connection.execute(text(drop))  # type: ignore[attr-defined]
        connection.execute(text(statement))  # type: ignore[attr-defined]

    database.write(work)


def test_an_untouched_chain_is_whole(database: Database) -> None:
    filled(database)
    verdict = database.read(verify)
    assert isinstance(verdict, Whole)
    assert verdict.entries == 5


def test_an_empty_chain_is_whole(database: Database) -> None:
    assert isinstance(database.read(verify), Whole)


@pytest.mark.parametrize("statement", ["UPDATE audit SET result = 'x' WHERE seq = 3", "DELETE FROM audit WHERE seq = 3"])
def test_the_database_itself_refuses_changes(database: Database, statement: str) -> None:
    filled(database)
    with pytest.raises((DBAPIError, RecordsUnavailable)):
        database.write(lambda connection: connection.execute(text(statement)))
    assert isinstance(database.read(verify), Whole)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE audit SET result = 'x' WHERE seq = 3", 3),
        ("UPDATE audit SET org = 'x' WHERE seq = 1", 1),
        ("UPDATE audit SET at = '2026-01-01T00:00:00.000000Z' WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("UPDATE audit SET hash = previous WHERE seq = 2", 2),
    ],
)
def test_whatever_was_changed_behind_its_back_is_found_where_it_is(database: Database, statement: str, seq: int) -> None:
    filled(database)
    tamper(database, statement)
    verdict = database.read(verify)
    assert isinstance(verdict, Broken)
    assert verdict.seq == seq


def test_a_chain_cut_short_is_told_by_its_head(database: Database) -> None:
    filled(database)
    before = database.read(verify)
    tamper(database, "DELETE FROM audit WHERE seq = 5")
    assert database.read(verify) != before


def test_a_chain_longer_than_one_step_is_walked_to_its_end(database: Database) -> None:
    database.write(lambda connection: append(connection, (entry(object=f"chk_{number}") for number in range(2_345))))
    verdict = database.read(verify)
    assert isinstance(verdict, Whole)
    assert verdict.entries == 2_345


async def test_many_who_write_at_once_make_one_chain(url: str | None, tmp_path: Path) -> None:
    several = [open_records(url, tmp_path, None, NOW) for _ in range(3)]
    try:
        writes = (records.writer.store((), [entry(object=f"chk_{number}")]) for number in range(40) for records in several)
        await asyncio.gather(*writes)
        verdict = several[0].database.read(verify)
    finally:
        for records in several:
            await records.close()
    assert isinstance(verdict, Whole)
    assert verdict.entries == 120


def test_a_database_of_a_later_release_is_refused_untouched(url: str | None, tmp_path: Path) -> None:
    database = open_database(url, tmp_path)
    database.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    database.close()
    with pytest.raises(RecordsUnavailable) as refused:
        open_database(url, tmp_path)
    assert refused.value.key == "database_too_new"


async def test_several_instances_may_start_at_once(url: str | None, tmp_path: Path) -> None:
    opened = await asyncio.gather(*(asyncio.to_thread(open_database, url, tmp_path) for _ in range(4)))
    for database in opened:
        database.close()
    assert len(opened) == 4
