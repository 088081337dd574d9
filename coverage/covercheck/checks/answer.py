"""The answer to a check: frozen, ready to be written as JSON. Clients branch on codes, never on wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from covercheck.checks.eligibility_answer import Administrator, CostShare, EligibilityAnswer

Result = Literal["likely_covered", "likely_not_covered", "depends", "uncertain", "not_asked"]
CheckResult = Literal["likely_covered", "likely_not_covered", "depends", "uncertain", "not_asked", "mixed"]
Leaning = Literal["covered", "not_covered"]
Evidence = Literal["strong", "fair", "weak"]
NextStep = Literal["none", "gather_facts", "call_insurer", "start_authorization", "discuss_self_pay", "find_new_plan"]
ReasonState = Literal["met", "unmet", "unknown", "unread", "excluded", "not_excluded"]
CodeUseWord = Literal["bill", "do_not_bill"]
Basis = Literal["payer", "national"]
KnownByWord = Literal["clinic", "patient", "payer"]


@dataclass(frozen=True, slots=True)
class Cite:
    """Where it is written: title, address, the newest date the text shows (null: none), when we read it, edition in force."""

    title: str
    url: str | None
    as_of: str | None
    read_on: str
    quality: Literal["primary", "secondary"]
    policy: str
    edition: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion of a text and its state. `criterion` is `policy#id`; `more_cites` where several texts carry it."""

    criterion: str
    state: ReasonState
    says: str
    cite: Cite | None
    fact: str | None = None
    more_cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows when a fact lies in this range, other things left open."""

    when: str
    result: Result
    leaning: Leaning | None


@dataclass(frozen=True, slots=True)
class DecidingFact:
    """An unknown fact that still changes the decision. `alone`: one of its ranges settles it by itself.

    `exact` is false only beyond the bound, where the facts merely met are listed.
    """

    fact: str
    known_by: KnownByWord
    label: str
    ask: str
    then: tuple[Consequence, ...]
    alone: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class AuthorizationAnswer:
    """Prior authorization, apart from coverage. `depends_on`: facts that decide whether it is needed."""

    state: Literal["needed", "not_needed", "on_file", "unknown"]
    says: str
    depends_on: tuple[str, ...] = ()
    approval: str | None = None
    cite: Cite | None = None


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """A billing code of the part on this date. `basis: national` means the payer's own text names no code: confirm it."""

    code: str
    use: CodeUseWord
    says: str
    note: str | None
    basis: Basis
    successor: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A warning or hint with a stable key."""

    key: str
    says: str


@dataclass(frozen=True, slots=True)
class LabelAnswer:
    """What the drug's label and federal safety rules say, apart from what the payer pays for: it decides nothing here.

    `forbids`: the label rules this use out. `off_label`: not an approved use. `unknown`: `depends_on` tells which facts are missing.
    """

    state: Literal["allows", "forbids", "off_label", "unknown"]
    says: str
    reasons: tuple[Reason, ...]
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """What the texts say of one part."""

    part: str
    label: str
    result: Result
    leaning: Leaning | None
    evidence: Evidence | None
    causes: tuple[str, ...]
    says: str
    prior_authorization: AuthorizationAnswer | None
    benefit: Literal["medical", "pharmacy", "either", "unknown"]
    codes: tuple[CodeAnswer, ...]
    traps: tuple[Note, ...]
    reasons: tuple[Reason, ...]
    set_aside: tuple[Reason, ...]
    deciding_facts: tuple[DecidingFact, ...]
    label_says: LabelAnswer | None
    assumes: tuple[str, ...]
    next_step: NextStep
    valid_until: str
    cost_share: tuple[CostShare, ...] = ()
    administrator: Administrator | None = None


@dataclass(frozen=True, slots=True)
class PayerName:
    """The payer that was found."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom to call. The number on the member's card stands first; a phone comes with its source."""

    company: str
    purpose: str
    phone: str | None
    hours: str | None
    open_now: bool | None
    url: str | None
    source: Cite | None


@dataclass(frozen=True, slots=True)
class AnswerLeadsTo:
    """What a reply to a question of the call means."""

    reply: str
    leads_to: str


@dataclass(frozen=True, slots=True)
class CallQuestion:
    """One question of the call prompt, for billing and in plain words."""

    id: str
    block: str
    billing: str
    plain: str | None
    why: str
    parts: tuple[str, ...]
    decides: tuple[str, ...]
    then: tuple[AnswerLeadsTo, ...]
    skip_when: str | None


@dataclass(frozen=True, slots=True)
class CallPrompt:
    """Exactly what to ask, of whom, with which codes."""

    for_parts: tuple[str, ...]
    whom: tuple[Whom, ...]
    minutes: int
    opening: str
    opening_plain: str
    have_at_hand: tuple[str, ...]
    gather_first: tuple[DecidingFact, ...]
    codes: tuple[CodeAnswer, ...]
    questions: tuple[CallQuestion, ...]
    half_answers: tuple[AnswerLeadsTo, ...]
    write_down: tuple[str, ...]
    read_back: str
    do_not_ask: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class PatientPart:
    """One part in plain words."""

    part: str
    label: str
    result: Result
    says: str
    next: str


@dataclass(frozen=True, slots=True)
class PatientView:
    """The same results for the patient, reading grade 6 or lower, without a promise."""

    headline: str
    parts: tuple[PatientPart, ...]
    ask_your_plan: tuple[str, ...]
    notes: tuple[str, ...]
    crisis: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer of a check."""

    id: str
    asked_at: str
    valid_until: str
    result: CheckResult
    summary: str
    payer: PayerName
    date_of_service: str
    parts: tuple[PartAnswer, ...]
    hints: tuple[Note, ...]
    codes_asked: tuple[CodeAnswer, ...]
    eligibility: EligibilityAnswer | None
    call: CallPrompt | None
    patient_view: PatientView
    disclaimer: str
    rulebook: str
    version: str
