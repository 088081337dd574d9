"""Therapies, parts, indications, lines and facts as the API shows them."""

from __future__ import annotations

from dataclasses import dataclass

from covercheck.rules.facts import Fact
from covercheck.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class TherapyView:
    """A named course of treatment, made of parts."""

    id: str
    label: str
    says: str | None
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """What a claim line is about."""

    id: str
    label: str
    patient_label: str
    says: str | None


@dataclass(frozen=True, slots=True)
class IndicationView:
    """Why: `codes` are ICD-10-CM patterns, where a trailing `-` stands for every code that begins so."""

    id: str
    label: str
    codes: tuple[str, ...]
    needs_code: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of business."""

    id: str
    label: str
    aliases: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Therapies:
    """Every name that a question may use for what is asked."""

    rulebook: str
    therapies: tuple[TherapyView, ...]
    parts: tuple[PartView, ...]
    indications: tuple[IndicationView, ...]
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class AskView:
    """The question for a fact, in the words of the one who is asked."""

    clinic: str | None
    patient: str | None
    payer: str | None


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact that a question may state. `values`: of a choice; limits: what is plausible; `from_question`: taken from that key."""

    id: str
    label: str
    type: str
    known_by: str
    clinical: bool
    group: str
    unit: str | None
    values: tuple[str, ...]
    at_least: float | None
    at_most: float | None
    whole: bool
    ask: AskView
    from_question: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The fact catalogue."""

    rulebook: str
    facts: tuple[FactView, ...]


def therapies_of(book: Rulebook) -> Therapies:
    """The catalogue of names."""
    table = book.therapies
    return Therapies(
        book.digest,
        tuple(TherapyView(name, t.label, t.says, t.parts) for name, t in table.therapies.items()),
        tuple(PartView(name, p.label, p.patient_label, p.says) for name, p in table.parts.items()),
        tuple(IndicationView(name, i.label, i.codes, i.needs_code, i.note) for name, i in table.indications.items()),
        tuple(LineView(name, entry.label, entry.aliases, entry.note) for name, entry in table.lines.items()),
    )


def facts_of(book: Rulebook) -> Facts:
    """The catalogue of facts."""
    return Facts(book.digest, tuple(_fact(name, book.facts[name]) for name in book.facts))


def _fact(name: str, fact: Fact) -> FactView:
    return FactView(
        id=name,
        label=fact.label,
        type=fact.type.value,
        known_by=fact.known_by.value,
        clinical=fact.clinical,
        group=fact.group,
        unit=fact.unit,
        values=fact.values,
        at_least=fact.limits.at_least,
        at_most=fact.limits.at_most,
        whole=fact.whole,
        ask=AskView(fact.ask.clinic, fact.ask.patient, fact.ask.payer),
        from_question=fact.from_question,
        note=fact.note,
    )
