"""Questions to payers: in time, once, again where that is safe, and never an exception."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from covercheck.eligibility import failures
from covercheck.eligibility.desk import Asked, Desk, Patience, Route
from covercheck.eligibility.gate import Limits
from covercheck.eligibility.outcome import Answered, Failure, Outcome
from covercheck.eligibility.report import Rejection
from tests.eligibility.asking import ADA, Told, ada, inquiry, report, row

SLACK = 0.1


def route(does: Callable[[int], Any], seconds: float = 0.0, **limits: Any) -> tuple[Route, Told]:
    """A route to a payer that behaves so."""
    told = Told(does, seconds)
    return Route("harbor", told, Limits(**limits)), told


def rejected(code: str, follow_up: str | None = None) -> Any:
    """A payer that refuses with this code."""
    return report(rejections=(Rejection(code, "payer", follow_up, True),))


def key(outcome: Outcome) -> str:
    """How it ended."""
    return outcome.key if isinstance(outcome, Failure) else "answered"


async def ask(desk: Desk, way: Route, seconds: float = 2.0, **changes: Any) -> str:
    """Ask once."""
    return key(await desk.ask(way, inquiry(**changes), seconds))


async def test_a_good_answer_comes_with_the_person_and_the_adapters_name() -> None:
    way, _ = route(lambda _: report())
    outcome = await Desk().ask(way, inquiry(), 1)
    assert isinstance(outcome, Answered)
    assert (outcome.person.id, outcome.adapter, outcome.again) == ("DEMO1001", "told", False)


@pytest.mark.parametrize(
    "passing",
    [failures.connection(), failures.throttled(None), failures.unavailable(0.05), rejected("42"), rejected("80", "R")],
    ids=["connection", "429", "503", "AAA 42", "AAA 80"],
)
async def test_what_passes_is_asked_again(passing: Any) -> None:
    way, told = route(lambda attempt: passing if attempt == 1 else report())
    assert await ask(Desk(), way) == "answered"
    assert told.attempts == 2


@pytest.mark.parametrize(
    ("refusal", "ended"),
    [
        (rejected("72", "C"), "rejected_patient_data"),
        (rejected("75"), "rejected_patient_data"),
        (rejected("51"), "rejected_provider_data"),
        (rejected("41"), "rejected_set_up"),
        (rejected("79"), "rejected_set_up"),
        (rejected("62"), "rejected_request"),
        (rejected("42", "N"), "rejected_temporary"),
        (rejected("42", "Y"), "rejected_temporary"),
        (failures.unreadable("noise"), "unreadable"),
        (failures.refused(400), "refused"),
        (failures.credentials("X"), "credentials"),
        (failures.too_large(10), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_a_person_must_mend_is_asked_once(refusal: Any, ended: str) -> None:
    way, told = route(lambda _: refusal)
    assert await ask(Desk(), way) == ended
    assert told.attempts == 1


async def test_connection_trouble_with_79_beside_42_is_asked_again() -> None:
    both = report(rejections=(Rejection("42", "payer"), Rejection("79", "payer")))
    way, told = route(lambda attempt: both if attempt == 1 else report())
    assert await ask(Desk(), way) == "answered"
    assert told.attempts == 2


async def test_it_gives_up_after_the_attempts_it_has() -> None:
    way, told = route(lambda _: failures.connection())
    assert await ask(Desk(Patience(attempts=2)), way) == "connection"
    assert told.attempts == 2


async def test_a_wait_that_outlasts_the_deadline_ends_the_question_at_once_with_its_cause() -> None:
    way, told = route(lambda _: failures.throttled(30))
    begun = asyncio.get_running_loop().time()
    assert await ask(Desk(), way, 1) == "throttled"
    assert asyncio.get_running_loop().time() - begun < 0.5
    assert told.attempts == 1


async def test_a_payer_that_hangs_is_left_at_the_deadline() -> None:
    way, _ = route(lambda _: report(), seconds=30)
    begun = asyncio.get_running_loop().time()
    assert await ask(Desk(), way, 0.2) == "deadline"
    assert asyncio.get_running_loop().time() - begun < 0.2 + SLACK


async def test_a_crash_of_an_adapter_is_a_failure_that_names_its_kind_alone() -> None:
    way, _ = route(lambda _: ValueError("Ada Marlow, born 1985"))
    outcome = await Desk().ask(way, inquiry(), 1)
    assert isinstance(outcome, Failure)
    assert outcome.key == "adapter_failed"
    assert "Marlow" not in outcome.says


async def test_the_same_question_under_way_is_asked_once() -> None:
    way, told = route(lambda _: report(), seconds=0.05)
    desk = Desk(Patience(keep=0))
    assert set(await asyncio.gather(*(ask(desk, way) for _ in range(10)))) == {"answered"}
    assert told.attempts == 1


async def test_who_waits_longer_is_not_cut_short_by_who_asked_first() -> None:
    way, told = route(lambda _: report(), seconds=0.3)
    desk = Desk()
    assert list(await asyncio.gather(ask(desk, way, 0.1), ask(desk, way, 1.0))) == ["deadline", "answered"]
    assert told.attempts == 1


async def test_a_question_nobody_waits_for_is_called_back() -> None:
    way, told = route(lambda _: report(), seconds=30)
    desk = Desk()
    assert await ask(desk, way, 0.05) == "deadline"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert told.at_once == 0


async def test_another_day_or_person_is_another_question() -> None:
    way, told = route(lambda _: report())
    desk = Desk()
    await ask(desk, way)
    await ask(desk, way, service_types=("30",))
    await ask(desk, way, subscriber=replace(ADA, group="G2"))
    assert told.attempts == 3


async def test_a_good_answer_is_kept_and_says_so_and_a_failure_never_is() -> None:
    way, told = route(lambda attempt: failures.refused(400) if attempt == 1 else report())
    desk = Desk()
    assert await ask(desk, way) == "refused"
    assert await ask(desk, way) == "answered"
    again = await desk.ask(way, inquiry(trace="LATER"), 1)
    assert isinstance(again, Answered)
    assert again.again
    assert told.attempts == 2


async def test_keeping_can_be_switched_off() -> None:
    way, told = route(lambda _: report())
    desk = Desk(Patience(keep=0))
    await ask(desk, way)
    await ask(desk, way)
    assert told.attempts == 2


async def test_what_is_kept_is_bounded() -> None:
    way, told = route(lambda _: report(ada(row("active", "30"), id=None)))
    desk = Desk(Patience(keep=2))
    for group in ("A", "B", "C", "A"):
        await ask(desk, way, subscriber=replace(ADA, group=group))
    assert told.attempts == 4


async def test_no_more_questions_than_allowed_are_under_way_at_one_time() -> None:
    way, told = route(lambda _: report(), seconds=0.02, in_flight=3)
    desk = Desk()
    ended = await asyncio.gather(*(ask(desk, way, subscriber=replace(ADA, group=str(n))) for n in range(12)))
    assert set(ended) == {"answered"}
    assert told.most_at_once == 3


async def test_who_finds_no_slot_in_time_is_told_so() -> None:
    way, _ = route(lambda _: report(), seconds=0.5, in_flight=1)
    desk = Desk()
    ended = await asyncio.gather(ask(desk, way, 1.0), ask(desk, way, 0.1, subscriber=replace(ADA, group="2")))
    assert ended[1] == "too_busy"


async def test_too_long_a_queue_is_not_joined() -> None:
    way, _ = route(lambda _: report(), seconds=0.3, in_flight=1, waiting=1)
    desk = Desk()
    ended = await asyncio.gather(*(ask(desk, way, 1.0, subscriber=replace(ADA, group=str(n))) for n in range(4)))
    assert sorted(ended) == ["answered", "answered", "too_busy", "too_busy"]


async def test_the_pace_of_a_payer_is_kept() -> None:
    way, told = route(lambda _: report(), per_minute=2)
    desk = Desk()
    ended = [await ask(desk, way, 0.1, subscriber=replace(ADA, group=str(n))) for n in range(3)]
    assert ended == ["answered", "answered", "too_busy"]
    assert told.attempts == 2


async def test_the_breaker_opens_at_its_threshold_and_closes_by_itself() -> None:
    sick = True
    way, told = route(lambda _: failures.unreadable("noise") if sick else report(), breaker_failures=3, breaker_seconds=0.2)
    desk = Desk()
    ended = [await ask(desk, way) for _ in range(4)]
    assert ended == ["unreadable", "unreadable", "unreadable", "breaker_open"]
    assert (told.attempts, desk.state_of("harbor")) == (3, "open")
    sick = False
    await asyncio.sleep(0.25)
    assert await ask(desk, way) == "answered"
    assert desk.state_of("harbor") == "closed"


async def test_refusals_of_one_patients_data_never_open_it() -> None:
    way, _ = route(lambda _: rejected("75"), breaker_failures=2)
    desk = Desk()
    assert [await ask(desk, way) for _ in range(4)] == ["rejected_patient_data"] * 4


async def test_time_outs_of_the_impatient_do_not_open_it() -> None:
    way, _ = route(lambda _: report(), seconds=5, breaker_failures=1, patient_seconds=1.0)
    desk = Desk()
    assert [await ask(desk, way, 0.05) for _ in range(3)] == ["deadline"] * 3
    assert desk.state_of("harbor") == "closed"


async def test_one_payers_trouble_is_no_other_payers() -> None:
    sick, _ = route(lambda _: failures.unreadable("noise"), breaker_failures=1)
    well, _ = route(lambda _: report(), breaker_failures=1)
    desk = Desk()
    await ask(desk, sick)
    assert await ask(desk, replace(well, payer="other")) == "answered"


async def test_the_listener_hears_payer_end_and_attempts_and_no_patient() -> None:
    heard: list[Asked] = []
    way, _ = route(lambda attempt: failures.connection() if attempt == 1 else report())
    await ask(Desk(listener=heard.append), way)
    assert [(note.payer, note.adapter, note.ended, note.attempts) for note in heard] == [("harbor", "told", "answered", 2)]
    assert "Marlow" not in repr(heard)


async def test_closing_gives_up_what_is_under_way() -> None:
    way, told = route(lambda _: report(), seconds=30)
    desk = Desk()
    asking = asyncio.create_task(ask(desk, way, 20))
    await asyncio.sleep(0.01)
    await desk.close()
    assert await asking == "deadline"
    assert told.at_once == 0
