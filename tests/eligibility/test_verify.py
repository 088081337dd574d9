"""An answer is used only if it is one to this question, for this person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.inquiry import Person
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.report import PersonReport, Rejection, Report, Trace
from covercheck.eligibility.verify import is_same, verified
from tests.eligibility.asking import ADA, ada, inquiry, report, row


def key(found: Report, **changes: Any) -> str:
    """How it ended: `used` or the failure's key."""
    ended = verified(Heard(found), inquiry(**changes))
    return ended.key if isinstance(ended, Failure) else "used"


def test_an_answer_with_our_trace_for_our_person_is_used() -> None:
    assert key(report()) == "used"


def test_an_answer_that_echoes_another_trace_is_refused() -> None:
    assert key(report(ada(traces=(Trace(True, "OTHER"),)))) == "another_trace"


def test_one_right_echo_among_the_payers_own_traces_is_enough() -> None:
    assert key(report(ada(traces=(Trace(False, "PAYERS"), Trace(True, "TRACE1"))))) == "used"


def test_without_an_echo_the_number_must_be_ours_where_there_is_one() -> None:
    assert key(report(ada(traces=()), number="SOMETHING")) == "another_trace"
    assert key(report(ada(traces=()), number="TRACE1")) == "used"
    assert key(report(ada(traces=()), number=None)) == "used"


def test_a_rejection_at_the_persons_level_is_no_answer_even_beside_statements() -> None:
    assert key(report(ada(row("active", "30"), rejections=(Rejection("72", "subscriber"),)))) == "rejected_patient_data"


def test_a_rejection_of_one_benefit_leaves_the_rest() -> None:
    assert key(report(ada(row("active", "30"), row("active", "MH", rejections=(Rejection("70", "benefit"),))))) == "used"


def test_an_answer_that_names_nobody_is_no_answer() -> None:
    assert key(Report(None, ())) == "not_an_answer"


def test_the_deepest_person_with_statements_is_taken() -> None:
    child = PersonReport("dependent", None, "Bo", "Marlow", date_of_birth=date(2012, 5, 6), benefits=(row("active", "30"),))
    asked = inquiry(dependent=Person(None, "Bo", "Marlow", date_of_birth=date(2012, 5, 6)))
    ended = verified(Heard(report(ada(), child)), asked)
    assert not isinstance(ended, Failure)
    assert ended[1] is child


@pytest.mark.parametrize(
    ("found", "same", "why"),
    [
        ({}, True, "all agree"),
        ({"date_of_birth": date(1985, 3, 3)}, False, "another birth date is another person"),
        ({"id": "ZZ9"}, True, "payers renumber, and name and birth date agree"),
        ({"id": "ZZ9", "date_of_birth": None}, False, "a name alone is not enough beside another id"),
        ({"id": "ZZ9", "last_name": None, "first_name": None}, False, "a birth date alone is not enough beside another id"),
        ({"last_name": "Okafor"}, True, "a new last name, id and birth date agree"),
        ({"last_name": "Okafor", "date_of_birth": None}, False, "a family shares an id"),
        ({"last_name": "Okafor", "date_of_birth": None, "changed": True}, True, "the payer marks the change"),
        ({"first_name": "Adabel", "date_of_birth": None}, True, "a given name may be cut"),
        ({"first_name": "Bo", "date_of_birth": None}, False, "a sibling under the same id"),
        ({"first_name": "Bo", "last_name": "Okafor"}, False, "both names differ"),
        ({"id": None, "date_of_birth": None}, True, "the full name agrees and nothing else was said"),
        ({"id": None, "last_name": None, "first_name": None, "date_of_birth": None}, False, "nothing was said that could agree"),
        ({"last_name": "Márlow "}, True, "accents, case and spaces do not count"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_counts_as_the_same_person(found: dict[str, Any], same: bool, why: str) -> None:
    assert is_same(ada(**found), ADA) is same, why
