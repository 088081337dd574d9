"""One question as a 270 of version 005010X279A1: one patient, one transaction. What would not arrive unchanged is not sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

from covercheck.eligibility.inquiry import Clinic, Inquiry, Person, Relationship
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.x12.letters import fold_name, kept_code, kept_id
from covercheck.eligibility.x12.segments import Separators
from covercheck.eligibility.x12.sender import Sender, day, hour, interchange

Row: TypeAlias = Sequence[str]
LAST_NAME, FIRST_NAME, MIDDLE_NAME, SUFFIX, ID, NUMBER = 60, 35, 25, 10, 80, 50
MOST_TYPES: Final = 99
REPEATED: Final = Separators().repetition or "^"
RELATIONSHIPS: Final[Mapping[Relationship, str]] = MappingProxyType({"spouse": "01", "child": "19", "other": "34"})
_NPI, _TAX_ID = re.compile(r"[0-9]{10}"), re.compile(r"[0-9]{9}")


def write_270(inquiry: Inquiry, sender: Sender) -> str | Failure:
    """The whole interchange as text, or which fields are missing (`member_incomplete`) or can't be written (`cannot_be_written`)."""
    fields = _Fields()
    fields.unfit += (f"sender.{name}" for name in sender.unfit())
    body = [
        ("BHT", "0022", "13", fields.kept("trace", inquiry.trace, NUMBER), day(inquiry.made_at), hour(inquiry.made_at)),
        *_payer(inquiry, fields),
        *_clinic(inquiry.clinic, fields),
        *_persons(inquiry, sender, fields),
    ]
    return fields.failure() or interchange("270", body, sender, inquiry.made_at)


def is_sent_as_subscriber(inquiry: Inquiry) -> bool:
    """The patient is the subscriber, or has an id of their own and is therefore asked about like one."""
    own, subscriber = ((person.id or "").strip().casefold() for person in (inquiry.dependent or Person(), inquiry.subscriber))
    return inquiry.dependent is None or (own != "" and own != subscriber)


@dataclass(slots=True)
class _Fields:
    """Writes fields and collects the names, never the values, of those that are missing or unfit."""

    missing: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)

    def kept(self, name: str, value: str | None, longest: int, needed: bool = True) -> str:
        """An id, unchanged or not at all."""
        return self._written(name, value, kept_id(value, longest) if value else None, needed)

    def folded(self, name: str, value: str | None, longest: int, needed: bool = True) -> str:
        """A name in X12's letters."""
        return self._written(name, value, fold_name(value, longest) if value else None, needed)

    def failure(self) -> Failure | None:
        """One failure for all of them."""
        if self.missing:
            names = ", ".join(dict.fromkeys(self.missing))
            return Failure("member_incomplete", f"The question lacks {names}.", "Add it as the card has it, or ask by phone or portal.")
        if self.unfit:
            names = ", ".join(dict.fromkeys(self.unfit))
            return Failure("cannot_be_written", f"X12 can't carry {names} as given.", "Compare with the card, or ask by phone or portal.")
        return None

    def _written(self, name: str, value: str | None, written: str | None, needed: bool) -> str:
        if value is None or not value.strip():
            self.missing += [name] if needed else []
        elif written is None:
            self.unfit.append(name)
        return written or ""


def _payer(inquiry: Inquiry, fields: _Fields) -> Iterator[Row]:
    name = fields.folded("payer_name", inquiry.payer_name, LAST_NAME)
    yield "HL", "1", "", "20", "1"
    yield "NM1", "PR", "2", name, "", "", "", "", "PI", fields.kept("payer_id", inquiry.payer_id, ID)


def _clinic(clinic: Clinic, fields: _Fields) -> Iterator[Row]:
    """The clinic by its NPI, else by its tax id."""
    name = fields.folded("clinic.name", clinic.name, LAST_NAME)
    npi, tax_id = (clinic.npi or "").strip(), (clinic.tax_id or "").replace("-", "").strip()
    if not npi and not tax_id:
        fields.missing.append("clinic.npi")
    if npi and not _NPI.fullmatch(npi):
        fields.unfit.append("clinic.npi")
    if not npi and tax_id and not _TAX_ID.fullmatch(tax_id):
        fields.unfit.append("clinic.tax_id")
    yield "HL", "2", "1", "21", "1"
    yield "NM1", "1P", "2", name, "", "", "", "", *(("XX", npi) if npi else ("FI", tax_id))


def _persons(inquiry: Inquiry, sender: Sender, fields: _Fields) -> Iterator[Row]:
    """The levels of subscriber and dependent. Trace, day and questions stand at the patient's alone."""
    trace = ("TRN", "1", inquiry.trace.strip(), sender.origin)
    if is_sent_as_subscriber(inquiry):
        name = "subscriber" if inquiry.dependent is None else "dependent"
        yield "HL", "3", "2", "22", "0"
        yield trace
        yield from _named("IL", name, inquiry.patient, inquiry, fields, patient=True)
    else:
        yield "HL", "3", "2", "22", "1"
        yield from _named("IL", "subscriber", inquiry.subscriber, inquiry, fields, patient=False)
        yield "HL", "4", "3", "23", "0"
        yield trace
        yield from _named("03", "dependent", inquiry.patient, inquiry, fields, patient=True)
        if inquiry.relationship is not None:
            yield "INS", "N", RELATIONSHIPS[inquiry.relationship]
    yield _asked_days(inquiry, fields)
    yield from _questions(inquiry, fields)


def _named(role: str, name: str, person: Person, inquiry: Inquiry, fields: _Fields, patient: bool) -> Iterator[Row]:
    """NM1, REF and DMG. The patient needs both names and something to be found by; a subscriber beside the patient either."""
    last = fields.folded(f"{name}.last_name", person.last_name, LAST_NAME, needed=patient)
    first = fields.folded(f"{name}.first_name", person.first_name, FIRST_NAME, needed=patient)
    middle = fields.folded(f"{name}.middle_name", person.middle_name, MIDDLE_NAME, needed=False)
    suffix = fields.folded(f"{name}.suffix", person.suffix, SUFFIX, needed=False)
    own = fields.kept(f"{name}.id", person.id, ID, needed=False) if role == "IL" else ""
    if role == "IL" and not (person.id or "").strip() and (person.date_of_birth is None if patient else not last):
        fields.missing.append(f"{name}.id")
    if role != "IL" and person.date_of_birth is None:
        fields.missing.append(f"{name}.date_of_birth")
    yield "NM1", role, "1", last, first, middle, "", suffix, *(("MI", own) if own else ())
    group = fields.kept(f"{name}.group", person.group, NUMBER, needed=False)
    if group:
        yield "REF", "6P", group
    born, gender = _born(person.date_of_birth, name, inquiry, fields), person.gender if person.gender in ("F", "M") else ""
    if born or gender:
        yield "DMG", "D8" if born else "", born, gender or ""


def _born(on: date | None, name: str, inquiry: Inquiry, fields: _Fields) -> str:
    """A birth date that has come by the day the question is made and the day it is about."""
    if on is None:
        return ""
    if on > inquiry.made_at.date():
        fields.unfit.append(f"{name}.date_of_birth (it lies in the future)")
    elif on > inquiry.on:
        fields.unfit.append(f"{name}.date_of_birth (it lies after the day asked about)")
    return day(on)


def _asked_days(inquiry: Inquiry, fields: _Fields) -> Row:
    if inquiry.until is None or inquiry.until == inquiry.on:
        return "DTP", "291", "D8", day(inquiry.on)
    if inquiry.until < inquiry.on:
        fields.unfit.append("until (it lies before the first day)")
    return "DTP", "291", "RD8", f"{day(inquiry.on)}-{day(inquiry.until)}"


def _questions(inquiry: Inquiry, fields: _Fields) -> Iterator[Row]:
    """One EQ with all service types; where places are asked about, one for each, since an EQ has room for a single III."""
    types = [kept_code(code) for code in dict.fromkeys(inquiry.service_types)]
    places = [kept_code(code) for code in dict.fromkeys(inquiry.places)]
    if not types:
        fields.missing.append("service_types")
    if None in types or len(types) > MOST_TYPES:
        fields.unfit.append("service_types")
    if None in places or len(places) > MOST_TYPES:
        fields.unfit.append("places")
    for place in places or [None]:
        yield "EQ", REPEATED.join(code or "" for code in types)
        if place is not None:
            yield "III", "ZZ", place
