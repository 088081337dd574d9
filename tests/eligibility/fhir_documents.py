"""Made-up FHIR answers for tests: one patient, one coverage, and whatever items are given."""

from __future__ import annotations

from typing import Any

import orjson

from covercheck.eligibility.fhir.read_response import read_response
from covercheck.eligibility.not_read import NotRead
from covercheck.eligibility.report import Benefit, PersonReport, Report

HL7 = "http://terminology.hl7.org/CodeSystem/"
X12 = "https://codesystem.x12.org/005010/"
ADA: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"type": {"coding": [{"system": f"{HL7}v2-0203", "code": "MB"}]}, "value": "DEMO1001"}],
    "name": [{"family": "Marlow", "given": ["Ada", "May"]}],
    "gender": "female",
    "birthDate": "1985-03-02",
}
CARD: dict[str, Any] = {
    "resourceType": "Coverage",
    "id": "c1",
    "status": "active",
    "beneficiary": {"reference": "#p1"},
    "payor": [{"reference": "#o1"}],
}
INSURER: dict[str, Any] = {
    "resourceType": "Organization",
    "id": "o1",
    "name": "Harbor Health",
    "identifier": [{"type": {"coding": [{"code": "NIIP"}]}, "value": "HARB1"}],
}


def coded(code: str, system: str | None = None) -> dict[str, Any]:
    """A concept of one code."""
    return {"coding": [{"code": code} if system is None else {"system": system, "code": code}]}


def category(code: str) -> dict[str, Any]:
    """A category from HL7's list."""
    return coded(code, f"{HL7}ex-benefitcategory")


def answered(*insurance: Any, contained: tuple[Any, ...] = (ADA, CARD, INSURER), **more: Any) -> bytes:
    """An answer; a field given as None is left out."""
    fields = {
        "resourceType": "CoverageEligibilityResponse",
        "contained": list(contained),
        "status": "active",
        "purpose": ["benefits"],
        "patient": {"reference": "#p1"},
        "created": "2026-11-23",
        "request": {"identifier": {"system": "urn:x-covercheck:trace", "value": "TRACE1"}},
        "outcome": "complete",
        "insurer": {"reference": "#o1"},
        "insurance": list(insurance),
        **more,
    }
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def insured(*items: Any, **more: Any) -> dict[str, Any]:
    """One insurance with these items."""
    return {"coverage": {"reference": "#c1"}, "item": list(items), **more}


def read(raw: bytes) -> Report:
    """The report of bytes that are an answer."""
    found = read_response(raw)
    assert isinstance(found, Report), found
    return found


def instead(raw: bytes) -> NotRead:
    """What bytes are that are no answer."""
    found = read_response(raw)
    assert isinstance(found, NotRead)
    return found


def patient(raw: bytes) -> PersonReport:
    """Who the answer is about."""
    return read(raw).persons[-1]


def benefits(*items: Any, **more: Any) -> tuple[Benefit, ...]:
    """The statements of one insurance with these items."""
    return patient(answered(insured(*items, **more))).benefits


def only(**item: Any) -> Benefit:
    """The only statement of an item on mental health."""
    (found,) = benefits({"category": category("MH"), **item})
    return found


def noted(raw: bytes) -> list[str]:
    """Keys of what was odd."""
    return [oddity.key for oddity in read(raw).oddities]
