"""What the mock clearinghouse writes as FHIR is what is read from it, and no bytes at all make reading raise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covercheck.checks.check import Checker
from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.fhir.read_response import read_response
from covercheck.eligibility.fhir.write_response import write_response
from covercheck.eligibility.inquiry import Person
from covercheck.eligibility.members import report_of
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.report import Benefit, Channel, Limit, Party, PersonReport, Reference, Rejection, Report, Span, Trace
from covercheck.eligibility.standing import part_report, plan_standing
from covercheck.eligibility.tables import MEANINGS, meaning_of
from covercheck.eligibility.verify import verified
from tests.eligibility.asking import INQUIRY, ON, ada, inquiry, report, row
from tests.eligibility.fhir_documents import answered, instead, insured, read

WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
CODE = st.from_regex(r"\A[A-Z0-9]{1,3}\Z")
NUMBER = st.decimals(0, 10**6, places=2)
DAY = st.dates(date(1900, 1, 1), date(2090, 1, 1))
PLAN, KIND = "HARBOR PPO", "PR"


def spans() -> st.SearchStrategy[tuple[Span, ...]]:
    """No dates, or those of the plan."""
    pairs = st.tuples(DAY, DAY).map(lambda days: (Span("291", min(days), max(days)),))
    return st.just(()) | pairs | DAY.map(lambda day: (Span("291", day),)) | DAY.map(lambda day: (Span("291", None, day),))


def stated(code: str, **more: Any) -> Benefit:
    """One statement on a coverage."""
    return Benefit(meaning_of(code), code, plan=PLAN, insurance_type=KIND, **more)


CHANNELS = st.lists(st.builds(Channel, st.sampled_from(["phone", "fax", "web", "email"]), WORD), max_size=2).map(tuple)
PARTIES = st.builds(Party, st.sampled_from(["VN", "X3", "PRP", "36"]), WORD, WORD, st.sampled_from(["PI", "XX", "FI", "77"]), CHANNELS)
SAID = {"coverage_level": st.none() | CODE, "period": st.none() | CODE}
FIGURES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"amount": NUMBER}),
    st.fixed_dictionaries({"share": st.decimals(0, 1, places=4)}),
    st.fixed_dictionaries({"quantity": st.integers(0, 10**6).map(Decimal), "quantity_of": CODE}),
    st.fixed_dictionaries(
        {"limits": st.builds(Limit, st.just("VS"), st.integers(0, 999).map(Decimal), st.none() | CODE).map(lambda one: (one,))}
    ),
)


@st.composite
def benefits(draw: st.DrawFn) -> Benefit:
    """A statement with one figure, as FHIR has it."""
    figures = draw(FIGURES)
    period = draw(SAID["period"]) if "limits" not in figures else None
    return stated(
        draw(st.sampled_from(sorted(MEANINGS)) | CODE),
        service_types=draw(st.lists(CODE, min_size=1, max_size=3, unique=True).map(tuple)),
        coverage_level=draw(SAID["coverage_level"]),
        period=period,
        authorization=draw(st.sampled_from([None, "needed", "not_needed"])),
        network=draw(st.sampled_from([None, "in", "out", "both", "unknown"])),
        procedure=draw(st.none() | CODE.map(lambda code: f"HC:{code}:95")),
        messages=draw(st.lists(WORD, max_size=2).map(tuple)),
        entities=draw(st.lists(PARTIES, max_size=2).map(tuple)),
        **figures,
    )


PEOPLE = st.builds(
    PersonReport,
    st.just("subscriber"),
    WORD,
    WORD,
    WORD,
    st.none() | WORD,
    DAY,
    st.sampled_from([None, "F", "M", "U", "other"]),
    dates=spans(),
    references=st.just(()) | st.builds(Reference, st.just("6P"), WORD, st.none() | WORD).map(lambda one: (one,)),
    traces=st.lists(st.builds(Trace, st.just(False), WORD, st.none() | WORD), max_size=2).map(lambda own: (Trace(True, "TRACE1"), *own)),
)


def parted(found: tuple[Benefit, ...]) -> Iterator[Benefit]:
    """One statement for each service type, wherever it stood."""
    for each in found:
        for service_type in each.service_types or (None,):
            yield replace(each, service_types=(service_type,) if service_type else (), origin="")


@settings(max_examples=150, deadline=None)
@given(person=PEOPLE, rows=st.lists(benefits(), min_size=1, max_size=5), dates=spans())
def test_a_report_is_read_back_statement_by_statement(person: PersonReport, rows: list[Benefit], dates: tuple[Span, ...]) -> None:
    made = replace(person, benefits=tuple(replace(each, dates=dates) for each in rows))
    found = read(write_response(report(made, number="TRACE1"), INQUIRY))
    assert list(parted(found.persons[0].benefits)) == list(parted(made.benefits))
    assert replace(found.persons[0], benefits=()) == replace(made, benefits=())
    assert found.number == "TRACE1"
    assert found.oddities == ()


@given(st.lists(st.sampled_from(["72", "75", "42", "43", "58", "80", "79", "T4"]), min_size=1, max_size=3, unique=True))
def test_rejections_are_read_back_whatever_their_level(codes: list[str]) -> None:
    found = read(write_response(report(rejections=tuple(Rejection(code, "payer", "R") for code in codes)), INQUIRY))
    assert {(each.code, each.follow_up) for each in found.all_rejections()} == {(code, "R") for code in codes}


def test_a_statement_that_would_say_more_without_what_fhir_lacks_is_left_out() -> None:
    kept = row("active", "30")
    rejected = row("active", "MH", rejections=(Rejection("55", "benefit"),))
    dated = row("active", "MH", dates=(Span("472", ON),))
    (person,) = read(write_response(report(ada(kept, rejected, dated)), INQUIRY)).persons
    assert [each.service_types for each in person.benefits] == [("30",)]


def test_statements_that_name_no_plan_are_of_the_only_one_that_is_named() -> None:
    (person,) = read(write_response(report(ada(row("active", "30", plan="HARBOR PPO"), row("copay", "MH"))), INQUIRY)).persons
    assert [each.plan for each in person.benefits] == ["HARBOR PPO", "HARBOR PPO"]
    rows = (row("active", "30", plan="A"), row("inactive", "30", plan="B"), row("copay", "MH"))
    (person,) = read(write_response(report(ada(*rows)), INQUIRY)).persons
    assert {(each.meaning, each.plan) for each in person.benefits} == {("active", "A"), ("inactive", "B"), ("copay", None)}


def test_a_dependent_and_the_subscriber_are_read_back() -> None:
    subscriber = PersonReport("subscriber", "DEMO1001", "ADA", "MARLOW", None, date(1985, 3, 2))
    child = PersonReport("dependent", "DEMO2", "BEN", "MARLOW", None, date(2015, 6, 1), benefits=(row("active", "30"),))
    found = read(write_response(report(subscriber, child), inquiry(relationship="child"))).persons
    assert [(person.level, person.id, len(person.benefits)) for person in found] == [
        ("subscriber", "DEMO1001", 0),
        ("dependent", "DEMO2", 1),
    ]


def test_every_resource_that_is_contained_is_referred_to() -> None:
    party = Party("VN", "MINDCARE", channels=(Channel("phone", "8005550100"),))
    raw = write_response(report(ada(row("contact_other", "MH", entities=(party,)))), INQUIRY).decode()
    assert all(f'"reference":"#{each["id"]}"' in raw for each in orjson.loads(raw)["contained"])


def test_made_up_members_stand_the_same_over_fhir(checker: Checker) -> None:
    """Every shipped member who is answered for: standing of the plan and of mental health, authorization, administrator, figures."""
    for payer in checker.book.payers.values():
        for member in payer.members:
            asked = inquiry(subscriber=Person(member.id, member.first_name, member.last_name, date_of_birth=member.date_of_birth))
            made = report_of(member, asked)
            direct, over = verified(Heard(made), asked), verified(Heard(read(write_response(made, asked))), asked)
            if isinstance(direct, Failure):
                assert isinstance(over, Failure)
                assert (over.key, over.rejections[0].code) == (direct.key, direct.rejections[0].code)
                continue
            assert not isinstance(over, Failure), (member.id, over)
            assert plan_standing(over[1], ON) == plan_standing(direct[1], ON), member.id
            one, other = (part_report(person, ("MH", "A6"), ON) for person in (direct[1], over[1]))
            assert replace(one, costs=()) == replace(other, costs=()), member.id
            assert [(c.code, c.amount, c.share, c.period, c.limits, c.network) for c in one.costs] == [
                (c.code, c.amount, c.share, c.period, c.limits, c.network) for c in other.costs
            ], member.id


WORDS = (
    "resourceType", "contained", "id", "identifier", "value", "type", "coding", "code", "system", "text", "patient", "reference", "name",
    "family", "given", "birthDate", "outcome", "status", "insurance", "coverage", "inforce", "benefitPeriod", "start", "end", "item",
    "category", "benefit", "allowedMoney", "allowedUnsignedInt", "usedMoney", "excluded", "network", "term", "unit", "error", "request",
    "class", "period", "payor", "insurer", "extension", "url", "valueReference", "entry", "resource", "parameter", "issue", "modifier",
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["CoverageEligibilityResponse", "OperationOutcome", "Bundle", "Patient", "Coverage", "#p1", "copay", "visit", "30"])
)  # fmt: skip
TREES = st.recursive(
    LEAVES, lambda each: st.lists(each, max_size=4) | st.dictionaries(st.sampled_from(WORDS), each, max_size=6), max_leaves=30
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(WORDS), TREES, max_size=8), st.booleans())
def test_no_tree_of_fhirs_words_makes_reading_raise(tree: dict[str, Any], is_answer: bool) -> None:
    raw = orjson.dumps({**tree, "resourceType": "CoverageEligibilityResponse"} if is_answer else tree)
    assert isinstance(read_response(raw), Report | NotRead)


@settings(max_examples=200, deadline=None)
@given(path=st.lists(st.integers(0, 40), min_size=1, max_size=7), instead_of=TREES)
def test_an_answer_with_one_part_replaced_never_makes_reading_raise(path: list[int], instead_of: Any) -> None:
    made = report(ada(row("active", "30", plan="A", dates=(Span("291", ON),)), row("copay", "MH", amount=Decimal(30), network="in")))
    data = orjson.loads(write_response(made, INQUIRY))
    at: Any = data
    for step in path:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            break
        key = keys[step % len(keys)]
        if step is path[-1] or not isinstance(at[key], dict | list):
            at[key] = instead_of
            break
        at = at[key]
    assert isinstance(read_response(orjson.dumps(data)), Report | NotRead)


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_raise(raw: bytes) -> None:
    assert isinstance(read_response(raw), Report | NotRead)


@given(st.integers(0, 2_000))
def test_an_answer_that_ends_too_soon_is_never_half_an_answer(length: int) -> None:
    whole = answered(insured(inforce=True))
    found = read_response(whole[:length])
    assert isinstance(found, Report) == (length >= len(whole))


@pytest.mark.parametrize(
    "nested",
    [b'{"contained":' * 400 + b"1" + b"}" * 400, b'{"resourceType":"CoverageEligibilityResponse","insurance":' + b"[" * 5_000],
)
def test_depth_is_no_attack(nested: bytes) -> None:
    assert instead(nested).key in ("too_deep", "wrong_shape", "malformed")


def test_a_list_of_empty_things_is_no_attack() -> None:
    item: dict[str, Any] = {"benefit": [{}] * 1_000}
    assert instead(answered(*[insured(*[item] * 20)] * 20)).key == "wrong_shape"
