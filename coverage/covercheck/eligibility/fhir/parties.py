"""Who an answer is about and from: patient, subscriber, coverage, insurer and clinic. Used for questions too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from covercheck.eligibility.fhir import systems
from covercheck.eligibility.fhir.resources import Resources, code_of, codings, first
from covercheck.eligibility.fhir.shapes import SELF
from covercheck.eligibility.json_api.values import Notes, at, checked_span, objects_at, read_day, text_at
from covercheck.eligibility.report import Channel, Party, PersonReport, Reference, Span

PLAN_DATES: Final = "291"
GROUP_NUMBER, PLAN_NUMBER = "6P", "18"
ITSELF: Final = frozenset({SELF, "18"})
_PREFERRED: Final = ("official", "usual", None, "anonymous", "nickname", "temp")


@dataclass(frozen=True, slots=True)
class Card:
    """What a Coverage says of a plan; everything None or empty where the answer holds none."""

    coverage: Mapping[str, Any] | None = field(default=None, repr=False)
    number: str | None = field(default=None, repr=False)
    plan: str | None = None
    insurance_type: str | None = None
    is_dependents: bool = False
    dates: tuple[Span, ...] = ()
    references: tuple[Reference, ...] = ()


def read_card(found: Resources, reference: Any, where: str, notes: Notes) -> Card:
    """The Coverage a reference leads to."""
    coverage = found.of(reference, "Coverage")
    if coverage is None:
        return Card()
    references, plan = [], None
    for _, each in objects_at(coverage, ("class",), where, notes):
        kinds = {coding.code for coding in codings(at(each, ("type",)))}
        value, name = text_at(each, ("value",)), text_at(each, ("name",))
        if "plan" in kinds:
            plan = plan or name or value
        if value is not None and "group" in kinds:
            references.append(Reference(GROUP_NUMBER, value, name))
        elif value is not None and "plan" in kinds and name is not None and name != value:
            references.append(Reference(PLAN_NUMBER, value))
    kinds = {coding.code for coding in codings(at(coverage, ("relationship",)))}
    holder, covered = text_at(coverage, ("subscriber", "reference")), text_at(coverage, ("beneficiary", "reference"))
    insurance_type = next((c.code for c in codings(at(coverage, ("type",))) if c.is_x12(systems.INSURANCE)), None)
    dates = read_period(at(coverage, ("period",)), f"{where}.period", notes)
    is_dependents = kinds.isdisjoint(ITSELF) if kinds else holder is not None and covered is not None and holder != covered
    return Card(coverage, text_at(coverage, ("subscriberId",)), plan, insurance_type, is_dependents, dates, tuple(references))


def read_period(data: Any, where: str, notes: Notes) -> tuple[Span, ...]:
    """A Period as dates of the plan; an end that is not given is open."""
    begins, ends = text_at(data, ("start",)), text_at(data, ("end",))
    span = checked_span(PLAN_DATES, begins, ends, where, notes) if begins or ends else None
    return (span,) if span is not None else ()


def read_persons(found: Resources, card: Card, notes: Notes) -> tuple[PersonReport, ...]:
    """The patient, and before them the subscriber where that is somebody else who is here. Nobody where no patient is mentioned."""
    reference = at(found.main, ("patient",))
    if not isinstance(reference, Mapping):
        return ()
    own = card.number if not card.is_dependents else None
    patient = _person(found, reference, own, "dependent" if card.is_dependents else "subscriber", notes)
    if patient == PersonReport(patient.level):
        notes.add("patient_not_named", "patient")
    holder = found.of(at(card.coverage, ("subscriber",)), "Patient") if card.is_dependents else None
    if holder is None:
        return (patient,)
    return _person(found, at(card.coverage, ("subscriber",)), card.number, "subscriber", notes), patient


def _person(found: Resources, reference: Any, number: str | None, level: Any, notes: Notes) -> PersonReport:
    patient = found.of(reference, "Patient") or {}
    name = human_name(patient)
    written = text_at(patient, ("birthDate",))
    born = read_day(written)
    if written is not None and born is None:
        notes.add("date_unreadable", "patient.birthDate")
    gender = text_at(patient, ("gender",))
    return PersonReport(
        level,
        member_number(patient) or number or _logical(reference),
        name.first,
        name.last,
        name.middle,
        born,
        systems.GENDERS.get(gender, gender) if gender is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts."""

    first: str | None = field(default=None, repr=False)
    last: str | None = field(default=None, repr=False)
    middle: str | None = field(default=None, repr=False)
    suffix: str | None = field(default=None, repr=False)


def human_name(patient: Any) -> Name:
    """The name in use, official before usual; further given names are the middle name."""
    names = [each for _, each in objects_at(patient, ("name",), "", Notes()) if isinstance(each, Mapping)]
    ranked = [name for name in names if text_at(name, ("use",)) in _PREFERRED]
    if not ranked:
        return Name()
    name = min(ranked, key=lambda each: _PREFERRED.index(text_at(each, ("use",))))
    given, suffix = _texts(name, "given"), _texts(name, "suffix")
    return Name(given[0] if given else None, text_at(name, ("family",)), " ".join(given[1:]) or None, " ".join(suffix) or None)


def member_number(patient: Any) -> str | None:
    """The member's number: the one that is called so, else the only one if it is not called anything."""
    listed = [each for _, each in objects_at(patient, ("identifier",), "", Notes()) if isinstance(each, Mapping)]
    kinds = [{coding.code for coding in codings(at(each, ("type",)))} for each in listed]
    own = next((each for each, kind in zip(listed, kinds, strict=True) if systems.MEMBER_NUMBER in kind), None)
    if own is None and len(listed) == 1 and not kinds[0]:
        own = listed[0]
    return text_at(own, ("value",))


def _logical(reference: Any) -> str | None:
    """The number in a reference that names the person by it."""
    return member_number({"identifier": [at(reference, ("identifier",))]})


def read_party(found: Resources, reference: Any, role: str) -> Party | None:
    """An Organization or clinician a reference leads to or names; None where it says nothing of them."""
    resource = found.of(reference, "Organization", "Practitioner", "PractitionerRole") or {}
    listed = first(resource, "identifier") or at(reference, ("identifier",))
    kind = next((coding.code for coding in codings(at(listed, ("type",)))), None)
    kinds = {systems.PAYER_NUMBER: "PI", systems.NPI_NUMBER: "XX", systems.TAX_NUMBER: "FI"}
    systematic = {systems.NPI: "XX", systems.TAX_ID: "FI"}.get(text_at(listed, ("system",)) or "")
    name = text_at(resource, ("name",)) or text_at(reference, ("display",))
    id_ = text_at(listed, ("value",))
    if name is None and id_ is None:
        return None
    own_role = code_of(first(resource, "type"), systems.ROLE, {})
    id_kind = (systematic or kinds.get(kind or "", kind)) if id_ is not None else None
    return Party(role or own_role or "", name, id_, id_kind, tuple(_channels(resource)))


def _channels(resource: Any) -> Iterator[Channel]:
    for _, each in objects_at(resource, ("telecom",), "", Notes()):
        by, value = text_at(each, ("system",)), text_at(each, ("value",))
        if by is not None and value is not None:
            yield Channel(systems.CHANNELS.get(by, by), value)


def _texts(data: Any, name: str) -> list[str]:
    return [text for _, each in objects_at(data, (name,), "", Notes()) if (text := text_at(each, ())) is not None]
