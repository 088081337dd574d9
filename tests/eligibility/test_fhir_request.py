"""A question as FHIR: whole or not at all, and read back by the mock clearinghouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covercheck.eligibility.fhir.read_request import read_request
from covercheck.eligibility.fhir.write_request import MOST_TYPES, write_request
from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.outcome import Failure
from tests.eligibility.asking import INQUIRY, ON, inquiry

BEN = Person(None, "Ben", "Marlow", date_of_birth=date(2015, 6, 1), gender="M")


def written(**changes: Any) -> dict[str, Any]:
    """The resource of a question that can be asked."""
    resource = write_request(inquiry(**changes))
    assert not isinstance(resource, Failure), resource
    return resource


def refused(**changes: Any) -> Failure:
    """Why a question can't be asked."""
    failure = write_request(inquiry(**changes))
    assert isinstance(failure, Failure)
    return failure


def within(resource: dict[str, Any], name: str) -> dict[str, Any]:
    """A contained resource by its id."""
    (found,) = (each for each in resource["contained"] if each["id"] == name)
    return dict(found)


def again(asked: Inquiry) -> Inquiry:
    """The question as it is read from what was written, made at the same time."""
    resource = write_request(asked)
    assert not isinstance(resource, Failure), resource
    found = read_request(orjson.dumps(resource))
    assert found is not None
    return replace(found, made_at=asked.made_at)


def test_the_resource_has_every_element_that_r4_requires() -> None:
    resource = written()
    assert resource["resourceType"] == "CoverageEligibilityRequest"
    assert resource["status"] == "active"
    assert resource["purpose"] == ["validation", "benefits"]
    assert resource["servicedDate"] == "2026-12-01"
    assert resource["created"] == "2026-11-23T12:00:00+00:00", "a dateTime with a time needs its zone"
    assert resource["insurance"] == [{"focal": True, "coverage": {"reference": "#coverage"}}]
    card = within(resource, "coverage")
    assert (card["status"], card["beneficiary"], card["payor"]) == ("active", {"reference": "#patient"}, [{"reference": "#insurer"}])
    assert card["subscriberId"] == "DEMO1001"


def test_whatever_is_contained_is_referred_to_and_whatever_is_referred_to_is_there() -> None:
    for resource in (written(), written(dependent=BEN, relationship="child")):
        text = orjson.dumps(resource).decode()
        names = [each["id"] for each in resource["contained"]]
        assert len(names) == len(set(names))
        assert all(f'"reference":"#{name}"' in text for name in names)
        assert text.count('"reference":"#') == sum(text.count(f'"reference":"#{name}"') for name in names)


def test_the_clinic_goes_by_its_npi_else_by_its_tax_id() -> None:
    (number,) = within(written(clinic=Clinic("1234567893", "12-3456789", "Green Clinic")), "provider")["identifier"]
    assert (number["system"], number["value"]) == ("http://hl7.org/fhir/sid/us-npi", "1234567893")
    (number,) = within(written(clinic=Clinic(None, "12-3456789")), "provider")["identifier"]
    assert (number["system"], number["value"]) == ("urn:oid:2.16.840.1.113883.4.4", "123456789")


def test_a_service_type_that_is_not_in_hl7s_list_is_sent_from_x12s_alone() -> None:
    plan, mental = (each["category"]["coding"] for each in written()["item"])
    assert [coding["code"] for coding in plan] == ["30", "30"]
    assert [(coding["system"], coding["code"]) for coding in mental] == [("https://codesystem.x12.org/005010/1365", "MH")]


def test_a_dependent_is_the_patient_and_the_subscriber_stands_beside() -> None:
    resource = written(dependent=BEN, relationship="child")
    assert within(resource, "patient")["birthDate"] == "2015-06-01"
    assert within(resource, "subscriber")["identifier"][0]["value"] == "DEMO1001"
    card = within(resource, "coverage")
    assert card["subscriber"] == {"reference": "#subscriber"}
    assert card["relationship"]["coding"][0]["code"] == "child"


def test_several_days_are_a_period() -> None:
    assert written(until=date(2026, 12, 5))["servicedPeriod"] == {"start": "2026-12-01", "end": "2026-12-05"}
    assert "servicedPeriod" not in written(until=ON), "the same day twice is one day"


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"payer_id": " "}, "payer_id"),
        ({"trace": ""}, "trace"),
        ({"clinic": Clinic(name="Green Clinic")}, "clinic.npi"),
        ({"subscriber": Person("DEMO1001", None, "Marlow")}, "subscriber.first_name"),
        ({"subscriber": Person("DEMO1001", "Ada", "")}, "subscriber.last_name"),
        ({"subscriber": Person(None, "Ada", "Marlow")}, "subscriber.id"),
        ({"dependent": Person(None, "Ben", "Marlow")}, "dependent.date_of_birth"),
        ({"subscriber": Person(), "dependent": BEN}, "subscriber.id"),
        ({"service_types": ()}, "service_types"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_sent(changes: dict[str, Any], lacks: str) -> None:
    failure = refused(**changes)
    assert (failure.key, failure.retry) == ("member_incomplete", False)
    assert lacks in failure.says
    assert "Marlow" not in failure.says + failure.remedy


@pytest.mark.parametrize(
    ("changes", "unfit"),
    [
        ({"clinic": Clinic("123456789")}, "clinic.npi"),
        ({"clinic": Clinic("12345678931")}, "clinic.npi"),
        ({"clinic": Clinic(None, "12345678")}, "clinic.tax_id"),
        ({"subscriber": Person("DEMO\x001", "Ada", "Marlow")}, "subscriber.id"),
        ({"subscriber": Person("DEMO1001", "\ud800", "Marlow")}, "subscriber.first_name"),
        ({"service_types": ("30", "")}, "service_types"),
        ({"service_types": ("30|MH",)}, "service_types"),
        ({"until": ON - timedelta(days=1)}, "until"),
        ({"subscriber": Person("DEMO1001", "Ada", "Marlow", date_of_birth=date(2026, 11, 24))}, "it lies in the future"),
        ({"on": date(1985, 3, 1)}, "it lies after the day asked about"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_sent(changes: dict[str, Any], unfit: str) -> None:
    failure = refused(**changes)
    assert failure.key == "cannot_be_written"
    assert unfit in failure.says
    assert "Marlow" not in failure.says + failure.remedy


@pytest.mark.parametrize(("number", "is_sent"), [(MOST_TYPES - 1, True), (MOST_TYPES, True), (MOST_TYPES + 1, False)])
def test_there_is_a_limit_to_how_much_is_asked(number: int, is_sent: bool) -> None:
    resource = write_request(inquiry(service_types=tuple(f"A{index}" for index in range(number))))
    assert isinstance(resource, dict) == is_sent


def test_a_birth_date_may_be_the_day_itself() -> None:
    born = INQUIRY.made_at.date()
    written(subscriber=Person("DEMO1001", "Ada", "Marlow", date_of_birth=born), on=born)


def test_names_keep_accents_and_lose_spaces_they_do_not_need() -> None:
    human = within(written(subscriber=Person(" DEMO1001 ", "  Zoë\u00a0 Anne", "Ó  Sé")), "patient")
    assert human["name"] == [{"family": "Ó Sé", "given": ["Zoë Anne"]}]
    assert human["identifier"][0]["value"] == "DEMO1001"


WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
DAY = st.dates(date(1900, 1, 1), date(2026, 11, 23))
PEOPLE = st.builds(Person, WORD, WORD, WORD, st.none() | WORD, st.none() | WORD, DAY, st.sampled_from([None, "F", "M"]))
CLINICS = st.builds(Clinic, st.just("1234567893"), st.none(), st.none() | WORD) | st.builds(Clinic, st.none(), st.just("123456789"), WORD)


@given(
    subscriber=PEOPLE,
    group=st.none() | WORD,
    clinic=CLINICS,
    trace=WORD,
    types=st.lists(st.from_regex(r"\A[A-Z0-9]{1,3}\Z"), min_size=1, max_size=9, unique=True),
    days=st.integers(0, 40),
)
def test_what_is_written_is_what_the_mock_clearinghouse_reads(
    subscriber: Person, group: str | None, clinic: Clinic, trace: str, types: list[str], days: int
) -> None:
    asked = inquiry(
        subscriber=replace(subscriber, group=group),
        clinic=clinic,
        trace=trace,
        service_types=tuple(types),
        until=ON + timedelta(days=days) if days else None,
    )
    assert again(asked) == asked


@given(subscriber=PEOPLE, dependent=PEOPLE, relationship=st.sampled_from([None, "spouse", "child", "other"]))
def test_a_dependent_is_read_back_beside_the_subscriber(subscriber: Person, dependent: Person, relationship: Any) -> None:
    asked = inquiry(subscriber=subscriber, dependent=dependent, relationship=relationship)
    assert again(asked) == asked


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(max_size=5), lambda each: st.lists(each) | st.dictionaries(
    st.sampled_from(["resourceType", "contained", "patient", "insurance", "coverage", "reference", "item", "id"]), each,
)).map(orjson.dumps))  # fmt: skip
def test_reading_a_question_never_raises(raw: bytes) -> None:
    assert read_request(raw) is None, "none of these is a whole question"


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"resourceType": "Patient"}', b'{"resourceType": "CoverageEligibilityRequest"}'],
)
def test_what_is_no_question_is_none(raw: bytes) -> None:
    assert read_request(raw) is None


def test_a_question_is_found_in_a_bundle_too() -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": written()}]}
    found = read_request(orjson.dumps(bundle))
    assert found is not None
    assert found.subscriber == INQUIRY.subscriber
