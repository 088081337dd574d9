"""What a payer answered, statement by statement and in its own codes, each with its origin. What it did not state is absent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

Meaning: TypeAlias = Literal[
    "active", "active_pending", "inactive", "inactive_pending", "coinsurance", "copay", "deductible", "out_of_pocket", "exclusion",
    "limitation", "not_covered", "unlimited", "contact_other", "other_payer", "managed_care", "primary_care", "cannot_process",
    "disclaimer", "description", "other",
]  # fmt: skip
Network: TypeAlias = Literal["in", "out", "both", "unknown"]
Needed: TypeAlias = Literal["needed", "not_needed", "unknown"]
Level: TypeAlias = Literal["payer", "provider", "subscriber", "dependent", "benefit"]
Kind: TypeAlias = Literal["temporary", "patient_data", "provider_data", "request", "set_up", "our_fault"]


@dataclass(frozen=True, slots=True)
class Span:
    """From and until, both inclusive; None where open or not stated. `qualifier` tells what the dates are of (X12 374, such as 291)."""

    qualifier: str
    begins: date | None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A number with its qualifier (X12 128, such as 6P) and an optional description."""

    qualifier: str
    value: str = field(repr=False)
    says: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace number; `echo` where it repeats the one that was sent."""

    echo: bool
    number: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach somebody: `phone`, `fax`, `web`, `email`, `extension` or the code itself."""

    by: str
    value: str


@dataclass(frozen=True, slots=True)
class Party:
    """An organization or person named beside a statement. `role` as X12 98: VN vendor, X3 utilization management, PRP primary payer."""

    role: str
    name: str | None
    id: str | None = None
    id_kind: str | None = None
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refusal to answer (X12 901). `level`: where it stood; `follow_up` is a hint and no promise (X12 889)."""

    code: str
    level: Level
    follow_up: str | None = None
    valid_request: bool | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A delivery limit: `quantity` of `unit` (VS visits, DY days) in `count` of `period` (X12 615)."""

    unit: str | None
    quantity: Decimal | None
    period: str | None = None
    count: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Benefit:
    """One statement. `code` as the payer wrote it (X12 1390), codes it may not know are kept. `share` is a fraction: 0.2 is 20 percent."""

    meaning: Meaning
    code: str
    service_types: tuple[str, ...] = ()
    plan: str | None = None
    coverage_level: str | None = None
    insurance_type: str | None = None
    period: str | None = None
    amount: Decimal | None = None
    share: Decimal | None = None
    quantity: Decimal | None = None
    quantity_of: str | None = None
    authorization: Needed | None = None
    network: Network | None = None
    procedure: str | None = None
    places: tuple[str, ...] = ()
    dates: tuple[Span, ...] = ()
    limits: tuple[Limit, ...] = ()
    references: tuple[Reference, ...] = ()
    messages: tuple[str, ...] = ()
    entities: tuple[Party, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class PersonReport:
    """What was said of one person. Patient data is kept out of `repr`."""

    level: Literal["subscriber", "dependent"]
    id: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    middle_name: str | None = field(default=None, repr=False)
    date_of_birth: date | None = field(default=None, repr=False)
    gender: str | None = field(default=None, repr=False)
    changed: bool = False
    dates: tuple[Span, ...] = ()
    references: tuple[Reference, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    traces: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something not as it should be in an answer that was read all the same: a stable key and where it stood."""

    key: str
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """A payer's whole answer. `network`: what it states of the asking clinic itself, which a benefit row never does."""

    payer: Party | None
    persons: tuple[PersonReport, ...]
    rejections: tuple[Rejection, ...] = ()
    receiver: Party | None = None
    network: Literal["in", "out"] | None = None
    number: str | None = None
    oddities: tuple[Oddity, ...] = ()

    def all_rejections(self) -> tuple[Rejection, ...]:
        """Rejections of every level but those of single benefits."""
        return (*self.rejections, *(rejection for person in self.persons for rejection in person.rejections))
