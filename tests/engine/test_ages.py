"""Findings are kept for all days on which every grade is the same; that never shows in an answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covercheck.checks.check import Checker
from covercheck.checks.request import parse_request
from covercheck.engine import EvidenceLimits
from covercheck.engine.evidence import Ages, Grade, best_grade, weak_causes
from covercheck.rules import Rulebook, load_files
from covercheck.rules.policy import Source
from tests.books import TRD, entry, files_of, policy

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LIMITS = EvidenceLimits()
DAY = timedelta(days=1)
FILES = files_of(
    policy("acme/101", entry(prior_authorization="required")),
    policy("acme/page", entry(parts=["ketamine_iv"], stance="not_covered", cite="CLINIC")),
    policy("acme/old", entry(parts=["monitoring"], stance="covered", cite=["OLD", "P"])),
)
DAYS = st.dates(date(2024, 1, 1), date(2028, 11, 30))


@pytest.fixture(scope="module")
def warm() -> Checker:
    """Asked by every example, and never emptied between."""
    return Checker.of(load_files(FILES))


def worth(source: Source, on: date) -> tuple[Grade, set[str]]:
    return best_grade((source,), on, LIMITS), weak_causes((source,), on, LIMITS)


def answered(checker: Checker, on: date, age: int | None) -> bytes:
    facts = {} if age is None else {"age_years": age}
    body = {
        "payer": "acme",
        "plan": {"line": "commercial"},
        "date_of_service": on.isoformat(),
        "therapy": "kap_iv",
        "indication": TRD,
        "facts": facts,
    }
    spravato = {**body, "therapy": "spravato"}
    return b"".join(checker.check_json(parse_request(one), check_id="chk_1", now=NOW) for one in (body, spravato))


def test_on_days_of_one_age_every_shipped_source_has_one_grade(shipped_book: Rulebook) -> None:
    for one in shipped_book.policies():
        sources, ages = tuple(one.sources.values()), Ages.of(one.sources.values(), LIMITS)
        for end in ages.ends:
            assert ages.at(end) + 1 == ages.at(end + DAY)
            assert [worth(source, end) for source in sources] != [worth(source, end + DAY) for source in sources]
        edges = (date(1990, 1, 1), *(end + DAY for end in ages.ends))
        for first, last in zip(edges, (*ages.ends, date(2040, 1, 1)), strict=True):
            for source in sources:
                middle = first + (last - first) / 2
                assert worth(source, first) == worth(source, middle) == worth(source, last)


@given(days=st.lists(DAYS, min_size=1, max_size=4), age=st.sampled_from([None, 17, 18]))
def test_an_answer_does_not_depend_on_what_was_asked_before_of_other_days(warm: Checker, days: list[date], age: int | None) -> None:
    for on in days:
        assert answered(warm, on, age) == answered(Checker.of(load_files(FILES)), on, age)


@pytest.mark.parametrize("step", [-1, 0, 1], ids=["the-day-before", "the-last-day", "the-day-after"])
def test_at_the_end_of_an_age_an_answer_changes_on_the_day(step: int) -> None:
    """A primary text of 2026-06-01 falls a grade after 18 months."""
    end = date(2027, 12, 1)
    fresh = Checker.of(load_files(FILES))
    answered(fresh, end - timedelta(days=40), 18)
    told = fresh.check(
        parse_request(
            {
                "payer": "acme",
                "plan": {"line": "commercial"},
                "date_of_service": (end + step * DAY).isoformat(),
                "parts": ["esketamine"],
                "indication": TRD,
                "facts": {"age_years": 18},
            }
        ),
        check_id="chk_1",
        now=NOW,
    )
    assert told.parts[0].evidence == ("fair" if step == 1 else "strong")
