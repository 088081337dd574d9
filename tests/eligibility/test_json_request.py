"""A question as JSON: with a vendor's own field names, whole or not at all, and read back by the mock clearinghouse."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person
from covercheck.eligibility.json_api.names import Vendor
from covercheck.eligibility.json_api.read_request import read_request
from covercheck.eligibility.json_api.vendors import STEDI, STEDI_PLANS, VENDORS
from covercheck.eligibility.json_api.write_request import control_of, write_request
from covercheck.eligibility.outcome import Failure
from tests.eligibility.asking import inquiry

CLINIC = Clinic("1234567893", name="Green Clinic")
BEN = Person(None, "Ben", "Marlow", date_of_birth=date(2015, 6, 1), gender="M")
every_vendor = pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)


def written(vendor: Vendor = STEDI, **changes: Any) -> dict[str, Any]:
    """The body of a question that can be asked."""
    body = write_request(inquiry(**{"clinic": CLINIC, **changes}), vendor)
    assert not isinstance(body, Failure), body
    return body


def refused(vendor: Vendor = STEDI, **changes: Any) -> Failure:
    """Why a question can't be asked."""
    failure = write_request(inquiry(**{"clinic": CLINIC, **changes}), vendor)
    assert isinstance(failure, Failure)
    return failure


def test_the_flat_shape_has_its_own_names() -> None:
    assert written(trace="123456789") == {
        "controlNumber": "123456789",
        "tradingPartnerServiceId": "HARB1",
        "tradingPartnerName": "Harbor Health",
        "provider": {"organizationName": "Green Clinic", "npi": "1234567893"},
        "subscriber": {"memberId": "DEMO1001", "firstName": "Ada", "lastName": "Marlow", "dateOfBirth": "19850302"},
        "encounter": {"serviceTypeCodes": ["30", "MH"], "dateOfService": "20261201"},
    }


def test_the_other_shape_is_another_table_alone() -> None:
    assert written(STEDI_PLANS) == {
        "payerId": "HARB1",
        "payerName": "Harbor Health",
        "provider": {"name": {"organization": "Green Clinic"}, "npi": "1234567893"},
        "subscriber": {"memberId": "DEMO1001", "name": {"person": {"firstName": "Ada", "lastName": "Marlow"}}, "dateOfBirth": "1985-03-02"},
        "encounter": {
            "services": [{"system": "STC", "value": "30"}, {"system": "STC", "value": "MH"}],
            "dates": {"service": {"start": "2026-12-01", "end": "2026-12-01"}},
        },
    }


def test_a_dependent_stands_beside_the_subscriber() -> None:
    body = written(dependent=BEN, relationship="child")
    assert body["dependents"] == [
        {"firstName": "Ben", "lastName": "Marlow", "dateOfBirth": "20150601", "gender": "M", "individualRelationshipCode": "19"}
    ]
    assert body["subscriber"]["memberId"] == "DEMO1001"
    other = written(STEDI_PLANS, dependent=BEN, relationship="other")
    assert (other["dependent"]["relationToSubscriber"], other["dependent"]["gender"]) == ("OTHER_ADULT", "MALE")


def test_a_dependent_with_an_id_of_their_own_is_asked_about_like_a_subscriber() -> None:
    body = written(dependent=Person("DEMO2", "Ben", "Marlow"))
    assert (
        body["subscriber"] == {"memberId": "DEMO2", "firstName": "Ben", "lastName": "Marlow"} or body["subscriber"]["memberId"] == "DEMO2"
    )
    assert "dependents" not in body


def test_several_days_are_a_range() -> None:
    assert written(until=date(2026, 12, 5))["encounter"] == {
        "serviceTypeCodes": ["30", "MH"],
        "beginningDateOfService": "20261201",
        "endDateOfService": "20261205",
    }


def test_the_clinic_goes_by_its_tax_id_where_it_has_no_npi() -> None:
    assert written(clinic=Clinic(None, "12-3456789", "Green Clinic"))["provider"] == {
        "organizationName": "Green Clinic",
        "taxId": "123456789",
    }


@every_vendor
@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"payer_id": " "}, "payer_id"),
        ({"clinic": Clinic("1234567893")}, "clinic.name"),
        ({"clinic": Clinic(name="Green Clinic")}, "clinic.npi"),
        ({"subscriber": Person("DEMO1001", None, "Marlow")}, "subscriber.first_name"),
        ({"subscriber": Person("DEMO1001", "Ada", "")}, "subscriber.last_name"),
        ({"subscriber": Person(None, "Ada", "Marlow")}, "subscriber.id"),
        ({"dependent": Person(None, "Ben", "Marlow")}, "dependent.date_of_birth"),
        ({"subscriber": Person(), "dependent": BEN}, "subscriber.id"),
        ({"service_types": ()}, "service_types"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_sent(vendor: Vendor, changes: dict[str, Any], lacks: str) -> None:
    failure = refused(vendor, **changes)
    assert (failure.key, failure.retry) == ("member_incomplete", False)
    assert lacks in failure.says
    assert "Marlow" not in failure.says + failure.remedy


@every_vendor
@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"clinic": Clinic("123456789", name="Green Clinic")}, "clinic.npi"),
        ({"clinic": Clinic(None, "12345678", "Green Clinic")}, "clinic.tax_id"),
        ({"service_types": ("MH", "A*8")}, "service_types"),
        ({"service_types": tuple(f"{n:X}" for n in range(100))}, "service_types"),
        ({"until": date(2026, 11, 30)}, "until"),
        ({"subscriber": Person("D1", "Ada", "Marlow", date_of_birth=date(2026, 11, 24))}, "date_of_birth"),
        ({"subscriber": Person("D1", "Ada", "Marlow", date_of_birth=date(2026, 11, 22)), "on": date(2026, 11, 1)}, "date_of_birth"),
    ],
)
def test_what_can_not_be_true_is_named_and_not_sent(vendor: Vendor, changes: dict[str, Any], names: str) -> None:
    failure = refused(vendor, **changes)
    assert failure.key == "cannot_be_written"
    assert names in failure.says
    assert "Marlow" not in failure.says


@pytest.mark.parametrize("count", [98, 99])
def test_up_to_ninety_nine_service_types_fit(count: int) -> None:
    assert len(written(service_types=tuple(f"{n:02X}" for n in range(count)))["encounter"]["serviceTypeCodes"]) == count


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_control_number_is_nine_digits_and_the_same_for_the_same_trace(trace: str) -> None:
    control = control_of(trace)
    assert len(control) == 9
    assert control.isascii()
    assert control.isdigit()
    assert control == control_of(trace) == control_of(control)


names = st.text(st.characters(categories=["L"]), min_size=1, max_size=30)
persons = st.builds(
    Person,
    id=st.from_regex(r"\A[A-Z0-9]{1,12}\Z"),
    first_name=names,
    last_name=names,
    middle_name=st.none() | names,
    suffix=st.none() | st.sampled_from(["JR", "III"]),
    date_of_birth=st.none() | st.dates(date(1900, 1, 1), date(2026, 11, 1)),
    gender=st.sampled_from([None, "F", "M"]),
    group=st.none() | st.from_regex(r"\A[A-Z0-9]{1,12}\Z"),
)
dependents = persons.filter(lambda person: person.date_of_birth is not None)


@every_vendor
@given(
    subscriber=persons,
    dependent=st.none() | dependents,
    relationship=st.sampled_from(["spouse", "child", "other"]),
    types=st.lists(st.from_regex(r"\A[A-Z0-9]{1,2}\Z"), min_size=1, max_size=9, unique=True),
    on=st.dates(date(2026, 11, 2), date(2027, 12, 31)),
)
def test_what_is_asked_is_what_the_clearinghouse_reads(
    vendor: Vendor, subscriber: Person, dependent: Person | None, relationship: Any, types: list[str], on: date
) -> None:
    """An id of the dependent's own would make them the subscriber, so they share one."""
    if dependent is not None:
        dependent = Person(subscriber.id, *(getattr(dependent, name) for name in Person.__slots__[1:]))
    asked = inquiry(
        clinic=CLINIC,
        subscriber=subscriber,
        dependent=dependent,
        relationship=relationship if dependent is not None else None,
        service_types=tuple(types),
        on=on,
    )
    found = read_request(orjson.dumps(write_request(asked, vendor)), vendor)
    assert found is not None
    assert (found.subscriber, found.dependent, found.relationship) == (asked.subscriber, asked.dependent, asked.relationship)
    assert (found.payer_id, found.payer_name, found.on, found.service_types) == ("HARB1", "Harbor Health", on, tuple(types))
    assert (found.clinic.npi, found.clinic.name) == ("1234567893", "Green Clinic")
    assert found.trace == (control_of(asked.trace) if vendor.request.control is not None else "")


@every_vendor
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5).map(repr).map(str.encode)
)
def test_bytes_that_ask_nothing_are_no_question(vendor: Vendor, raw: bytes) -> None:
    assert read_request(raw, vendor) is None


@pytest.mark.parametrize("missing", ["tradingPartnerServiceId", "subscriber"])
def test_a_body_without_payer_or_subscriber_asks_nothing(missing: str) -> None:
    body = written()
    del body[missing]
    assert read_request(orjson.dumps(body), STEDI) is None


def test_without_a_day_it_is_asked_about_today() -> None:
    body = written()
    del body["encounter"]["dateOfService"]
    found = read_request(orjson.dumps(body), STEDI)
    assert isinstance(found, Inquiry)
    assert found.on == found.made_at.date()


def test_a_question_that_was_read_does_not_show_the_patient() -> None:
    found = read_request(orjson.dumps(written()), STEDI)
    assert "Marlow" not in repr(found)
    assert "DEMO1001" not in repr(found)
