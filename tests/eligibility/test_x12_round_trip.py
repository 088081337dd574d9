"""What is written of a report is read as the same report, whatever signs its texts hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person, Relationship
from covercheck.eligibility.report import Benefit, Channel, Level, Limit, Party, PersonReport, Reference, Rejection, Report, Span, Trace
from covercheck.eligibility.tables import AUTHORIZATIONS, CHANNELS, MEANINGS, NETWORKS, meaning_of
from covercheck.eligibility.x12.sender import Sender
from covercheck.eligibility.x12.write_271 import write_271
from tests.eligibility.x12_documents import read
from tests.eligibility.x12_judges import complaints_of_envelope

Part = TypeVar("Part")
SENDER = Sender("HARBOR", "CLINIC")
MADE_AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
INQUIRY = Inquiry("HARB1", "HARBOR", Clinic(), Person("DEMO1001"), date(2026, 12, 1), ("30",), "TRACE1", MADE_AT)
OUT_OF_NETWORK: Final = "35"
SIGNS: Final = "ABCdef 0123456789*^:~|>}!'-.,/#é李\ue123"

texts = st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=24).map(str.strip).filter(bool)
codes = st.text(st.sampled_from("ABCXYZ0123456789"), min_size=1, max_size=3)
days = st.dates(date(1900, 1, 1), date(2090, 12, 31))
numbers = st.decimals(-10_000, 1_000_000, places=2) | st.integers(0, 5_000).map(Decimal)
spans = st.builds(Span, codes, st.none() | days, st.none() | days)
references = st.builds(Reference, codes, texts, st.none() | texts)
contacts = st.builds(Channel, st.sampled_from([*CHANNELS.values(), "IC", "ZZ"]), texts)
parties = st.builds(Party, codes, st.none() | texts, st.none() | texts, st.none() | codes, st.lists(contacts, max_size=7).map(tuple))
limits = st.builds(Limit, st.none() | codes, st.none() | numbers, st.none() | codes, st.none() | numbers).filter(
    lambda limit: limit != Limit(None, None)
)
traces = st.builds(Trace, st.booleans(), texts, st.none() | texts)


def few(parts: st.SearchStrategy[Part], most: int = 3) -> st.SearchStrategy[tuple[Part, ...]]:
    """A tuple of some of these."""
    return st.lists(parts, max_size=most).map(tuple)


def rejections(level: Level) -> st.SearchStrategy[Rejection]:
    """Refusals at one level."""
    return st.builds(
        Rejection,
        st.sampled_from(["15", "42", "72", "75", "79", OUT_OF_NETWORK]),
        st.just(level),
        st.none() | codes,
        st.sampled_from([True, False, None]),
    )


benefits = st.builds(
    lambda code, more: Benefit(meaning_of(code), code, **more),
    st.sampled_from([*MEANINGS, "CB", "ZZ"]),
    st.fixed_dictionaries(
        {},
        optional={
            "service_types": few(codes, 99),
            "plan": texts,
            "coverage_level": codes,
            "insurance_type": codes,
            "period": codes,
            "amount": numbers,
            "share": st.decimals(0, 1, places=4),
            "quantity": numbers,
            "quantity_of": codes,
            "authorization": st.sampled_from(list(AUTHORIZATIONS.values())),
            "network": st.sampled_from(list(NETWORKS.values())),
            "procedure": st.lists(codes, min_size=2, max_size=5).map(":".join),
            "places": few(codes),
            "dates": few(spans),
            "limits": few(limits),
            "references": few(references),
            "messages": few(texts),
            "entities": few(parties),
            "rejections": few(rejections("benefit")),
        },
    ),
)


def people(level: str) -> st.SearchStrategy[PersonReport]:
    """Somebody of whom some things are said."""
    one = st.none() | texts
    return st.builds(
        PersonReport,
        st.just(level),
        id=one,
        first_name=one,
        last_name=one,
        middle_name=one,
        date_of_birth=st.none() | days,
        gender=st.sampled_from([None, "F", "M", "U", "X"]),
        changed=st.booleans(),
        dates=few(spans),
        references=few(references),
        benefits=few(benefits, 4),
        rejections=few(rejections(level)),  # type: ignore[arg-type]
        traces=few(traces),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Whatever a payer may answer about up to three persons."""
    report = Report(
        draw(st.none() | parties),
        tuple(draw(st.lists(people("subscriber") | people("dependent"), max_size=3))),
        (*draw(few(rejections("payer"))), *draw(few(rejections("provider")))),
        draw(st.none() | parties),
        None,
        draw(st.none() | texts),
    )
    refused = any(rejection.code == OUT_OF_NETWORK for rejection in report.all_rejections())
    return replace(report, network="out" if refused else None)


def without_places(report: Report) -> Report:
    """The report without where its parts stood in the text and what was noted there."""
    persons = (replace(person, benefits=tuple(replace(b, origin="") for b in person.benefits)) for person in report.persons)
    return replace(report, persons=tuple(persons), oddities=())


def keys(report: Report) -> Sequence[str]:
    return [oddity.key for oddity in report.oddities]


@settings(max_examples=250, deadline=None)
@given(reports(), st.sampled_from([None, "spouse", "child", "other"]))
def test_a_report_comes_back_as_it_went(report: Report, relationship: Relationship | None) -> None:
    assert without_places(read(write_271(report, replace(INQUIRY, relationship=relationship), SENDER))) == report


@settings(max_examples=60, deadline=None)
@given(reports())
def test_what_is_written_has_the_right_counts_and_levels(report: Report) -> None:
    text = write_271(report, INQUIRY, SENDER)
    assert set(keys(read(text))) <= {"dates_reversed"}
    if text.isascii():
        assert complaints_of_envelope(text) == []


@settings(max_examples=60, deadline=None)
@given(reports())
def test_bytes_are_read_like_text(report: Report) -> None:
    text = write_271(report, INQUIRY, SENDER)
    assert read(text.encode()) == read(text)


def test_where_no_receiver_is_named_it_is_the_clinic_that_asked() -> None:
    report = Report(None, (PersonReport("subscriber"),))
    for clinic, party in [
        (Clinic("1234567893", "123456789", "GREEN"), Party("1P", "GREEN", "1234567893", "XX")),
        (Clinic(None, "123456789"), Party("1P", None, "123456789", "FI")),
        (Clinic(name="GREEN"), Party("1P", "GREEN")),
    ]:
        assert read(write_271(report, replace(INQUIRY, clinic=clinic), SENDER)).receiver == party


SUBSCRIBER, DEPENDENT = PersonReport("subscriber"), PersonReport("dependent")
REFUSED: Final = Rejection("42", "payer")


@pytest.mark.parametrize(
    ("report", "levels"),
    [
        (Report(None, (), (REFUSED,)), ["1**20*0"]),
        (Report(None, (), (replace(REFUSED, level="provider"),)), ["1**20*1", "2*1*21*0"]),
        (Report(None, (SUBSCRIBER,)), ["1**20*1", "2*1*21*1", "3*2*22*0"]),
        (Report(None, (SUBSCRIBER, DEPENDENT)), ["1**20*1", "2*1*21*1", "3*2*22*1", "4*3*23*0"]),
        (Report(None, (SUBSCRIBER, SUBSCRIBER, DEPENDENT, DEPENDENT)),
            ["1**20*1", "2*1*21*1", "3*2*22*0", "4*2*22*1", "5*4*23*0", "6*4*23*0"]),
    ],
)  # fmt: skip
def test_a_level_tells_its_parent_and_whether_others_follow_below(report: Report, levels: list[str]) -> None:
    rows = write_271(report, INQUIRY, SENDER).split("~")
    assert [row.removeprefix("HL*") for row in rows if row.startswith("HL*")] == levels


def test_being_in_network_has_no_place_in_an_answer() -> None:
    report = Report(None, (PersonReport("subscriber"),), network="in")
    assert read(write_271(report, INQUIRY, SENDER)).network is None


def test_a_line_end_in_a_text_becomes_a_space() -> None:
    person = PersonReport("subscriber", benefits=(Benefit("active", "1", messages=("FIRST\nSECOND\x1dTHIRD",)),))
    assert read(write_271(Report(None, (person,)), INQUIRY, SENDER)).persons[0].benefits[0].messages == ("FIRST SECOND THIRD",)


@pytest.mark.parametrize("used", ["*", "*|", "~!", "^}", ":>", "*|~!^}:>"])
def test_separators_are_ones_the_content_does_not_use(used: str) -> None:
    person = PersonReport("subscriber", last_name=used, benefits=(Benefit("active", "1", ("30", "MH"), procedure="HC:90837"),))
    found = read(write_271(Report(None, (person,)), INQUIRY, SENDER)).persons[0]
    assert (found.last_name, found.benefits[0].service_types, found.benefits[0].procedure) == (used, ("30", "MH"), "HC:90837")


@pytest.mark.parametrize("ends", [date(9999, 12, 31), date(3000, 1, 1)])
def test_an_end_that_never_comes_is_none(ends: date) -> None:
    person = PersonReport("subscriber", dates=(Span("291", date(2026, 1, 1), ends),))
    assert read(write_271(Report(None, (person,)), INQUIRY, SENDER)).persons[0].dates == (Span("291", date(2026, 1, 1)),)


def test_five_thousand_statements_come_back() -> None:
    rows = tuple(Benefit("copay", "B", (str(number % 99),), amount=Decimal(number)) for number in range(5_000))
    report = Report(None, (PersonReport("subscriber", id="DEMO1001", benefits=rows),))
    assert without_places(read(write_271(report, INQUIRY, SENDER))) == report
