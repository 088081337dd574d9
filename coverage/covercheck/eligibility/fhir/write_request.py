"""One question as a FHIR R4 CoverageEligibilityRequest with patient, coverage, insurer and clinic contained in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any, Final

from covercheck.eligibility.fhir import systems
from covercheck.eligibility.fhir.shapes import (
    INSURER,
    PATIENT,
    PROVIDER,
    SELF,
    SUBSCRIBER,
    coverage,
    coverage_class,
    identifier,
    kept,
    organization,
    patient,
    period,
    service,
    to,
)
from covercheck.eligibility.inquiry import Inquiry, Person
from covercheck.eligibility.outcome import Failure

MOST_TYPES: Final = 99
COVERAGE: Final = "coverage"
CARD: Final = "Add it as the card has it, or ask by phone or portal."
_NPI, _TAX_ID = re.compile(r"[0-9]{10}"), re.compile(r"[0-9]{9}")
_CODE: Final = re.compile(r"[A-Z0-9]{1,3}")


def write_request(inquiry: Inquiry) -> dict[str, Any] | Failure:
    """The resource, or which fields are missing (`member_incomplete`) or can't be written (`cannot_be_written`). Places are not asked
    about: the answer is for all of them."""
    writer = _Writer(inquiry)
    written = writer.written()
    return writer.failure() or written


@dataclass(slots=True)
class _Writer:
    """The names, never the values, of fields that are missing or unfit."""

    inquiry: Inquiry
    missing: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)

    def written(self) -> dict[str, Any]:
        inquiry = self.inquiry
        made_at = inquiry.made_at if inquiry.made_at.tzinfo is not None else inquiry.made_at.replace(tzinfo=UTC)
        return {
            "resourceType": "CoverageEligibilityRequest",
            "contained": self._contained(),
            "identifier": identifier(None, self._number("trace", inquiry.trace, needed=True), systems.TRACE),
            "status": "active",
            "purpose": ["validation", "benefits"],
            "patient": to(PATIENT),
            **self._days(),
            "created": made_at.isoformat(timespec="seconds"),
            "provider": to(PROVIDER),
            "insurer": to(INSURER),
            "insurance": [{"focal": True, "coverage": to(COVERAGE)}],
            "item": [{"category": service(code)} for code in self._service_types()],
        }

    def failure(self) -> Failure | None:
        """One failure for all fields."""
        if self.missing:
            return Failure("member_incomplete", f"The question lacks {', '.join(dict.fromkeys(self.missing))}.", CARD)
        if self.unfit:
            says = f"The question can't be written with {', '.join(dict.fromkeys(self.unfit))} as given."
            return Failure("cannot_be_written", says, "Compare with the card, or ask by phone or portal.")
        return None

    def _number(self, name: str, value: str | None, needed: bool = False) -> str | None:
        """An id, unchanged but for spaces around it."""
        text = (value or "").strip()
        if not text and needed:
            self.missing.append(name)
        if not text.isprintable():
            self.unfit.append(name)
        return text or None

    def _words(self, name: str, value: str | None, needed: bool = False) -> str | None:
        """A name, with single spaces."""
        return self._number(name, " ".join((value or "").split()), needed)

    def _contained(self) -> list[dict[str, Any]]:
        inquiry = self.inquiry
        payer = identifier(systems.PAYER_NUMBER, self._number("payer_id", inquiry.payer_id, needed=True))
        insurer = organization(INSURER, payer, self._words("payer_name", inquiry.payer_name))
        if inquiry.dependent is None:
            persons = [self._person(PATIENT, "subscriber", inquiry.subscriber)]
        else:
            persons = [self._person(PATIENT, "dependent", inquiry.dependent), self._person(SUBSCRIBER, "subscriber", inquiry.subscriber)]
        return [*persons, self._coverage(), insurer, self._clinic()]

    def _person(self, role: str, name: str, person: Person) -> dict[str, Any]:
        """The patient needs both names and something to be found by; a subscriber beside the patient an id or a name."""
        is_patient = role == PATIENT
        number = self._number(f"{name}.id", person.id)
        last = self._words(f"{name}.last_name", person.last_name, needed=is_patient)
        if name == "dependent" and person.date_of_birth is None:
            self.missing.append(f"{name}.date_of_birth")
        found_by = person.date_of_birth if is_patient else last
        if name == "subscriber" and number is None and found_by is None:
            self.missing.append(f"{name}.id")
        self._check_birth(name, person.date_of_birth)
        given = (
            self._words(f"{name}.first_name", person.first_name, needed=is_patient),
            self._words(f"{name}.middle_name", person.middle_name),
        )
        gender = person.gender if person.gender in ("F", "M") else None
        return patient(role, number, last, given, self._words(f"{name}.suffix", person.suffix), gender, person.date_of_birth)

    def _check_birth(self, name: str, on: date | None) -> None:
        """A birth date that has come by the day the question is made and the day it is about."""
        if on is not None and on > self.inquiry.made_at.date():
            self.unfit.append(f"{name}.date_of_birth (it lies in the future)")
        elif on is not None and on > self.inquiry.on:
            self.unfit.append(f"{name}.date_of_birth (it lies after the day asked about)")

    def _coverage(self) -> dict[str, Any]:
        """The subscriber's own number; the group is the patient's, else the subscriber's."""
        inquiry = self.inquiry
        is_own = inquiry.dependent is None
        group = self._number("group", inquiry.patient.group or inquiry.subscriber.group)
        said = SELF if is_own else inquiry.relationship
        relationship = {"coding": [{"system": systems.RELATIONSHIP, "code": said}]} if said else None
        return coverage(
            COVERAGE,
            INSURER,
            subscriber=to(PATIENT if is_own else SUBSCRIBER),
            subscriberId=self._number("subscriber.id", inquiry.subscriber.id),
            relationship=relationship,
            class_=coverage_class("group", group),
        )

    def _clinic(self) -> dict[str, Any]:
        """The clinic by its NPI, else by its tax id."""
        clinic = self.inquiry.clinic
        npi, tax_id = (clinic.npi or "").strip(), (clinic.tax_id or "").replace("-", "").strip()
        if not npi and not tax_id:
            self.missing.append("clinic.npi")
        if npi and not _NPI.fullmatch(npi):
            self.unfit.append("clinic.npi")
        if not npi and tax_id and not _TAX_ID.fullmatch(tax_id):
            self.unfit.append("clinic.tax_id")
        listed = identifier(systems.NPI_NUMBER, npi, systems.NPI) or identifier(systems.TAX_NUMBER, tax_id, systems.TAX_ID)
        return organization(PROVIDER, listed, self._words("clinic.name", clinic.name))

    def _days(self) -> dict[str, Any]:
        inquiry = self.inquiry
        if inquiry.until is None or inquiry.until == inquiry.on:
            return {"servicedDate": inquiry.on.isoformat()}
        if inquiry.until < inquiry.on:
            self.unfit.append("until (it lies before the first day)")
        return kept(servicedPeriod=period(inquiry.on, inquiry.until))

    def _service_types(self) -> tuple[str, ...]:
        types = tuple(dict.fromkeys(code.strip().upper() for code in self.inquiry.service_types))
        if not types:
            self.missing.append("service_types")
        if len(types) > MOST_TYPES or not all(_CODE.fullmatch(code) for code in types):
            self.unfit.append("service_types")
        return types
