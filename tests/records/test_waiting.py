"""Two instances on one PostgreSQL that hold what the other needs: the server undoes one, which then comes again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from covercheck.records.database import Database, open_database
from tests.records.server import Server, empty_database


@pytest.fixture
def database(server: Server, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(empty_database(server), tmp_path)
    opened.write(lambda connection: connection.execute(text("CREATE TABLE seats (name TEXT PRIMARY KEY, taken INTEGER)")))
    opened.write(lambda connection: connection.execute(text("INSERT INTO seats VALUES ('left', 0), ('right', 0)")))
    yield opened
    opened.close()


def test_of_two_that_wait_for_each_other_both_are_written_in_the_end(database: Database) -> None:
    both = threading.Barrier(2, timeout=20)
    runs = {"left": 0, "right": 0}
    failed: list[Exception] = []

    def take(first: str, then: str) -> None:
        def work(connection: Connection) -> None:
            runs[first] += 1
            connection.execute(text("UPDATE seats SET taken = taken + 1 WHERE name = :name"), {"name": first})
            if runs[first] == 1:
                both.wait()
            connection.execute(text("UPDATE seats SET taken = taken + 1 WHERE name = :name"), {"name": then})

        try:
            database.write(work)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=take, args=pair) for pair in (("left", "right"), ("right", "left"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(runs.values()) == [1, 2]
    taken = database.read(lambda connection: connection.execute(text("SELECT taken FROM seats")).scalars().all())
    assert taken == [2, 2]
