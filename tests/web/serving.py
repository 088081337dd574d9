"""What the tests of the web share: a service over a small rulebook, a question, and the log it writes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from covercheck.checks.check import Checker
from covercheck.settings import Settings
from covercheck.web.app import create_app
from tests.books import book_of, entry, policy

START = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
QUESTION: dict[str, Any] = {
    "payer": "acme",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "therapy": "spravato",
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41},
}


class Log:
    """Log lines as they are written."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()

    @property
    def text(self) -> str:
        """Everything written."""
        return self.stream.getvalue().decode()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line as JSON."""
        return [json.loads(line) for line in self.text.splitlines()]


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        """Later."""
        self.time += timedelta(**by)


def small_checker() -> Checker:
    """A payer with one policy: read criteria, an unread one, an edition gone by."""
    unread = {"id": "rest", "unread": "the list goes on where the copy was cut"}
    adult = {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older"}
    infusion = entry(parts=["ketamine_iv"], criteria={"all": [adult, unread]}, continuation={"unread": "not seen"})
    return Checker.of(book_of(policy("acme/101", entry(), infusion, note="read to page two")))


def app_for(log: Log, clock: Callable[[], datetime] | None = None, **settings: Any) -> web.Application:
    """The service over the small rulebook."""
    return create_app(small_checker(), Settings(**settings), clock or Clock(), log.stream, pause=0)


def client_for(log: Log, clock: Callable[[], datetime] | None = None, **settings: Any) -> TestClient[Any, Any]:
    """A client of a service on a free port; to be started and closed."""
    return TestClient(TestServer(app_for(log, clock, **settings)), auto_decompress=False, headers={"Accept-Encoding": "identity"})


def changed(**keys: Any) -> dict[str, Any]:
    """The question with other keys."""
    return {**QUESTION, **keys}
