"""What the mock clearinghouse writes is what is read from it, and no bytes at all make reading raise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.eligibility.inquiry import Clinic
from covercheck.eligibility.json_api.names import Vendor
from covercheck.eligibility.json_api.read_response import read_response
from covercheck.eligibility.json_api.vendors import STEDI, STEDI_PLANS, VENDORS
from covercheck.eligibility.json_api.write_response import write_response
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.report import Benefit, Channel, Limit, Party, PersonReport, Reference, Rejection, Report, Span, Trace
from covercheck.eligibility.tables import MEANINGS, meaning_of
from tests.eligibility.asking import ada, inquiry, report, row
from tests.eligibility.json_documents import read

INQUIRY = inquiry(clinic=Clinic("1234567893", name="GREEN CLINIC"))
LETTERS = st.characters(categories=["L", "N", "P"])
TEXT = st.text(LETTERS, min_size=1, max_size=12)
CODE = st.from_regex(r"\A[A-Z0-9]{1,3}\Z")
AAA = st.from_regex(r"\A[A-Z0-9]{2}\Z")
NUMBER = st.decimals(0, 10**6, places=2)
DAY = st.dates(date(1900, 1, 1), date(2090, 1, 1))
QUALIFIERS = ("291", "346", "347", "307", "356", "357", "348", "349", "292", "472", "290", "304", "999")
OF_PERSON = ("6P", "18", "N6", "1L", "49", "9F", "G1", "ALS", "CLI", "F6", "FO", "IG", "M7", "NQ")
OF_BENEFIT = ("6P", "18", "N6", "1L", "1W", "49", "9F", "G1", "ALS", "CLI", "F6", "FO", "IG", "M7", "NQ")
DESCRIBED = frozenset({"6P", "18", "N6"})


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """One span for each qualifier, which is what the format can hold."""
    found = []
    for qualifier in draw(st.lists(st.sampled_from(QUALIFIERS), unique=True, max_size=4)):
        begins, ends = sorted((draw(DAY), draw(DAY)))
        span = Span(qualifier, begins, ends)
        found.append(draw(st.sampled_from([span, replace(span, ends=None), replace(span, begins=None), Span(qualifier, None)])))
    return tuple(found)


@st.composite
def references(draw: st.DrawFn, qualifiers: tuple[str, ...]) -> tuple[Reference, ...]:
    """Numbers in the order of the table; some have a description."""
    chosen = draw(st.sets(st.sampled_from(qualifiers), max_size=4))
    return tuple(
        Reference(qualifier, draw(TEXT), draw(st.none() | TEXT) if qualifier in DESCRIBED else None)
        for qualifier in qualifiers
        if qualifier in chosen
    )


channels = st.lists(st.builds(Channel, st.sampled_from(["phone", "fax", "web", "email", "extension", "ZZ"]), TEXT), max_size=3)
named = st.none() | st.builds(lambda name: Channel("IC", name), TEXT)
reached = st.builds(lambda name, rest: (*((name,) if name else ()), *rest), named, channels)
roles = st.sampled_from(["VN", "X3", "PR", "PRP", "36", "Q7"])
entities = st.builds(Party, roles, TEXT, TEXT, st.sampled_from(["PI", "XX", "77"]), reached)
payers = st.builds(Party, st.sampled_from(["PR", "2B"]), TEXT, TEXT, st.sampled_from(["PI", "FI", "XV"]), reached)
limits = st.builds(Limit, st.sampled_from(["VS", "DY", "Q"]), st.none() | NUMBER, st.none() | CODE, st.none() | NUMBER)
procedures = st.builds(lambda code, modifiers: ":".join(["HC", code, *modifiers]), CODE, st.lists(CODE, max_size=2))
codes = st.sampled_from(sorted(MEANINGS)) | CODE


def _benefit(code: str, **more: Any) -> Benefit:
    return Benefit(meaning_of(code), code, **more)


benefits = st.builds(
    _benefit,
    codes,
    service_types=st.lists(CODE, max_size=3).map(tuple),
    plan=st.none() | TEXT,
    coverage_level=st.none() | CODE,
    insurance_type=st.none() | CODE,
    period=st.none() | CODE,
    amount=st.none() | NUMBER,
    share=st.none() | st.decimals(0, 1, places=3),
    quantity=st.none() | NUMBER,
    quantity_of=st.none() | CODE,
    authorization=st.sampled_from([None, "needed", "not_needed", "unknown"]),
    network=st.sampled_from([None, "in", "out", "both", "unknown"]),
    procedure=st.none() | procedures,
    places=st.lists(CODE, max_size=2).map(tuple),
    dates=spans(),
    limits=st.lists(limits, max_size=2).map(tuple),
    references=references(OF_BENEFIT),
    messages=st.lists(TEXT, max_size=2).map(tuple),
    entities=st.lists(entities, max_size=2).map(tuple),
)


@st.composite
def persons(draw: st.DrawFn, level: Any, is_patient: bool) -> PersonReport:
    """Statements, plan dates and traces are the patient's alone."""
    own = PersonReport(
        level,
        draw(st.none() | TEXT),
        draw(st.none() | TEXT),
        draw(TEXT),
        draw(st.none() | TEXT),
        draw(st.none() | DAY),
        draw(st.sampled_from([None, "F", "M", "U"])),
        draw(st.booleans()),
        references=draw(references(OF_PERSON if is_patient else OF_PERSON[:3])),
        rejections=tuple(draw(st.lists(st.builds(Rejection, AAA, st.just(level), st.sampled_from([None, "C", "N", "Q"])), max_size=2))),
    )
    if not is_patient:
        return own
    traces = tuple(draw(st.lists(st.builds(Trace, st.booleans(), TEXT, st.none() | TEXT), max_size=3)))
    return replace(own, benefits=tuple(draw(st.lists(benefits, max_size=3))), dates=draw(spans()), traces=traces)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """What one flat answer can hold."""
    levels = draw(st.sampled_from([("subscriber",), ("subscriber", "dependent"), ("dependent",)]))
    found = tuple(draw(persons(level, level == levels[-1])) for level in levels)
    refused = tuple(
        rejection
        for level in ("payer", "provider")
        for rejection in draw(st.lists(st.builds(Rejection, AAA, st.just(level), st.sampled_from([None, "R", "W"])), max_size=1))
    )
    made = Report(draw(payers), found, refused, Party("1P", draw(TEXT), "1234567893", "XX"), number=draw(st.none() | TEXT))
    is_out = any(rejection.code == "35" for rejection in made.all_rejections())
    return replace(made, network="out" if is_out else None)


def without_places(read_back: Report) -> Report:
    """The report without where each statement stood."""
    return replace(
        read_back,
        persons=tuple(replace(p, benefits=tuple(replace(b, origin="") for b in p.benefits)) for p in read_back.persons),
    )


@given(made=reports())
def test_a_report_is_read_as_it_was_written(made: Report) -> None:
    """`ZZ` and the like stand for codes nobody lists: those come back too."""
    assert without_places(read(write_response(made, INQUIRY, STEDI))) == made


def test_where_no_receiver_is_named_it_is_the_clinic_that_asked() -> None:
    found = read(write_response(report(), INQUIRY, STEDI))
    assert found.receiver == Party("1P", "GREEN CLINIC", "1234567893", "XX")


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_each_vendors_shape_holds_what_made_up_members_state(vendor: Vendor) -> None:
    """One service type to a statement, which is all that the grouped shape can hold."""
    her = ada(
        row("active", "30", plan="GOLD", insurance_type="PR", network="both"),
        row("copay", "MH", plan="GOLD", amount=Decimal("30.00"), network="in", authorization="not_needed", messages=("PER VISIT",)),
        row("coinsurance", "MH", plan="GOLD", share=Decimal("0.4"), network="out", coverage_level="IND"),
        row("deductible", "30", plan="GOLD", amount=Decimal(500), period="23", dates=(Span("291", date(2026, 1, 1), date(2026, 12, 31)),)),
        row("limitation", "MH", plan="GOLD", limits=(Limit("VS", Decimal(20), "23"),)),
        row("contact_other", "MH", plan="GOLD", entities=(Party("VN", "MINDCARE", channels=(Channel("phone", "8005550100"),)),)),
        row("inactive", "35", plan="TEETH"),
        dates=(Span("291", date(2026, 1, 1)),),
        references=(Reference("6P", "G1"),),
        gender="F",
    )
    made = Report(Party("PR", "HARBOR", "HARB1", "PI"), (her,), (), Party("1P", "GREEN", "1234567893", "XX"))
    found = without_places(read(write_response(made, INQUIRY, vendor), vendor))
    assert sorted(found.persons[0].benefits, key=repr) == sorted(her.benefits, key=repr)
    assert replace(found.persons[0], benefits=()) == replace(her, benefits=())
    assert replace(found, persons=()) == replace(made, persons=())


def test_in_the_grouped_shape_a_statement_of_two_service_types_is_made_twice() -> None:
    made = report(ada(row("active", "30", "MH", plan="GOLD")))
    (person,) = read(write_response(made, INQUIRY, STEDI_PLANS), STEDI_PLANS).persons
    assert [(row.code, row.service_types, row.plan) for row in person.benefits] == [("1", ("30",), "GOLD"), ("1", ("MH",), "GOLD")]


@pytest.mark.parametrize("level", ["payer", "provider", "subscriber"])
@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_a_refusal_without_any_person_is_read_as_one(vendor: Vendor, level: Any) -> None:
    found = read(write_response(report(rejections=(Rejection("42", level, "R"),)), INQUIRY, vendor), vendor)
    assert found.all_rejections() == (Rejection("42", level, "R"),)


FIELDS = st.sampled_from([
    "subscriber", "dependents", "dependent", "benefitsInformation", "plans", "benefits", "statuses", "code", "errors", "aaaErrors",
    "payer", "provider", "benefitsRelatedEntities", "contactInformation", "contacts", "benefitsDateInformation", "dates", "plan",
    "serviceTypeCodes", "benefitPercent", "meta", "x12", "warnings", "name", "person", "firstName", "service", "location",
])  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
ANYTHING = st.recursive(
    LEAVES | st.sampled_from(["2110C", "42", "1", "20260101-", "ISA*00*"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=6),
    max_leaves=40,
)


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
@settings(max_examples=300)
@given(data=st.dictionaries(FIELDS, ANYTHING, max_size=8))
def test_json_of_the_right_names_and_the_wrong_things_never_raises(vendor: Vendor, data: Any) -> None:
    found = read_response(orjson.dumps(data), vendor)
    assert isinstance(found, Report | NotRead)
    if isinstance(found, Report):
        assert all(row.share is None or 0 <= row.share <= 1 for person in found.persons for row in person.benefits)


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_raise(raw: bytes) -> None:
    assert isinstance(read_response(raw, STEDI), Report | NotRead)


@given(made=reports(), cut=st.floats(0, 1), position=st.floats(0, 0.999), byte=st.integers(0, 255))
def test_an_answer_cut_short_or_garbled_is_no_answer_or_still_one(made: Report, cut: float, position: float, byte: int) -> None:
    raw = write_response(made, INQUIRY, STEDI)
    assert isinstance(read_response(raw[: int(len(raw) * cut) - 1 if cut < 1 else None], STEDI), NotRead | Report)
    garbled = bytearray(raw)
    garbled[int(len(raw) * position)] = byte
    assert isinstance(read_response(bytes(garbled), STEDI), NotRead | Report)


@given(made=reports())
def test_an_answer_that_breaks_off_is_never_read_as_a_shorter_one(made: Report) -> None:
    raw = write_response(made, INQUIRY, STEDI)
    assert isinstance(read_response(raw[:-1], STEDI), NotRead)
