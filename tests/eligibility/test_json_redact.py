"""JSON is shown without anything that tells who the patient is, in a vendor's shape as in FHIR's."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covercheck.eligibility.inquiry import Clinic
from covercheck.eligibility.json_api.names import Vendor
from covercheck.eligibility.json_api.vendors import VENDORS
from covercheck.eligibility.json_api.write_request import write_request
from covercheck.eligibility.json_api.write_response import write_response
from covercheck.eligibility.json_redact import DEEPEST, redact_json
from covercheck.eligibility.report import Party, Reference, Rejection, Span, Trace
from tests.eligibility.asking import ada, inquiry, report, row
from tests.eligibility.json_documents import ISA

SECRETS = ("DEMO1001", "ADA", "Ada", "MARLOW", "Marlow", "1985", "0302", "03-02", "TRACE1", "GROUP7", "CALL ADA")
INQUIRY = inquiry(clinic=Clinic("1234567893", name="GREEN CLINIC"))
HER = ada(
    row("copay", "MH", plan="HARBOR PPO", messages=("CALL ADA",), references=(Reference("G1", "GROUP7"),)),
    references=(Reference("6P", "GROUP7"),),
    dates=(Span("291", date(2026, 1, 1)),),
    rejections=(Rejection("72", "subscriber", "C"),),
    gender="F",
)


def masked(data: Any) -> Any:
    """What is shown, as data again."""
    return orjson.loads(redact_json(orjson.dumps(data)))


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_question_and_answer_lose_the_person_and_keep_the_codes(vendor: Vendor) -> None:
    answer = write_response(report(HER, number="TRACE1"), INQUIRY, vendor)
    question = orjson.dumps(write_request(INQUIRY, vendor))
    for raw in (answer, question):
        shown = redact_json(raw)
        assert not [secret for secret in SECRETS if secret in shown]
        assert "GREEN CLINIC" in shown, "the clinic is no patient"
    shown = redact_json(answer)
    assert all(kept in shown for kept in ("MH", "HARBOR PPO", "72"))


def test_structure_and_keys_stay() -> None:
    data = {
        "subscriber": {"firstName": "ADA", "address": {"city": "SALEM"}},
        "benefitsInformation": [{"code": "1"}, {"code": "A"}],
        "none": None,
    }
    assert masked(data) == {
        "subscriber": {"firstName": "XXX", "address": {"city": "XXX"}},
        "benefitsInformation": [{"code": "1"}, {"code": "A"}],
        "none": None,
    }


def test_fhir_keeps_codes_money_and_periods_and_loses_the_patient() -> None:
    data = {
        "resourceType": "CoverageEligibilityResponse",
        "contained": [
            {
                "resourceType": "Patient",
                "id": "ada",
                "birthDate": "1985-03-02",
                "name": [{"use": "official", "family": "Marlow", "given": ["Ada"]}],
            },
            {"resourceType": "Organization", "name": "Harbor Health", "identifier": [{"system": "urn:x", "value": "HARB1"}]},
        ],
        "patient": {"reference": "Patient/DEMO1001", "display": "Ada Marlow"},
        "insurer": {"reference": "#org"},
        "outcome": "complete",
        "disposition": "Call Ada",
        "insurance": [
            {
                "inforce": True,
                "benefitPeriod": {"start": "2026-01-01", "end": "2026-12-31"},
                "item": [
                    {
                        "category": {"coding": [{"system": "urn:y", "code": "30", "display": "Health Benefit Plan Coverage"}]},
                        "description": "For Ada",
                        "benefit": [{"allowedMoney": {"value": 30.5, "currency": "USD"}, "usedUnsignedInt": 2}],
                    }
                ],
            }
        ],
    }
    shown = redact_json(orjson.dumps(data))
    assert not [secret for secret in SECRETS if secret in shown]
    assert all(
        kept in shown for kept in ("Harbor Health", "complete", "2026-12-31", "30.5", "Health Benefit Plan Coverage", "#org", "true")
    )


def test_x12_within_is_masked_by_its_own_rules() -> None:
    shown = masked(
        {"x12": f"{ISA}GS*HB*A*B*20261123*1200*7*X*005010X279A1~ST*271*0001~NM1*IL*1*MARLOW*ADA****MI*DEMO1001~EB*1**30~SE*4*0001~"}
    )
    assert "MARLOW" not in shown["x12"]
    assert "DEMO1001" not in shown["x12"]
    assert "EB*1**30" in shown["x12"]


def test_numbers_and_long_texts_are_masked_wherever_they_may_name_somebody() -> None:
    assert masked({"memberId": 1001, "ssn": 900000001, "code": "x" * 121, "amount": 25}) == {
        "memberId": "XXX", "ssn": "XXX", "code": "XXX", "amount": 25,
    }  # fmt: skip
    assert masked({"code": "x" * 120}) == {"code": "x" * 120}


def test_a_person_among_parties_is_masked_and_so_is_free_text_of_a_payer() -> None:
    shown = masked({
        "payer": {"name": "HARBOR", "aaaErrors": [{"code": "72", "description": "No Ada", "name": "Ada"}]},
        "benefitsRelatedEntities": [{"entityIdentifier": "Insured or Subscriber", "entityName": "MARLOW"}],
    })  # fmt: skip
    assert shown == {
        "payer": {"name": "HARBOR", "aaaErrors": [{"code": "72", "description": "XXX", "name": "XXX"}]},
        "benefitsRelatedEntities": [{"entityIdentifier": "Insured or Subscriber", "entityName": "XXX"}],
    }


def test_a_key_that_is_no_field_name_may_be_a_name_and_is_masked() -> None:
    assert masked({"Ada Marlow": 1, "code": "1", "Ben Marlow": {}}) == {"XXX0": "XXX", "code": "1", "XXX2": {}}


@pytest.mark.parametrize("raw", [b"", b"Ada Marlow", b"<html>Ada</html>", b"[" * 5_000 + b"]" * 5_000, b'{"firstName": NaN}'])
def test_what_is_no_json_is_not_shown(raw: bytes) -> None:
    assert redact_json(raw) == f"({len(raw)} bytes that are not JSON)"


@pytest.mark.parametrize(("depth", "is_kept"), [(DEEPEST - 1, True), (DEEPEST, True), (DEEPEST + 1, False)])
def test_what_stands_too_deep_is_masked_as_a_whole(depth: int, is_kept: bool) -> None:
    assert (b'"code"' in redact_json(b"[" * depth + b'{"code":[]}' + b"]" * depth).encode()) is is_kept


def test_the_deepest_json_there_is_is_survived() -> None:
    assert "Ada" not in redact_json(b'{"a":' * 1_000 + b'"Ada"' + b"}" * 1_000)


@given(
    data=st.recursive(
        st.just("Ada Marlow") | st.just(19850302),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["firstName", "id", "x", "Ada Marlow", "value"]), inner, max_size=3)
        ),
    )
)
def test_under_names_that_are_not_listed_nothing_at_all_is_shown(data: Any) -> None:
    shown = redact_json(orjson.dumps(data))
    assert "Ada" not in shown
    assert "1985" not in shown


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    assert isinstance(redact_json(raw), str)


def test_traces_and_parties_of_a_report_are_treated_like_the_rest() -> None:
    made = report(ada(row("other_payer", "30", entities=(Party("PRP", "SECOND PLAN"),)), traces=(Trace(False, "TRACE1"),)))
    assert not [secret for secret in SECRETS if secret in redact_json(write_response(made, INQUIRY, VENDORS["stedi"]))]
