"""One question as JSON with a vendor's field names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

from covercheck.eligibility.inquiry import Inquiry, Person
from covercheck.eligibility.json_api.names import PersonNames, RequestNames, Vendor
from covercheck.eligibility.json_api.put import day, element, put
from covercheck.eligibility.outcome import Failure
from covercheck.eligibility.x12.write_270 import is_sent_as_subscriber

Role: TypeAlias = Literal["subscriber", "dependent", "beside"]
_NPI, _TAX_ID, _CONTROL = re.compile(r"[0-9]{10}"), re.compile(r"[0-9]{9}"), re.compile(r"[0-9]{9}")
_CODE: Final = re.compile(r"[A-Z0-9]{1,2}")
MOST_TYPES: Final = 99
CARD: Final = "Add it as the card has it, or ask by phone or portal."


def control_of(trace: str) -> str:
    """The nine digits that stand for a trace where a vendor takes no more: the trace itself if it is that, else drawn from it."""
    if _CONTROL.fullmatch(trace):
        return trace
    return f"{int.from_bytes(sha256(trace.encode()).digest()[:8]) % 999_999_999 + 1:09}"


def write_request(inquiry: Inquiry, vendor: Vendor) -> dict[str, Any] | Failure:
    """The body, or which fields are missing (`member_incomplete`) or can't be written (`cannot_be_written`). Places are not asked about:
    the answer is for all of them."""
    writer = _Writer(inquiry, vendor.request)
    writer.write()
    return writer.failure() or writer.body


@dataclass(slots=True)
class _Writer:
    """The body while it is written, and the names, never the values, of fields that are missing or unfit."""

    inquiry: Inquiry
    names: RequestNames
    body: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)

    def write(self) -> None:
        inquiry, names = self.inquiry, self.names
        put(self.body, names.control, control_of(inquiry.trace))
        put(self.body, names.payer_id, self._needed("payer_id", inquiry.payer_id))
        put(self.body, names.payer_name, inquiry.payer_name.strip())
        self._clinic()
        if is_sent_as_subscriber(inquiry):
            name = "subscriber" if inquiry.dependent is None else "dependent"
            put(self.body, names.subscriber, self._person(name, inquiry.patient, names.as_subscriber, "subscriber"))
        else:
            put(self.body, names.subscriber, self._person("subscriber", inquiry.subscriber, names.as_subscriber, "beside"))
            dependent = self._person("dependent", inquiry.patient, names.as_dependent, "dependent")
            if inquiry.relationship is not None:
                put(dependent, names.as_dependent.relationship, names.as_dependent.relationships.word(inquiry.relationship))
            put(self.body, names.dependent, [dependent] if names.dependents_in_list else dependent)
        self._encounter()

    def failure(self) -> Failure | None:
        """One failure for all fields."""
        if self.missing:
            return Failure("member_incomplete", f"The question lacks {', '.join(dict.fromkeys(self.missing))}.", CARD)
        if self.unfit:
            says = f"The question can't be written with {', '.join(dict.fromkeys(self.unfit))} as given."
            return Failure("cannot_be_written", says, "Compare with the card, or ask by phone or portal.")
        return None

    def _needed(self, name: str, value: str | None) -> str | None:
        if value is None or not value.strip():
            self.missing.append(name)
            return None
        return value.strip()

    def _clinic(self) -> None:
        """The clinic by its NPI, else by its tax id."""
        clinic, names = self.inquiry.clinic, self.names
        npi, tax_id = (clinic.npi or "").strip(), (clinic.tax_id or "").replace("-", "").strip()
        put(self.body, names.clinic_name, self._needed("clinic.name", clinic.name))
        if not npi and not tax_id:
            self.missing.append("clinic.npi")
        if npi and not _NPI.fullmatch(npi):
            self.unfit.append("clinic.npi")
        if not npi and tax_id and not _TAX_ID.fullmatch(tax_id):
            self.unfit.append("clinic.tax_id")
        put(self.body, names.npi, npi)
        put(self.body, names.tax_id, tax_id if not npi else None)

    def _person(self, name: str, person: Person, names: PersonNames, role: Role) -> dict[str, Any]:
        """The patient needs both names and something to be found by; a subscriber beside the patient an id or a name."""
        own: dict[str, Any] = {}
        is_patient = role != "beside"
        for key, value, path in (("last_name", person.last_name, names.last_name), ("first_name", person.first_name, names.first_name)):
            put(own, path, self._needed(f"{name}.{key}", value) if is_patient else (value or "").strip())
        number = (person.id or "").strip()
        if role == "dependent" and person.date_of_birth is None:
            self.missing.append(f"{name}.date_of_birth")
        if role == "subscriber" and not number and person.date_of_birth is None:
            self.missing.append(f"{name}.id")
        if role == "beside" and not number and not (person.last_name or "").strip():
            self.missing.append(f"{name}.id")
        put(own, names.id, number)
        put(own, names.middle_name, (person.middle_name or "").strip())
        put(own, names.suffix, (person.suffix or "").strip())
        put(own, names.group, (person.group or "").strip())
        put(own, names.date_of_birth, self._born(name, person.date_of_birth))
        put(own, names.gender, names.genders.word(person.gender) if person.gender in ("F", "M") else None)
        return own

    def _born(self, name: str, on: date | None) -> str | None:
        """A birth date that has come by the day the question is made and the day it is about."""
        if on is None:
            return None
        if on > self.inquiry.made_at.date():
            self.unfit.append(f"{name}.date_of_birth (it lies in the future)")
        elif on > self.inquiry.on:
            self.unfit.append(f"{name}.date_of_birth (it lies after the day asked about)")
        return day(on, self.names.iso_dates)

    def _encounter(self) -> None:
        inquiry, names = self.inquiry, self.names
        types = tuple(dict.fromkeys(code.strip().upper() for code in inquiry.service_types))
        if not types:
            self.missing.append("service_types")
        if len(types) > MOST_TYPES or not all(_CODE.fullmatch(code) for code in types):
            self.unfit.append("service_types")
        put(self.body, names.service_types, [element(names.service_type, code, names.service_constants) for code in types])
        until = inquiry.until or inquiry.on
        if until < inquiry.on:
            self.unfit.append("until (it lies before the first day)")
        if names.on is not None and until == inquiry.on:
            put(self.body, names.on, day(inquiry.on, names.iso_dates))
        else:
            put(self.body, names.begins, day(inquiry.on, names.iso_dates))
            put(self.body, names.ends, day(until, names.iso_dates))
