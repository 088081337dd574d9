"""FHIR data types and the resources that stand within a question or an answer, ready to be written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from covercheck.eligibility.fhir import systems
from covercheck.eligibility.fhir.systems import Coding

PATIENT, SUBSCRIBER, INSURER, PROVIDER = "patient", "subscriber", "insurer", "provider"
SELF: Final = "self"


def kept(**fields: Any) -> dict[str, Any]:
    """The fields that hold something; a name may end in an underscore. False and 0 are something."""
    return {name.rstrip("_"): value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def concept(*codings: Coding) -> dict[str, Any]:
    """A CodeableConcept."""
    return kept(coding=[kept(system=coding.system, code=coding.code) for coding in codings])


def service(code: str) -> dict[str, Any]:
    """A service type: in X12's list, and in HL7's where that has the code."""
    own = (Coding(systems.CATEGORY, code),) if code in systems.CATEGORIES else ()
    return concept(*own, Coding(f"{systems.X12}{systems.SERVICE_TYPE}", code))


def x12(element: str, code: str | None) -> Iterable[Coding]:
    """A code of an X12 list; nothing for none."""
    return (Coding(f"{systems.X12}{element}", code),) if code else ()


def to(name: str) -> dict[str, Any]:
    """A reference to a contained resource."""
    return {"reference": f"#{name}"}


def identifier(kind: str | None, value: str | None, system: str | None = None) -> list[dict[str, Any]]:
    """A list of one Identifier; empty without a value. `kind` as HL7 v2 table 0203."""
    if not value:
        return []
    typed = concept(Coding(systems.IDENTIFIER_TYPE, kind)) if kind else None
    return [kept(type_=typed, system=system, value=value)]


def organization(name: str, identifiers: list[dict[str, Any]], called: str | None, **more: Any) -> dict[str, Any]:
    """An Organization."""
    return {"resourceType": "Organization", "id": name, **kept(identifier=identifiers, name=called, **more)}


def patient(
    name: str, number: str | None, last: str | None, given: Iterable[str | None], suffix: str | None, gender: str | None, born: date | None
) -> dict[str, Any]:
    """A Patient; `gender` as X12 has it, or a word of FHIR's own."""
    human = kept(family=last, given=[part for part in given if part], suffix=[suffix] if suffix else None)
    words = systems.swapped(systems.GENDERS)
    word = words.get(gender or "") or (gender if gender in ("male", "female", "other", "unknown") else None)
    listed = identifier(systems.MEMBER_NUMBER, number)
    written = kept(identifier=listed, name=[human] if human else None, gender=word, birthDate=born.isoformat() if born else None)
    return {"resourceType": "Patient", "id": name, **written}


def coverage(name: str, payor: str, **more: Any) -> dict[str, Any]:
    """An active Coverage of the patient."""
    written = kept(beneficiary=to(PATIENT), payor=[to(payor)], **more)
    return {"resourceType": "Coverage", "id": name, "status": "active", **written}


def coverage_class(kind: str, value: str | None, called: str | None = None) -> list[dict[str, Any]]:
    """A list of one class, such as `group` or `plan`; empty without a value."""
    return [kept(type_=concept(Coding(systems.COVERAGE_CLASS, kind)), value=value, name=called)] if value else []


def period(begins: date | None, ends: date | None) -> dict[str, Any] | None:
    """A Period; None where both ends are open."""
    return kept(start=begins.isoformat() if begins else None, end=ends.isoformat() if ends else None) or None
