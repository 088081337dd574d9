"""A made-up member, a question about them, and payers that behave as told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.report import Benefit, Meaning, PersonReport, Rejection, Report, Trace
from covercheck.eligibility.tables import MEANINGS

ON = date(2026, 12, 1)
ADA = Person("DEMO1001", "Ada", "Marlow", date_of_birth=date(1985, 3, 2))
INQUIRY = Inquiry(
    payer_id="HARB1",
    payer_name="Harbor Health",
    clinic=Clinic("1234567893"),
    subscriber=ADA,
    on=ON,
    service_types=("30", "MH"),
    trace="TRACE1",
    made_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
)
CODES = {meaning: code for code, meaning in reversed(list(MEANINGS.items()))}


def inquiry(**changes: Any) -> Inquiry:
    """The question with some of it changed."""
    return replace(INQUIRY, **changes)


def row(meaning: Meaning, *service_types: str, **more: Any) -> Benefit:
    """One statement."""
    return Benefit(meaning, CODES[meaning], service_types, **more)


def ada(*benefits: Benefit, **more: Any) -> PersonReport:
    """What was said of her."""
    own: dict[str, Any] = {
        "id": "DEMO1001",
        "first_name": "ADA",
        "last_name": "MARLOW",
        "date_of_birth": date(1985, 3, 2),
        "traces": (Trace(True, "TRACE1"),),
    }
    return PersonReport("subscriber", benefits=benefits, **{**own, **more})


def report(*persons: PersonReport, rejections: tuple[Rejection, ...] = (), **more: Any) -> Report:
    """A whole answer; about her plan being active where nothing else is said."""
    return Report(None, persons or (() if rejections else (ada(row("active", "30")),)), rejections, **more)


@dataclass(slots=True)
class Told:
    """An adapter that does what `does` says on each attempt, and counts."""

    does: Callable[[int], Any]
    seconds: float = 0.0
    name: str = "told"
    attempts: int = 0
    at_once: int = 0
    most_at_once: int = 0
    asked: list[Inquiry] = field(default_factory=list)

    async def ask(self, inquiry: Inquiry) -> Heard | Failure:
        """One attempt."""
        self.attempts += 1
        self.asked.append(inquiry)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            done = self.does(self.attempts)
            if isinstance(done, Exception):
                raise done
            return Heard(done) if isinstance(done, Report) else done
        finally:
            self.at_once -= 1
