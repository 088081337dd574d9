"""The made-up payer understands every question as it was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.x12.letters import fold_name
from covercheck.eligibility.x12.read_270 import read_270
from covercheck.eligibility.x12.write_270 import (
    FIRST_NAME,
    LAST_NAME,
    MIDDLE_NAME,
    SUFFIX,
    is_sent_as_subscriber,
    write_270,
)
from tests.eligibility.x12_documents import about_ada
from tests.eligibility.x12_members import MADE_AT, SENDER, inquiries

ADA = Person("DEMO1001", "ADA", "MARLOW", date_of_birth=date(1985, 3, 2), gender="F", group="G77")
BEN = Person(None, "BEN", "MARLOW", "T", "JR", date(2015, 6, 1), "M")
CLINIC = Clinic("1234567893", None, "GREEN CLINIC")
INQUIRY = Inquiry("HARB1", "HARBOR HEALTH", CLINIC, ADA, date(2026, 12, 1), ("30", "MH"), "TRACE1", MADE_AT)


def written(inquiry: Inquiry) -> str:
    text = write_270(inquiry, SENDER)
    assert isinstance(text, str)
    return text


def understood(text: str | bytes) -> Inquiry:
    found = read_270(text)
    assert found is not None
    return found


def folded(name: str | None, longest: int) -> str | None:
    return fold_name(name, longest) if name is not None else None


def as_sent(person: Person, with_id: bool) -> Person:
    """The person in the letters of X12; a gender that is not known is not sent, nor an id of a dependent."""
    return replace(
        person,
        id=person.id if with_id else None,
        first_name=folded(person.first_name, FIRST_NAME),
        last_name=folded(person.last_name, LAST_NAME),
        middle_name=folded(person.middle_name, MIDDLE_NAME),
        suffix=folded(person.suffix, SUFFIX),
        gender=person.gender if person.gender in ("F", "M") else None,
    )


@settings(max_examples=200, deadline=None)
@given(inquiries())
def test_a_question_is_understood_as_it_was_asked(inquiry: Inquiry) -> None:
    alone = is_sent_as_subscriber(inquiry)
    expected = replace(
        inquiry,
        payer_name=fold_name(inquiry.payer_name, LAST_NAME) or "",
        clinic=replace(inquiry.clinic, name=folded(inquiry.clinic.name, LAST_NAME)),
        subscriber=as_sent(inquiry.patient if alone else inquiry.subscriber, with_id=True),
        dependent=None if alone or inquiry.dependent is None else as_sent(inquiry.dependent, with_id=False),
        relationship=None if alone else inquiry.relationship,
        until=inquiry.until if inquiry.until != inquiry.on else None,
    )
    assert understood(written(inquiry)) == expected


@pytest.mark.parametrize("dependent", [None, BEN])
@pytest.mark.parametrize("until", [None, date(2026, 12, 31)])
@pytest.mark.parametrize("clinic", [CLINIC, Clinic(None, "123456789", "GREEN CLINIC")])
@pytest.mark.parametrize("places", [(), ("02",), ("02", "10")])
def test_what_is_in_x12s_letters_already_comes_back_unchanged(
    dependent: Person | None, until: date | None, clinic: Clinic, places: tuple[str, ...]
) -> None:
    inquiry = replace(INQUIRY, dependent=dependent, until=until, clinic=clinic, places=places)
    assert understood(written(inquiry)) == inquiry
    assert understood(written(inquiry).replace("~", "~\r\n").encode()) == inquiry


@pytest.mark.parametrize(
    "text", ["", "noise", about_ada("EB*1**30"), written(INQUIRY).replace("NM1*IL", "NM1*QC"), written(INQUIRY).replace("NM1*PR", "NM1*2B"),
             written(INQUIRY).replace("D8*20261201", "D8*20261301"), written(INQUIRY).replace("D8*20261201", "RD8*20261201-2026")]
)  # fmt: skip
def test_what_asks_nothing_that_can_be_answered_is_no_question(text: str) -> None:
    assert read_270(text) is None


def test_of_several_questions_the_first_is_answered() -> None:
    other = replace(INQUIRY, subscriber=replace(ADA, id="DEMO2002"), trace="TRACE2", service_types=("88",))
    first, second = (written(inquiry).split("~") for inquiry in (INQUIRY, other))
    assert understood("~".join((*first[:-3], *second[2:]))) == INQUIRY
    assert understood("~".join((*first[:-4], *second[8:]))) == INQUIRY


def test_without_a_day_it_is_about_today() -> None:
    before = datetime.now(UTC).date()
    found = understood(written(INQUIRY).replace("DTP*291*D8*20261201~", ""))
    assert before <= found.on <= datetime.now(UTC).date()
    assert found.until is None


@pytest.mark.parametrize(("bht", "at"), [("20261123*1230", MADE_AT), ("20261123", datetime(2026, 11, 23, tzinfo=UTC)), ("20261123*9x99",
    datetime(2026, 11, 23, 0, 39, tzinfo=UTC))])  # fmt: skip
def test_the_moment_is_that_of_the_header(bht: str, at: datetime) -> None:
    assert understood(written(INQUIRY).replace("TRACE1*20261123*1230", f"TRACE1*{bht}")).made_at == at


def test_without_a_trace_the_headers_number_is_the_trace() -> None:
    text = written(INQUIRY).replace("TRN*1*TRACE1*9COVERCHCK~", "").replace("13*TRACE1", "13*NUMBER1")
    assert understood(text).trace == "NUMBER1"
