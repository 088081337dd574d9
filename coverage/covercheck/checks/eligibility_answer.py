"""What an answer says of the payer's systems: frozen, ready to be written as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Coded:
    """A code of an eligibility answer with our words for it."""

    code: str
    says: str


@dataclass(frozen=True, slots=True)
class CostShare:
    """What the payer states of the patient's share: dollars as text, `share` a fraction. Any claim before the visit changes it."""

    kind: str
    remaining: bool
    amount: str | None
    share: str | None
    period: str | None
    network: Literal["in", "out", "both", "unknown"] | None
    level: str | None
    service_types: tuple[Coded, ...]
    says: str
    plan_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who runs a part for the plan, as the payer states it. `payer`: its id here; where set, its own rules answered the part."""

    name: str
    phone: str | None
    payer: str | None


@dataclass(frozen=True, slots=True)
class SpanAnswer:
    """Dates, inclusive, null where open or not stated; `of` tells of what (X12 374)."""

    of: str
    begins: str | None
    ends: str | None


@dataclass(frozen=True, slots=True)
class RejectionAnswer:
    """A payer's refusal to answer (X12 901) in plain words, where it stood, and what to do."""

    code: str
    level: str
    says: str
    remedy: str


@dataclass(frozen=True, slots=True)
class StatementAnswer:
    """One statement of the payer, with its own codes. What it did not state is null."""

    meaning: str
    code: str
    service_types: tuple[Coded, ...]
    plan: str | None
    coverage_level: str | None
    insurance_type: str | None
    period: str | None
    amount: str | None
    share: str | None
    quantity: str | None
    authorization: str | None
    network: str | None
    places: tuple[str, ...]
    dates: tuple[SpanAnswer, ...]
    limits: tuple[str, ...]
    messages: tuple[str, ...]
    names: tuple[str, ...]
    rejections: tuple[RejectionAnswer, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class EligibilityFailure:
    """Why the payer could not be asked or gave no usable answer: a stable key, what it means, what to do. It never means "not covered"."""

    key: str
    says: str
    remedy: str
    rejections: tuple[RejectionAnswer, ...]


@dataclass(frozen=True, slots=True)
class EligibilityAnswer:
    """What the payer's systems said of the member on the date. `not_stated`: it answered, but not on the plan as a whole."""

    state: Literal["active", "inactive", "not_stated", "not_determined"]
    adapter: str
    asked_at: str | None
    says: str
    failure: EligibilityFailure | None
    dates: tuple[SpanAnswer, ...] = ()
    provider_network: Literal["in", "out"] | None = None
    other_payers: tuple[str, ...] = ()
    statements: tuple[StatementAnswer, ...] = ()
    oddities: tuple[Coded, ...] = ()
