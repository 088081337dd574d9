"""What `payer.yaml`, `therapies.yaml` and `codes.yaml` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from covercheck.rules.eligibility_text import EligibilityText
from covercheck.rules.fields import Day, Flag, Sentence, StatesOrAll, TextModel, Url, Word, Words
from covercheck.rules.policy_file import CriterionText

Phone = Annotated[str, StringConstraints(min_length=3, max_length=80, strip_whitespace=True)]


class ContactSource(TextModel):
    """The page a contact was read on."""

    title: Sentence
    url: Url | None = None
    as_of: Day | None = None
    read_on: Day


class Contact(TextModel):
    """Whom to ask at the payer, and where we have it from."""

    purpose: Sentence
    for_: tuple[Word, ...] = Field(default=(), alias="for")
    lines: tuple[Word, ...] = ()
    states: StatesOrAll = None
    phone: Phone | None = None
    fax: Phone | None = None
    hours: Sentence | None = None
    url: Url | None = None
    note: Sentence | None = None
    source: ContactSource


class BehavioralHealth(TextModel):
    """Who runs the plan's mental health benefits."""

    administrator: Sentence = "unknown"
    payer: str | None = None
    note: Sentence | None = None


class PayerText(TextModel):
    """An insurer, administrator or programme: `payers/<payer>/payer.yaml`."""

    payer: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
    name: Sentence
    aliases: tuple[Sentence, ...] = ()
    edi_ids: tuple[str, ...] = ()
    parent: Sentence | None = None
    lines: Annotated[tuple[Word, ...], Field(min_length=1)]
    states: StatesOrAll
    behavioral_health: BehavioralHealth = BehavioralHealth()
    contacts: tuple[Contact, ...] = ()
    notes: Sentence | None = None
    eligibility: EligibilityText = EligibilityText()


class Therapy(TextModel):
    """A named course of treatment, made of parts."""

    label: Sentence
    says: Sentence | None = None
    parts: Annotated[tuple[Word, ...], Field(min_length=1)]


class Part(TextModel):
    """What a claim line is about."""

    label: Sentence
    patient_label: Sentence
    says: Sentence | None = None
    service_types: tuple[str, ...] = ()


class Indication(TextModel):
    """Why: with the diagnosis codes that mean it."""

    label: Sentence
    patient_label: Sentence | None = None
    codes: tuple[str, ...] = ()
    needs_code: tuple[str, ...] = ()
    comorbid: Flag = False
    note: Sentence | None = None


class Line(TextModel):
    """A line of business."""

    label: Sentence
    aliases: Words = ()
    note: Sentence | None = None


class TherapyFile(TextModel):
    """`therapies.yaml` as a whole."""

    therapies: dict[Word, Therapy]
    parts: dict[Word, Part]
    indications: dict[Word, Indication]
    lines: dict[Word, Line]


class Minutes(TextModel):
    """How long a service lasts to be billed with a code."""

    at_least: int | None = None
    at_most: int | None = None


class BillingCode(TextModel):
    """A billing or diagnosis code in our own words."""

    system: Literal["CPT", "HCPCS", "ICD10", "REV", "POS", "modifier", "NDC"]
    kind: Word
    says: Sentence
    parts: tuple[Word, ...] = ()
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    successor: str | None = None
    predecessor: str | None = None
    unit: Sentence | None = None
    minutes: Minutes | None = None
    addon_to: Words = ()
    established_only: Flag = False
    includes: tuple[Word, ...] = ()
    medicare: Sentence | None = None
    status: Word | None = None
    group: Word | None = None
    site: Sentence | None = None
    quality: Literal["read", "memory"] = "read"
    source: Url | None = None
    notes: Sentence | None = None


class Trap(TextModel):
    """A known way to bill wrongly."""

    id: str
    codes: tuple[str, ...] = ()
    says: Sentence
    lines: tuple[Word, ...] = ()
    parts: tuple[Word, ...] = ()


class DefaultCode(TextModel):
    """A code to show where the payer's own text names none."""

    code: str
    use: Literal["bill", "do_not_bill"] = "bill"
    when: CriterionText | None = None
    note: Sentence | None = None


class DefaultCodes(TextModel):
    """The codes of one part, for some lines or for all."""

    part: Word
    lines: tuple[Word, ...] = ()
    codes: tuple[DefaultCode, ...]


class CodeFile(TextModel):
    """`codes.yaml` as a whole."""

    codes: dict[str, BillingCode]
    traps: tuple[Trap, ...] = ()
    defaults: tuple[DefaultCodes, ...] = ()
