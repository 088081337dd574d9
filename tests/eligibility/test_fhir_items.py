"""Statements of a FHIR answer: what it states is read field by field, and what it does not state is absent, never false or zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from covercheck.eligibility.report import Benefit, Limit, Span
from covercheck.eligibility.standing import covers, part_report, plan_standing
from tests.eligibility.asking import ON
from tests.eligibility.fhir_documents import (
    HL7,
    X12,
    answered,
    benefits,
    category,
    coded,
    insured,
    noted,
    only,
    patient,
)

YEAR = {"start": "2026-01-01", "end": "2026-12-31"}
IN_2026 = (Span("291", date(2026, 1, 1), date(2026, 12, 31)),)


@pytest.mark.parametrize(("inforce", "meaning", "code"), [(True, "active", "1"), (False, "inactive", "6")])
def test_in_force_is_said_of_the_plan_as_a_whole_and_of_its_dates(inforce: bool, meaning: str, code: str) -> None:
    (found,) = benefits(inforce=inforce, benefitPeriod=YEAR)
    assert (found.meaning, found.code, found.service_types, found.dates) == (meaning, code, ("30",), IN_2026)


@pytest.mark.parametrize("inforce", [None, "true", 1, "", {}])
def test_where_in_force_is_not_stated_nothing_is(inforce: Any) -> None:
    person = patient(answered(insured(inforce=inforce)))
    assert person.benefits == ()
    assert plan_standing(person, ON) == "not_stated"


@pytest.mark.parametrize(
    ("kind", "allowed", "said"),
    [
        ("copay", {"allowedMoney": {"value": 25.5, "currency": "USD"}}, {"code": "B", "amount": Decimal("25.5")}),
        ("copay", {"allowedMoney": {"value": 0, "currency": "USD"}}, {"code": "B", "amount": Decimal(0)}),
        ("copay", {}, {"code": "B", "amount": None}),
        ("copay-percent", {"allowedUnsignedInt": 20}, {"code": "A", "share": Decimal("0.2")}),
        ("copay-percent", {"allowedUnsignedInt": 0}, {"code": "A", "share": Decimal(0)}),
        ("copay-percent", {"allowedUnsignedInt": 100}, {"code": "A", "share": Decimal(1)}),
        ("copay-percent", {"allowedUnsignedInt": 101}, {"code": "A", "share": None}),
        ("copay-percent", {"allowedString": "12.5%"}, {"code": "A", "share": Decimal("0.125")}),
        ("copay-percent", {"allowedString": "0.2"}, {"code": "A", "share": None, "messages": ("0.2",)}),
        ("deductible", {"allowedMoney": {"value": 1500}}, {"code": "C", "amount": Decimal(1500)}),
        ("benefit", {"allowedMoney": {"value": 500}}, {"code": "F", "amount": Decimal(500)}),
        ("visit", {"allowedUnsignedInt": 30}, {"code": "F", "limits": (Limit("VS", Decimal(30)),)}),
        ("visit", {"allowedUnsignedInt": 0}, {"code": "F", "limits": (Limit("VS", Decimal(0)),)}),
        ("visit", {"allowedString": "as needed"}, {"code": "F", "limits": (), "messages": ("as needed",)}),
        ("room", {"allowedUnsignedInt": 3}, {"code": "F", "quantity": Decimal(3)}),
        ("vision-exam", {"allowedMoney": {"value": 80}}, {"code": "vision-exam", "meaning": "other"}),
    ],
)
def test_kinds_of_benefit_become_x12s_codes(kind: str, allowed: dict[str, Any], said: dict[str, Any]) -> None:
    found = only(benefit=[{"type": coded(kind, f"{HL7}benefit-type"), **allowed}])
    assert found.service_types == ("MH",)
    assert {name: getattr(found, name) for name in said} == said


def test_every_field_of_an_item_is_read_for_each_of_its_benefits() -> None:
    copay, limit = benefits(
        {
            "category": category("MH"),
            "productOrService": coded("90837", "http://www.ama-assn.org/go/cpt"),
            "modifier": [coded("95")],
            "name": "Therapy",
            "description": "Copay is per visit.\nAsk first.",
            "network": coded("in", f"{HL7}benefit-network"),
            "unit": coded("individual", f"{HL7}benefit-unit"),
            "term": coded("annual", f"{HL7}benefit-term"),
            "authorizationRequired": True,
            "benefit": [
                {"type": coded("copay"), "allowedMoney": {"value": 30, "currency": "USD"}},
                {"type": coded("visit"), "allowedUnsignedInt": 20},
            ],
        },
        benefitPeriod=YEAR,
    )
    assert copay == Benefit(
        "copay", "B", ("MH",), None, "IND", None, "22", Decimal(30), authorization="needed", network="in", procedure="HC:90837:95",
        dates=IN_2026, messages=("Therapy", "Copay is per visit.", "Ask first."), origin="insurance[0].item[0].benefit[0]",
    )  # fmt: skip
    assert (limit.limits, limit.period) == ((Limit("VS", Decimal(20), "22"),), None)


@pytest.mark.parametrize(
    ("network", "read_as"),
    [
        (coded("in"), "in"), (coded("out", f"{HL7}benefit-network"), "out"), (coded("W", f"{X12}1073"), "both"),
        (coded("U", f"{X12}1073"), "unknown"), (None, None),
    ],
)  # fmt: skip
def test_the_network_is_that_of_the_statement(network: Any, read_as: str | None) -> None:
    assert only(network=network, benefit=[{"type": coded("copay")}]).network == read_as


@pytest.mark.parametrize("network", [coded("tier-1"), {"text": "some"}, coded("Y", "http://payer.example/net"), {}])
def test_a_network_that_is_not_listed_is_noted_and_taken_for_nothing(network: Any) -> None:
    raw = answered(insured({"category": category("MH"), "network": network, "benefit": [{"type": coded("copay")}]}))
    assert patient(raw).benefits[0].network is None
    assert noted(raw) == ["network_code"]


@pytest.mark.parametrize(("required", "read_as"), [(True, "needed"), (False, "not_needed"), (None, None), ("yes", None)])
def test_that_no_authorization_is_stated_does_not_mean_that_none_is_needed(required: Any, read_as: str | None) -> None:
    found = only(authorizationRequired=required, benefit=[{"type": coded("copay")}])
    assert found.authorization == read_as


def test_an_authorization_alone_is_a_statement() -> None:
    found = only(authorizationRequired=True)
    assert (found.code, found.meaning, found.authorization, found.service_types) == ("D", "description", "needed", ("MH",))


def test_an_item_that_says_nothing_is_no_statement() -> None:
    assert benefits({"category": category("MH")}, {"category": category("98"), "network": coded("in")}) == ()


@pytest.mark.parametrize(
    ("excluded", "inforce", "codes"),
    [
        (True, True, ["1", "I"]),
        (True, None, ["I"]),
        (False, True, ["1", "1"]),
        (False, None, []),
        (False, False, ["6"]),
        (None, True, ["1"]),
    ],
)
def test_included_means_active_only_where_the_plan_is_in_force(excluded: Any, inforce: Any, codes: list[str]) -> None:
    found = benefits({"category": category("MH"), "excluded": excluded}, inforce=inforce)
    assert [row.code for row in found] == codes


def test_an_excluded_service_is_not_covered_and_the_plan_stays_active() -> None:
    person = patient(answered(insured({"category": category("MH"), "excluded": True}, inforce=True)))
    assert covers(person, "MH", ON) is False
    assert plan_standing(person, ON) == "active"


def test_a_category_of_another_list_never_stands_for_a_service_type_or_the_plan() -> None:
    foreign = {"category": coded("30", "http://payer.example/kinds"), "excluded": True, "benefit": [{"type": coded("deductible")}]}
    raw = answered(insured(foreign, inforce=True))
    types = {row.service_types for row in patient(raw).benefits}
    assert types == {("30",), ("http://payer.example/kinds|30",)}
    assert noted(raw) == ["category_unlisted"]
    assert not part_report(patient(raw), ("30",), ON).not_covered


@pytest.mark.parametrize(
    ("written", "types"),
    [
        (category("MH"), ("MH",)), (coded("A6", f"{X12}1365"), ("A6",)), (coded("98"), ("98",)), ({"text": "Talking"}, ("Talking",)),
        ({"coding": [{"system": "http://payer.example", "code": "x"}, {"system": f"{X12}1365", "code": "MH"}]}, ("MH",)),
        ({"coding": [{"system": f"{X12}1365", "code": "MH"}, {"system": f"{HL7}ex-benefitcategory", "code": "MH"}]}, ("MH",)),
    ],
)  # fmt: skip
def test_service_types_are_kept_as_written(written: Any, types: tuple[str, ...]) -> None:
    assert only(category=written, benefit=[{"type": coded("copay")}]).service_types == types


@pytest.mark.parametrize("code", ["1", "6", "I", "B"])
def test_a_code_of_another_list_is_not_taken_for_x12s(code: str) -> None:
    raw = answered(insured({"category": category("30"), "benefit": [{"type": coded(code, "http://payer.example/types")}]}))
    assert [row.meaning for row in patient(raw).benefits] == ["other"]
    assert noted(raw) == ["benefit_without_code"]


def test_x12s_own_codes_are_taken_where_they_are_given() -> None:
    found = only(
        term=coded("29", f"{X12}615"),
        unit=coded("ESP", f"{X12}1207"),
        benefit=[{"type": {"coding": [{"code": "benefit"}, {"system": f"{X12}1390", "code": "G"}]}, "allowedMoney": {"value": 10}}],
    )
    assert (found.meaning, found.code, found.period, found.coverage_level) == ("out_of_pocket", "G", "29", "ESP")


def test_what_is_used_is_a_statement_of_its_own() -> None:
    allowed, used = benefits(
        {
            "category": category("30"),
            "term": coded("annual"),
            "benefit": [{"type": coded("deductible"), "allowedMoney": {"value": 1500}, "usedMoney": {"value": 400.25}}],
        }
    )
    assert (allowed.amount, allowed.period) == (Decimal(1500), "22")
    assert (used.code, used.amount, used.period) == ("C", Decimal("400.25"), "24"), "24 is: in the year so far"


def test_used_visits_are_counted_and_money_used_in_another_span_is_told_in_words() -> None:
    _, visits = benefits(
        {"category": category("MH"), "benefit": [{"type": coded("visit"), "allowedUnsignedInt": 20, "usedUnsignedInt": 6}]}
    )
    assert (visits.quantity, visits.quantity_of, visits.limits) == (Decimal(6), "99", ())
    lifetime = {"category": category("MH"), "term": coded("lifetime"), "benefit": [{"type": coded("benefit"), "usedMoney": {"value": 70}}]}
    allowed, used = benefits(lifetime)
    assert allowed.amount is None, "what is allowed was not stated"
    assert (used.code, used.amount, used.messages) == ("D", None, ("Used so far: 70 USD",))


@pytest.mark.parametrize(
    ("money", "amount", "odd"),
    [
        ({"value": 0.1, "currency": "USD"}, Decimal("0.1"), []), ({"value": "12.50"}, Decimal("12.50"), []), ({}, None, []),
        ({"value": 10, "currency": "EUR"}, None, ["currency"]), ({"value": 1e30}, None, ["amount_not_a_number"]),
        ({"value": True}, None, ["amount_not_a_number"]), ({"value": "ten"}, None, ["amount_not_a_number"]), (7, None, []),
    ],
)  # fmt: skip
def test_money_is_dollars_to_the_cent_or_absent(money: Any, amount: Decimal | None, odd: list[str]) -> None:
    raw = answered(insured({"category": category("MH"), "benefit": [{"type": coded("copay"), "allowedMoney": money}]}))
    assert patient(raw).benefits[0].amount == amount
    assert noted(raw) == odd


def test_a_statement_with_a_condition_that_is_not_known_is_left_out() -> None:
    condition = {"modifierExtension": [{"url": "http://payer.example/unless"}]}
    item = {"category": category("MH"), "excluded": False, "benefit": [{"type": coded("copay"), **condition}]}
    assert [row.code for row in benefits(item, inforce=True)] == ["1", "1"]
    raw = answered(insured({**item, **condition}), insured(inforce=True, **condition))
    assert patient(raw).benefits == ()
    assert noted(raw) == ["modifier_unknown", "modifier_unknown"]


def test_an_item_that_contradicts_the_whole_is_kept_beside_it_and_noted() -> None:
    item = {"category": category("30"), "benefit": [{"type": coded("6", f"{X12}1390")}]}
    raw = answered(insured(item, inforce=True))
    assert [row.code for row in patient(raw).benefits] == ["1", "6"]
    assert noted(raw) == ["inforce_contradicts"]


def test_the_same_said_twice_of_the_plan_is_told_once() -> None:
    item = {"category": category("30"), "benefit": [{"type": coded("1", f"{X12}1390")}]}
    assert [row.code for row in benefits(item, inforce=True)] == ["1"]
