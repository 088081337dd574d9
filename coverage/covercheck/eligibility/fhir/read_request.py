"""What a CoverageEligibilityRequest asks: read by the mock clearinghouse, which answers for made-up members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from covercheck.eligibility.fhir import systems
from covercheck.eligibility.fhir.parties import GROUP_NUMBER, Card, human_name, member_number, read_card, read_party
from covercheck.eligibility.fhir.read_response import QUESTION
from covercheck.eligibility.fhir.resources import Resources, codings, find_resource
from covercheck.eligibility.inquiry import Clinic, Gender, Inquiry, Person, Relationship
from covercheck.eligibility.json_api.read_response import read_object
from covercheck.eligibility.json_api.values import Notes, at, objects_at, read_day, text_at
from covercheck.eligibility.not_read import NotRead

_GENDERS: Final = frozenset({"F", "M", "U"})
_RELATIONSHIPS: Final = frozenset({"spouse", "child", "other"})


def read_request(raw: bytes) -> Inquiry | None:
    """The question of a body; None where it holds none."""
    data = read_object(raw)
    found = find_resource(data, QUESTION) if not isinstance(data, NotRead) else None
    if not isinstance(found, Resources):
        return None
    main, notes = found.main, Notes()
    on, until = _days(main)
    payer = read_party(found, at(main, ("insurer",)), "PR")
    insurance = next((each for _, each in objects_at(main, ("insurance",), "", notes) if isinstance(each, Mapping)), {})
    card = read_card(found, at(insurance, ("coverage",)), "", notes)
    patient = found.of(at(main, ("patient",)), "Patient")
    if on is None or payer is None or payer.id is None or patient is None:
        return None
    asked = _person(patient, card, card.number if not card.is_dependents else None)
    holder = found.of(at(card.coverage, ("subscriber",)), "Patient") or {}
    return Inquiry(
        payer_id=payer.id,
        payer_name=payer.name or "",
        clinic=_clinic(found),
        subscriber=_person(holder, Card(), card.number) if card.is_dependents else asked,
        on=on,
        service_types=_service_types(main),
        trace=next((text for _, each in objects_at(main, ("identifier",), "", notes) if (text := text_at(each, ("value",)))), ""),
        made_at=datetime.now(UTC),
        dependent=asked if card.is_dependents else None,
        relationship=_relationship(card),
        until=until,
    )


def _days(main: Any) -> tuple[date | None, date | None]:
    """The days asked about; today where none is."""
    begins = text_at(main, ("servicedDate",)) or text_at(main, ("servicedPeriod", "start"))
    on = read_day(begins) if begins is not None else datetime.now(UTC).date()
    return on, read_day(text_at(main, ("servicedPeriod", "end")))


def _person(patient: Any, card: Card, number: str | None) -> Person:
    name = human_name(patient)
    gender = systems.GENDERS.get(text_at(patient, ("gender",)) or "")
    group = next((reference.value for reference in card.references if reference.qualifier == GROUP_NUMBER), None)
    return Person(
        member_number(patient) or number,
        name.first,
        name.last,
        name.middle,
        name.suffix,
        read_day(text_at(patient, ("birthDate",))),
        cast(Gender, gender) if gender in _GENDERS else None,
        group,
    )


def _clinic(found: Resources) -> Clinic:
    party = read_party(found, at(found.main, ("provider",)), "1P")
    if party is None:
        return Clinic()
    return Clinic(party.id if party.id_kind == "XX" else None, party.id if party.id_kind == "FI" else None, party.name)


def _service_types(main: Any) -> tuple[str, ...]:
    """One for each item, in X12's list or HL7's; items of other lists are passed over."""
    found: list[str] = []
    for _, each in objects_at(main, ("item",), "", Notes()):
        listed = codings(at(each, ("category",)))
        found += [coding.code for coding in listed if coding.is_x12(systems.SERVICE_TYPE) or coding.system == systems.CATEGORY][:1]
    return tuple(dict.fromkeys(found))


def _relationship(card: Card) -> Relationship | None:
    said = next((coding.code for coding in codings(at(card.coverage, ("relationship",)))), None)
    return cast(Relationship, said) if said in _RELATIONSHIPS else None
