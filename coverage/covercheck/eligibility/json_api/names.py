"""What a table of a vendor's field names holds. A path leads from an object inwards; the empty path is the value itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str, ...]
Names: TypeAlias = Mapping[str, str]


def _none() -> Names:
    """No names at all."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Spelling:
    """The vendor's word for each X12 code. A word that is not listed is its own code."""

    codes: Names = field(default_factory=_none)

    def code(self, word: str) -> str:
        """The code a word stands for."""
        return self.codes.get(word, word)

    def word(self, code: str) -> str:
        """The first word listed for a code."""
        return next((word for word, listed in self.codes.items() if listed == code), code)


AS_CODES: Final = Spelling()


@dataclass(frozen=True, slots=True)
class NumberName:
    """Where a reference number stands, its qualifier (X12 128), and where its description stands."""

    qualifier: str
    value: Path
    says: Path | None = None


@dataclass(frozen=True, slots=True)
class PersonNames:
    """A person, asked about or answered for. `changed`: values that together mark a change of the person's data."""

    id: Path
    first_name: Path
    last_name: Path
    middle_name: Path
    suffix: Path
    date_of_birth: Path
    gender: Path
    genders: Spelling = AS_CODES
    group: Path | None = None
    relationship: Path | None = None
    relationships: Spelling = AS_CODES
    numbers: tuple[NumberName, ...] = ()
    changed: tuple[tuple[Path, str], ...] = ()
    dates: Path | None = None


@dataclass(frozen=True, slots=True)
class RequestNames:
    """A question. `control` takes nine digits; a service type stands at `service_type` within each element of `service_types`."""

    payer_id: Path
    payer_name: Path | None
    npi: Path
    tax_id: Path
    clinic_name: Path
    subscriber: Path
    dependent: Path
    as_subscriber: PersonNames
    as_dependent: PersonNames
    service_types: Path
    begins: Path
    ends: Path
    on: Path | None = None
    control: Path | None = None
    service_type: Path = ()
    service_constants: tuple[tuple[Path, str], ...] = ()
    dependents_in_list: bool = False
    iso_dates: bool = False


@dataclass(frozen=True, slots=True)
class DateNames:
    """Dates by name: `qualifiers` as X12 374. A date is text, one day or a range; or an object, where `ends` names begin and end."""

    qualifiers: Names
    ends: tuple[Path, Path] | None = None


@dataclass(frozen=True, slots=True)
class ContactNames:
    """Ways to reach somebody: pairs of `mode` and `number`, or `lists` of numbers by name. The contact's name stands in each, or beside."""

    each: Path
    name: Path
    name_is_beside: bool = False
    mode: Path | None = None
    number: Path = ()
    modes: Spelling = AS_CODES
    lists: Names = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class PartyNames:
    """An organization or person: `names` are alternatives, each of parts in the order they are said; `name` is the one that is written.
    An id stands at `id` with its kind (X12 66) beside, or under one of `ids`, which are names to kinds."""

    role: Path
    roles: Spelling
    name: Path
    names: tuple[tuple[Path, ...], ...]
    contacts: ContactNames
    id: Path | None = None
    id_kind: Path | None = None
    ids: Names = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class LimitNames:
    """Delivery limits. `per` is read as the period where none is stated; `patterns` have no place in a report and are noted."""

    each: Path
    unit: Path
    quantity: Path
    period: Path
    count: Path
    per: Path
    units: Spelling = AS_CODES
    periods: Spelling = AS_CODES
    pers: Spelling = AS_CODES
    patterns: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureNames:
    """A procedure: qualifier (X12 235), code and modifiers."""

    qualifier: Path
    code: Path
    modifiers: Path


@dataclass(frozen=True, slots=True)
class ServiceNames:
    """What a statement is about, where that is one code: a service type if `system` says `service_types`, else a procedure."""

    system: Path
    code: Path
    service_types: str
    qualifiers: Spelling


@dataclass(frozen=True, slots=True)
class BenefitNames:
    """One statement. Its service types are a list at `service_types`, or it is about the one `service`."""

    code: Path
    codes: Spelling
    plan: Path
    coverage_level: Path
    coverage_levels: Spelling
    insurance_type: Path
    insurance_types: Spelling
    period: Path
    periods: Spelling
    amount: Path
    share: Path
    authorization: Path
    authorizations: Spelling
    network: Path
    networks: Spelling
    dates: Path
    limits: LimitNames
    numbers: tuple[NumberName, ...]
    messages: Path
    entities: Path
    places: Path
    place: Path
    quantity: Path | None = None
    quantity_of: Path | None = None
    service_types: Path | None = None
    service: ServiceNames | None = None
    procedure: ProcedureNames | None = None
    message: Path = ()
    entity: Path | None = None
    place_constants: tuple[tuple[Path, str], ...] = ()
    lone_place: Path | None = None


@dataclass(frozen=True, slots=True)
class PlanNames:
    """Statements grouped by plan and kind: `kinds` are names of lists to codes, '' where the entry has a code of its own."""

    each: Path
    name: Path
    benefits: Path
    kinds: Names
    passed_over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TraceNames:
    """Trace numbers; `echo` is the type of one that was sent. `own`: where the vendor's own numbers stand, which are nobody's echo."""

    each: Path
    type: Path
    number: Path
    origin: Path
    echo: str
    other: str
    own: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorNames:
    """Rejections and other errors: at the top, and in lists within the payer, the provider and persons."""

    top: Path
    within: Path | None
    code: Path
    follow_up: Path
    follow_ups: Spelling
    location: Path
    body_code: Path
    body_says: Path


@dataclass(frozen=True, slots=True)
class ResponseNames:
    """An answer. Statements stand in one list, or grouped by `plans`."""

    payer: Path
    provider: Path
    subscriber: Path
    dependents: Path
    person: PersonNames
    as_dependent: PersonNames
    payer_party: PartyNames
    provider_party: PartyNames
    entity_party: PartyNames
    benefit: BenefitNames
    dates: DateNames
    errors: ErrorNames
    traces: TraceNames
    x12: Path
    warnings: Path
    benefits: Path | None = None
    plans: PlanNames | None = None
    control: Path | None = None
    plan_dates: Path | None = None
    plan_numbers: tuple[NumberName, ...] = ()
    dependents_in_list: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """All of a vendor. `authorization` is the value of that header with `{}` for the secret."""

    name: str
    authorization: str
    request: RequestNames
    response: ResponseNames = field(repr=False)
