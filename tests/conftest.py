"""What many tests share: the shipped rulebook, loaded once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from covercheck.checks.check import Checker
from covercheck.engine import Engine
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
