"""The shape that groups statements by plan and kind and spells codes out is read by the same code, with another table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest

from covercheck.eligibility.json_api.vendors import STEDI, STEDI_PLANS, VENDORS
from covercheck.eligibility.report import Benefit, Channel, Limit, Party, Reference, Rejection, Span, Trace
from tests.eligibility.json_documents import instead, read

ADA: dict[str, Any] = {
    "memberId": "DEMO1001",
    "name": {"person": {"firstName": "ADA", "lastName": "MARLOW"}},
    "dateOfBirth": "1985-03-02",
    "gender": "FEMALE",
    "maintenance": {"indicator": "NONE"},
    "dates": {"plan": {"start": "2026-01-01", "end": "2026-12-31"}},
    "additionalInformation": {"group": {"number": "G1", "name": "HARBOR STAFF"}},
}
PLAN: dict[str, Any] = {"system": "STC", "value": "30", "definition": "Health Benefit Plan Coverage"}
MIND: dict[str, Any] = {"system": "STC", "value": "MH"}


def answer(*plans: Any, **more: Any) -> bytes:
    """An answer with these plans."""
    return orjson.dumps({"id": "ec_1", "subscriber": ADA, "plans": list(plans), **more})


def rows(**kinds: Any) -> tuple[Benefit, ...]:
    """The statements of one plan with these kinds."""
    (person,) = read(answer({"name": "GOLD", "benefits": kinds}), STEDI_PLANS).persons
    return person.benefits


def test_kinds_and_words_become_codes() -> None:
    found = rows(
        statuses=[
            {"status": "ACTIVE_COVERAGE", "coverageLevel": "INDIVIDUAL", "network": {"indicator": "IN_AND_OUT_OF_NETWORK"}, "service": PLAN}
        ],
        coPayment=[{"amount": "25.50", "service": MIND, "network": {"indicator": "IN_NETWORK"}, "priorAuthIndicator": "REQUIRED"}],
        coInsurance=[{"percent": "0.2", "service": MIND, "network": {"indicator": "OUT_OF_NETWORK"}, "priorAuthIndicator": "NOT_REQUIRED"}],
        deductible=[
            {
                "amount": "240",
                "timePeriod": "CALENDAR_YEAR",
                "coverageLevel": "FAMILY",
                "insuranceType": "PREFERRED_PROVIDER_ORGANIZATION_PPO",
            }
        ],
    )
    active, copay, coinsurance, deductible = found
    assert (active.meaning, active.code, active.coverage_level, active.network, active.service_types) == (
        "active",
        "1",
        "IND",
        "both",
        ("30",),
    )
    assert (copay.meaning, copay.amount, copay.network, copay.authorization) == ("copay", Decimal("25.50"), "in", "needed")
    assert (coinsurance.share, coinsurance.network, coinsurance.authorization) == (Decimal("0.2"), "out", "not_needed")
    assert (deductible.period, deductible.coverage_level, deductible.insurance_type) == ("23", "FAM", "PR")
    assert (deductible.network, deductible.authorization, deductible.service_types) == (None, None, ())
    assert {row.plan for row in found} == {"GOLD"}
    assert copay.origin == "plans[0].benefits.coPayment[0]"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("ACTIVE_COVERAGE", "active"), ("ACTIVE_SERVICES_CAPITATED", "active"), ("ACTIVE_PENDING_INVESTIGATION", "active_pending"),
        ("INACTIVE", "inactive"), ("INACTIVE_PENDING_ELIGIBILITY_UPDATE", "inactive_pending"), ("ASLEEP", "other"),
    ],
)  # fmt: skip
def test_a_status_that_is_not_listed_is_kept_and_means_nothing(status: str, meaning: str) -> None:
    (row,) = rows(statuses=[{"status": status}])
    assert row.meaning == meaning
    assert row.code == ("ASLEEP" if meaning == "other" else row.code)


def test_a_kind_that_is_not_listed_is_kept_under_its_name() -> None:
    (row,) = rows(moonlight=[{"service": MIND}])
    assert (row.meaning, row.code, row.service_types) == ("other", "moonlight", ("MH",))


def test_entries_the_vendor_holds_for_wrong_are_noted_and_not_read() -> None:
    report = read(answer({"benefits": {"invalidEntries": {"deductible": [{"coverageLevel": "INDIVIDUAL"}]}}}), STEDI_PLANS)
    assert report.persons[0].benefits == ()
    assert [oddity.key for oddity in report.oddities] == ["passed_over"]


def test_a_procedure_is_no_service_type() -> None:
    (row,) = rows(benefitDescription=[{"service": {"system": "CPT", "value": "90837"}}])
    assert (row.service_types, row.procedure) == ((), "HC:90837")


def test_all_that_stands_within_an_entry_is_its_own() -> None:
    (row,) = rows(
        contactFollowingEntityForInformation=[
            {
                "service": MIND,
                "messages": ["CALL FIRST"],
                "placesOfService": [{"code": "10", "name": "Telehealth"}],
                "dates": {"benefit": {"start": "2026-01-01", "end": "2026-12-31"}, "latestVisit": {"start": "2026-02-02"}},
                "serviceLimits": [
                    {"delivery": {"quantity": {"value": "20", "qualifier": "VISITS"}, "period": {"value": 1, "qualifier": "CALENDAR_YEAR"}}}
                ],
                "additionalInformation": {"priorAuthNumber": "AUTH77"},
                "relatedEntities": [
                    {
                        "type": "VENDOR",
                        "name": {"organization": "MINDCARE"},
                        "payerId": "MC9",
                        "contacts": [{"name": "DESK", "phoneNumbers": ["8005550100"]}],
                    },
                ],
            }
        ]
    )
    assert (row.meaning, row.messages, row.places) == ("contact_other", ("CALL FIRST",), ("10",))
    assert row.dates == (Span("292", date(2026, 1, 1), date(2026, 12, 31)), Span("304", date(2026, 2, 2)))
    assert row.limits == (Limit("VS", Decimal(20), "23", Decimal(1)),)
    assert row.references == (Reference("G1", "AUTH77"),)
    assert row.entities == (Party("VN", "MINDCARE", "MC9", "PI", (Channel("IC", "DESK"), Channel("phone", "8005550100"))),)


def test_the_person_and_the_traces_are_read() -> None:
    meta = {"subscriberTraceNumbers": [{"type": "REFERENCED_TRANSACTION", "referenceIdentification": "T1"}]}
    report = read(answer(meta=meta, payer={"type": "PAYER", "name": {"organization": "HARBOR"}, "identification": "HARB1"}), STEDI_PLANS)
    (person,) = report.persons
    assert (person.id, person.first_name, person.last_name, person.gender, person.changed) == ("DEMO1001", "ADA", "MARLOW", "F", False)
    assert person.date_of_birth == date(1985, 3, 2)
    assert person.dates == (Span("291", date(2026, 1, 1), date(2026, 12, 31)),)
    assert person.references == (Reference("6P", "G1", "HARBOR STAFF"),)
    assert person.traces == (Trace(True, "T1"),)
    assert report.payer == Party("PR", "HARBOR", "HARB1", "PI")


def test_a_dependent_is_one_object_and_has_the_statements() -> None:
    ben = {"name": {"person": {"firstName": "BEN", "lastName": "MARLOW"}}, "maintenance": {"indicator": "PAYER_INDICATED"}}
    _, dependent = read(answer({"benefits": {"statuses": [{"status": "INACTIVE"}]}}, dependent=ben), STEDI_PLANS).persons
    assert (dependent.level, dependent.first_name, dependent.changed) == ("dependent", "BEN", True)
    assert [row.meaning for row in dependent.benefits] == ["inactive"]


def test_refusals_stand_at_the_top_alone() -> None:
    report = read(
        orjson.dumps({"id": "ec_1", "plans": [], "errors": [{"code": "75", "followupAction": "Resubmission Allowed"}]}), STEDI_PLANS
    )
    assert report.rejections == (Rejection("75", "subscriber", "R"),)


def test_an_answer_in_one_vendors_shape_is_none_in_anothers() -> None:
    """It names the person all the same, so that nothing is stated of them."""
    flat = orjson.dumps({"subscriber": {"firstName": "ADA", "lastName": "MARLOW"}, "benefitsInformation": [{"code": "1"}]})
    assert read(flat, STEDI).persons[0].benefits != ()
    assert read(flat, STEDI_PLANS).persons[0].benefits == ()
    assert instead(b'{"plans": []}', STEDI).key == "wrong_shape"


def test_vendors_are_found_by_the_name_they_have() -> None:
    assert all(VENDORS[name].name == name for name in VENDORS)
    assert list(VENDORS.values()) == [STEDI, STEDI_PLANS]
