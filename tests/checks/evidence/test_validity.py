"""How long an answer counts, at its last day and the day after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from covercheck.checks.evidence.items import Evidence, still_valid
from tests.checks.evidence.calls import CALLED, NOW, acme, answer_to, ask, call, evidence, part

DOCUMENT = {"title": "Exclusions 2026"}


def only(written: dict[str, Any], name: str = "ketamine_iv", **question: Any) -> Evidence:
    return next(item for item in evidence(acme(), written, **question) if item.part == name)


@pytest.mark.parametrize(
    ("answer", "on", "ends"),
    [
        (answer_to("A1", "yes"), "2026-11-24", "2026-12-01"),
        (answer_to("A3", "no", company="Northlight", parts=["ketamine_iv"]), "2026-11-24", "2026-12-31"),
        (answer_to("E1", "yes"), "2026-08-01", "2026-10-30"),
        (answer_to("E1", "yes"), "2026-11-24", "2026-12-31"),
        (answer_to("E1", "no"), "2026-08-01", "2026-10-30"),
        (answer_to("E1", "no", document=DOCUMENT), "2026-08-01", "2026-12-31"),
        (answer_to("E6", "no", parts=["ketamine_iv"]), "2026-11-24", "2026-12-24"),
        (answer_to("E6", "yes", parts=["ketamine_iv"]), "2026-08-01", "2026-10-30"),
        (answer_to("G5", "yes", parts=["ketamine_iv"], authorization={"to": "2027-02-01"}), "2026-11-24", "2027-02-01"),
        (answer_to("B2", "yes", parts=["ketamine_iv"]), "2026-08-01", "2026-10-30"),
        (answer_to("F2", "yes", parts=["ketamine_iv"]), "2026-11-24", "2026-11-24"),
    ],
)
def test_each_kind_of_answer_has_an_end_of_its_own(answer: dict[str, Any], on: str, ends: str) -> None:
    assert only(call(answer, on=on)).valid_until == ends


def test_no_answer_outlives_the_plan_year_that_was_told() -> None:
    assert only(call(answer_to("E1", "yes"), plan_year_end="2026-11-30")).valid_until == "2026-11-30"


def test_a_plan_year_that_ends_later_does_not_outlive_the_codes_of_the_year() -> None:
    assert only(call(answer_to("E1", "yes"), plan_year_end="2027-06-30")).valid_until == "2026-12-31"


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (30, True), (31, False)])
def test_evidence_counts_from_its_day_to_its_last(days: int, counts: bool) -> None:
    item = only(call(answer_to("E6", "no", parts=["ketamine_iv"])))
    assert bool(still_valid([item], CALLED + timedelta(days=days), CALLED)) is counts


@pytest.mark.parametrize(("on", "counts"), [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)])
def test_an_answer_speaks_of_its_plan_year_alone(on: str, counts: bool) -> None:
    item = only(call(answer_to("E1", "yes")))
    assert bool(still_valid([item], CALLED, datetime.fromisoformat(on).date())) is counts


@pytest.mark.parametrize(("on", "counts"), [("2026-11-30", False), ("2026-12-01", True), ("2026-12-02", False)])
def test_active_is_said_of_one_day(on: str, counts: bool) -> None:
    item = only(call(answer_to("A1", "yes")))
    assert bool(still_valid([item], CALLED, datetime.fromisoformat(on).date())) is counts


def test_an_expired_answer_changes_nothing() -> None:
    checker = acme()
    known = evidence(checker, call(answer_to("E1", "yes")))
    later = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert part(ask(checker, *known), "ketamine_iv").result == "likely_covered"
    assert ask(checker, *known, now=later).parts == ask(checker, now=later).parts


def test_the_answer_is_valid_no_longer_than_the_call_it_stands_on() -> None:
    checker = acme()
    known = evidence(checker, call(answer_to("E1", "yes"), plan_year_end="2026-12-05"))
    assert ask(checker, *known).valid_until == "2026-12-05"
    assert NOW.date() == CALLED
