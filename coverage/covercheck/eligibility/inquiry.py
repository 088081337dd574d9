"""What is asked of a payer: one person, one day, some service types."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

Gender: TypeAlias = Literal["F", "M", "U"]
Relationship: TypeAlias = Literal["spouse", "child", "other"]


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber or dependent, as on the card. Patient data: never shown by `repr`."""

    id: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    middle_name: str | None = field(default=None, repr=False)
    suffix: str | None = field(default=None, repr=False)
    date_of_birth: date | None = field(default=None, repr=False)
    gender: Gender | None = field(default=None, repr=False)
    group: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who asks: NPI of ten digits, tax id of nine digits, name."""

    npi: str | None = None
    tax_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to one payer. `payer_id` is the payer's id at the clearinghouse, `trace` comes back in the answer."""

    payer_id: str
    payer_name: str
    clinic: Clinic
    subscriber: Person
    on: date
    service_types: tuple[str, ...]
    trace: str
    made_at: datetime
    dependent: Person | None = None
    relationship: Relationship | None = None
    until: date | None = None
    places: tuple[str, ...] = ()

    @property
    def patient(self) -> Person:
        """The person the question is about."""
        return self.dependent or self.subscriber
