"""Over real HTTP against the mock clearinghouse, in every wire format: what is understood, and every way it can go wrong."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from covercheck.checks.ask_payer import AskPayer
from covercheck.checks.check import Checker
from covercheck.checks.request import parse_request
from covercheck.eligibility.desk import Asked, Patience
from covercheck.eligibility.gate import Limits
from covercheck.eligibility.inquiry import Clinic
from covercheck.eligibility.opening import open_desk
from covercheck.eligibility.outcome import Answered, Failure, Outcome
from covercheck.eligibility.routes import Setup
from covercheck.rules.eligibility_text import EligibilityText, Fault
from covercheck.web.mock_payer.app import Behaviour, mock_payer_app

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
FORMATS: dict[str, dict[str, Any]] = {
    "/x12": {"adapter": "x12"},
    "/x12/core": {"adapter": "x12", "envelope": "core_mime"},
    "/json": {"adapter": "json"},
    "/fhir": {"adapter": "fhir"},
}
UNHURRIED = Limits(breaker_failures=1_000_000)

pytestmark = pytest.mark.parametrize("path", FORMATS)


class Clearinghouse:
    """A mock clearinghouse on a free port, and checks that ask it in one format."""

    def __init__(self, asking: AskPayer, checker: Checker, asked: list[Asked]) -> None:
        self.asking, self.checker, self.asked = asking, checker, asked

    async def ask(self, number: str = "DEMO1001", seconds: float = 5.0, **member: Any) -> Outcome:
        """How one question about one member ends."""
        written = {
            "payer": "bcbs-massachusetts",
            "plan": {"line": "commercial", "state": "MA"},
            "date_of_service": "2026-12-01",
            "therapy": "kap_iv",
            "member": {**named(self.checker, number), **member},
        }
        question = self.checker.reader.read(parse_request(written), NOW.date())
        inquiry = self.asking.inquiry(question, NOW)
        assert inquiry is not None
        outcome, _ = await self.asking.outcome(question, inquiry, seconds)
        return outcome


def named(checker: Checker, number: str) -> dict[str, Any]:
    """A shipped made-up member as a question names them."""
    found = next(member for member in checker.book.payers["bcbs-massachusetts"].members if member.id == number)
    return {"id": found.id, "first_name": found.first_name, "last_name": found.last_name, "date_of_birth": found.date_of_birth.isoformat()}


@asynccontextmanager
async def clearinghouse(
    checker: Checker, path: str, behaviour: Behaviour = Behaviour(), limits: Limits = UNHURRIED, **patience: Any
) -> AsyncIterator[Clearinghouse]:
    """Both ends, for as long as a test runs."""
    server = TestServer(mock_payer_app(checker.book, behaviour))
    await server.start_server()
    shared = EligibilityText(endpoint=f"http://127.0.0.1:{server.port}{path}", **FORMATS[path])
    asked: list[Asked] = []
    try:
        async with open_desk(
            Setup(shared, SecretStr("clinic:harbor"), limits=limits), Patience(**{"keep": 0, **patience}), asked.append
        ) as (desk, routes):
            clinic = Clinic("1234567893", name="HARBOR CLINIC")
            yield Clearinghouse(AskPayer(checker.book, checker.directory, desk, routes, clinic), checker, asked)
    finally:
        await server.close()


def key(outcome: Outcome) -> str:
    """How it ended."""
    return outcome.key if isinstance(outcome, Failure) else "answered"


async def test_a_members_standing_is_understood_alike_in_every_format(checker: Checker, path: str) -> None:
    async with clearinghouse(checker, path) as house:
        active, inactive = await house.ask("DEMO1001"), await house.ask("DEMO1002")
    assert isinstance(active, Answered)
    assert isinstance(inactive, Answered)
    assert any(benefit.meaning == "active" and "30" in benefit.service_types for benefit in active.person.benefits)
    assert any(benefit.meaning == "inactive" for benefit in inactive.person.benefits)
    assert not any(benefit.meaning == "active" for benefit in inactive.person.benefits)


async def test_amounts_and_shares_are_the_members_own(checker: Checker, path: str) -> None:
    async with clearinghouse(checker, path) as house:
        outcome = await house.ask("DEMO1001")
    assert isinstance(outcome, Answered)
    amounts = {(benefit.meaning, str(benefit.amount)) for benefit in outcome.person.benefits if benefit.amount is not None}
    shares = {str(benefit.share) for benefit in outcome.person.benefits if benefit.share is not None}
    assert ("copay", "30") in {(meaning, amount.split(".")[0]) for meaning, amount in amounts}
    assert "0.4" in shares


async def test_what_went_over_the_line_is_kept_for_showing_and_never_in_repr(checker: Checker, path: str) -> None:
    async with clearinghouse(checker, path) as house:
        outcome = await house.ask("DEMO1001")
    assert outcome.wire is not None
    assert "DEMO1001" in outcome.wire.sent
    assert "DEMO1001" not in repr(outcome)
    assert "arlow" not in repr(outcome).casefold()


FLAPPING: tuple[Fault, ...] = ("down", "reset", "garbled", "truncated", "another_person")
BROKEN: dict[Fault, set[str]] = {
    "down": {"refused"},
    "throttled": {"throttled"},
    "unavailable": {"unavailable"},
    "reset": {"connection"},
    "truncated": {"connection"},
    "garbled": {"unreadable", "not_an_answer"},
    "slow_drip": {"deadline"},
    "wrong_content_type": {"unreadable", "not_an_answer"},
    "another_person": {"another_person"},
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_every_fault_ends_in_a_failure_that_has_words_and_a_remedy(checker: Checker, path: str, fault: Fault) -> None:
    async with clearinghouse(checker, path, Behaviour(fault=fault)) as house:
        outcome = await house.ask(seconds=0.5)
    assert isinstance(outcome, Failure)
    assert outcome.key in BROKEN[fault]
    assert outcome.says
    assert outcome.remedy
    assert "Marlow" not in outcome.says + outcome.remedy


async def test_an_answer_to_another_question_is_refused(checker: Checker, path: str) -> None:
    async with clearinghouse(checker, path, Behaviour(fault="wrong_trace")) as house:
        assert key(await house.ask()) == "another_trace"


@pytest.mark.parametrize("fault", ["throttled", "unavailable", "reset"])
async def test_a_payer_that_recovers_is_asked_again_and_answers(checker: Checker, path: str, fault: Fault) -> None:
    """The first question of two goes wrong; Retry-After asks for a second."""
    recovering = Behaviour(fault=fault, every=2)
    next(recovering.asked)
    async with clearinghouse(checker, path, recovering) as house:
        assert key(await house.ask()) == "answered"
    assert [asked.attempts for asked in house.asked] == [2]


async def test_waiting_as_the_payer_asks_would_last_too_long_so_it_is_not_asked_again(checker: Checker, path: str) -> None:
    async with clearinghouse(checker, path, Behaviour(fault="throttled")) as house:
        assert key(await house.ask(seconds=0.9)) == "throttled"
    assert [asked.attempts for asked in house.asked] == [1]


@pytest.mark.parametrize(("code", "ended", "attempts"), [("42", "rejected_temporary", 3), ("75", "rejected_patient_data", 1)])
async def test_only_passing_rejections_are_asked_again(checker: Checker, path: str, code: str, ended: str, attempts: int) -> None:
    async with clearinghouse(checker, path, Behaviour(reject=code)) as house:
        assert key(await house.ask()) == ended
    assert [asked.attempts for asked in house.asked] == [attempts]


async def test_a_birth_date_that_is_not_the_members_is_told_as_such(checker: Checker, path: str) -> None:
    async with clearinghouse(checker, path) as house:
        outcome = await house.ask(date_of_birth="1985-03-03")
    assert isinstance(outcome, Failure)
    assert [rejection.code for rejection in outcome.rejections] == ["71"]


async def test_a_payer_that_flaps_never_raises_and_what_is_answered_is_right(checker: Checker, path: str) -> None:
    """Every fault in a row that looks random; seeded, so that it is the same each time."""
    chance = random.Random(20261123)
    ends = set()
    for _ in range(4):
        fault: Fault = chance.choice(FLAPPING)
        async with clearinghouse(checker, path, Behaviour(fault=fault, every=chance.randint(2, 3))) as house:
            for _ in range(8):
                outcome = await house.ask(seconds=2.0)
                ends.add(key(outcome))
                if isinstance(outcome, Answered):
                    assert (outcome.person.id or "DEMO1001") == "DEMO1001"
    assert "answered" in ends
    assert len(ends) > 1


async def test_a_payer_that_fails_again_and_again_is_left_alone(checker: Checker, path: str) -> None:
    limits = Limits(breaker_failures=3)
    async with clearinghouse(checker, path, Behaviour(fault="down"), limits) as house:
        assert [key(await house.ask()) for _ in range(5)] == ["refused"] * 3 + ["breaker_open"] * 2


async def test_a_question_without_a_member_the_payer_knows_is_not_found(checker: Checker, path: str) -> None:
    async with clearinghouse(checker, path) as house:
        outcome = await house.ask("DEMO1001", id="DEMO9999")
    assert isinstance(outcome, Failure)
    assert outcome.key == "rejected_patient_data"
    assert [rejection.code for rejection in outcome.rejections] == ["75"]
