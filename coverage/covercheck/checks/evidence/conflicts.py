"""Contradictions, named while the caller is still on the line: within a call, with earlier ones, with a dated text, with given facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from covercheck.checks.answer import PartAnswer
from covercheck.checks.evidence.facts import told_facts
from covercheck.checks.evidence.grade import at_least
from covercheck.checks.evidence.items import SILENT, Evidence
from covercheck.checks.evidence.words import SAID, origin
from covercheck.rules.facts import FactCatalogue

ConflictKey: TypeAlias = Literal["within_call", "earlier_answer", "dated_text", "authorization_text", "given_fact"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two things that can't both be so. `says` ends with what to ask."""

    key: ConflictKey
    part: str
    question: str
    says: str


def conflicts(
    items: Sequence[Evidence], before: Iterable[PartAnswer], facts: Mapping[str, Any], catalogue: FactCatalogue
) -> tuple[Conflict, ...]:
    """Of valid items, oldest first; `before` are the parts as the texts alone answer them."""
    spoken = [item for item in items if item.value not in SILENT and item.value != "depends" and item.grade != "D"]
    found = [*_among(spoken)]
    for part in before:
        mine = [item for item in spoken if item.part == part.part and at_least(item.grade, "B")]
        found += _with_text(mine, part)
        found += _with_facts(mine, part, facts, catalogue)
    return tuple(dict.fromkeys(found))


def _among(items: Sequence[Evidence]) -> Iterator[Conflict]:
    for index, later in enumerate(items):
        for earlier in items[:index]:
            if _opposed(earlier, later):
                key: ConflictKey = "within_call" if earlier.call == later.call else "earlier_answer"
                was = f"{SAID[earlier.value]}, {origin(earlier)}"
                yield Conflict(key, later.part, later.question, f"Now: {_said(later)}. Before: {was}. Ask which holds, and why.")


def _opposed(one: Evidence, other: Evidence) -> bool:
    if (one.kind, one.part, one.fact) != (other.kind, other.part, other.fact):
        return False
    return one.value != other.value or one.fact_value != other.fact_value


def _said(item: Evidence) -> str:
    return SAID[item.value] if item.fact_value is None else f"{(item.fact or item.kind).replace('_', ' ')} is {item.fact_value}"


def _with_text(items: Iterable[Evidence], part: PartAnswer) -> Iterator[Conflict]:
    decided = {"likely_covered": "covered", "likely_not_covered": "not_covered"}.get(part.result, part.leaning)
    for item in items:
        if item.kind == "coverage" and decided is not None and item.value in ("covered", "not_covered") and item.value != decided:
            yield Conflict(
                "dated_text", part.part, item.question, f"{SAID[item.value]}, but {_text(part)}. Ask for it in writing, with the document."
            )
        own = part.prior_authorization
        if item.kind == "authorization" and item.value == "not_needed" and own is not None and own.state == "needed":
            says = "no authorization is needed, but the text on file asks for one. Ask for which code and benefit, and since when."
            yield Conflict("authorization_text", part.part, item.question, says)


def _text(part: PartAnswer) -> str:
    cite = next((reason.cite for reason in part.reasons if reason.cite is not None), None)
    named = f"{cite.title} ({cite.as_of or 'undated'})" if cite is not None else "the text on file"
    return f"{named} says otherwise"


def _with_facts(items: Sequence[Evidence], part: PartAnswer, facts: Mapping[str, Any], catalogue: FactCatalogue) -> Iterator[Conflict]:
    for name, (value, item) in told_facts(items, part.part, catalogue).items():
        if name in facts and facts[name] != value:
            label = catalogue[name].label if name in catalogue else name.replace("_", " ")
            yield Conflict(
                "given_fact", part.part, item.question, f"On {label} the payer says otherwise than the question. Ask which is right."
            )
