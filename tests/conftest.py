"""What many tests share: the shipped rulebook, loaded once."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from covercheck.checks.check import Checker
from covercheck.engine import Engine
from covercheck.records.database import open_database
from covercheck.rules import Rulebook, load_folder

PAYERS = Path(__file__).parent.parent / "payers"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped_book() -> Rulebook:
    """The rulebook in `payers/`."""
    return load_folder(PAYERS)


@pytest.fixture(scope="session")
def shipped_engine(shipped_book: Rulebook) -> Engine:
    """The shipped rulebook, compiled."""
    return Engine.of(shipped_book)


@pytest.fixture(scope="session")
def checker(shipped_book: Rulebook) -> Checker:
    """The shipped rulebook, ready for checks."""
    return Checker.of(shipped_book)


@pytest.fixture(scope="session")
def empty_memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the newest schema, to copy from: migrating for each test would take longer than the test."""
    folder = tmp_path_factory.mktemp("memory")
    open_database(None, folder).close()
    return folder


@pytest.fixture(autouse=True)
def data_folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services and commands started by a test remember in a folder of that test."""
    if request.path.parent.name in ("web", "cli", "pages"):
        folder = request.getfixturevalue("tmp_path_factory").mktemp("data")
        shutil.copytree(request.getfixturevalue("empty_memory"), folder, dirs_exist_ok=True)
        monkeypatch.setenv("COVERCHECK_DATA_DIR", str(folder))
