"""Evidence: one recorded answer about one part, with its grade and the day it stops counting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from covercheck.checks.evidence.grade import ORDER, Grade, at_least, grade_of
from covercheck.checks.evidence.record import CallAnswer, RecordedCall
from covercheck.checks.evidence.topics import Kind, Topic, topic_of
from covercheck.checks.evidence.validity import service_dates, valid_until

Form: TypeAlias = Literal["call", "letter", "portal", "authorization"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`value` as its topic has it, such as `covered` or `not_needed`. It counts for checks made up to `valid_until`, on dates of service
    `since` to `until`. Dates as YYYY-MM-DD."""

    call: str
    part: str
    kind: Kind
    question: str
    value: str
    grade: Grade
    called_on: str
    valid_until: str
    since: str
    until: str
    form: Form = "call"
    fact: str | None = None
    fact_value: bool | int | float | str | None = None
    reference: str | None = None
    document: str | None = None
    condition: str | None = None
    company: str | None = None
    approval: str | None = None

    def to_json(self) -> dict[str, Any]:
        """For keeping; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Evidence:
        """What `to_json` wrote."""
        return cls(**kept)


SILENT = ("refused", "unknown", "noted")


def items_of(call: RecordedCall, call_id: str, on: date, asked_of: Mapping[str, tuple[str, ...]]) -> tuple[Evidence, ...]:
    """Each answer for each of its parts. `asked_of`: the parts each question of the check's call prompt speaks of. A call that named no
    member says nothing of a patient."""
    if call.policy_only:
        return ()
    return tuple(item for answer in call.answers for item in _items(call, call_id, on, answer, asked_of))


def _items(call: RecordedCall, call_id: str, on: date, answer: CallAnswer, asked_of: Mapping[str, tuple[str, ...]]) -> Iterator[Evidence]:
    topic = topic_of(answer.question_id)
    value = _value(topic, answer)
    grade = grade_of(call, answer)
    since, until = service_dates(call, answer, topic, value, on)
    for part in answer.parts or asked_of.get(answer.question_id, ()):
        yield Evidence(
            call=call_id,
            part=part,
            kind=topic.kind,
            question=answer.question_id,
            value=value,
            grade=grade,
            called_on=call.on.isoformat(),
            valid_until=valid_until(call, answer, topic, value, on).isoformat(),
            since=since.isoformat(),
            until=until.isoformat(),
            form=call.kind,
            fact=topic.fact,
            fact_value=_fact_value(topic, answer),
            reference=call.reference,
            document=_document(answer),
            condition=answer.condition,
            company=answer.company,
            approval=_approval(answer),
        )


def _value(topic: Topic, answer: CallAnswer) -> str:
    """What was answered in the topic's own words; `noted` where it decides nothing."""
    if answer.value not in ("yes", "no"):
        return answer.value
    if topic.kind == "benefit":
        return answer.benefit or "noted"
    if topic.kind == "fact":
        return "told"
    return (topic.yes_means if answer.value == "yes" else topic.no_means) or "noted"


def _fact_value(topic: Topic, answer: CallAnswer) -> bool | int | float | str | None:
    if answer.value not in ("yes", "no"):
        return None
    if topic.kind == "network":
        return answer.value == "yes"
    if topic.kind != "fact":
        return None
    return answer.fact_value if answer.fact_value is not None else answer.value == "yes"


def _document(answer: CallAnswer) -> str | None:
    named = answer.document
    if named is None:
        return None
    return " ".join(filter(None, (named.title, named.number, named.effective.isoformat() if named.effective else None)))


def _approval(answer: CallAnswer) -> str | None:
    granted = answer.authorization
    if granted is None:
        return None
    told = (
        f"number {granted.number}" if granted.number else None,
        f"from {granted.from_.isoformat()}" if granted.from_ else None,
        f"to {granted.to.isoformat()}" if granted.to else None,
        granted.units,
    )
    return ", ".join(filter(None, told)) or None


def still_valid(items: Iterable[Evidence], today: date, on: date) -> tuple[Evidence, ...]:
    """What counts for a check made today about a date of service, in a fixed order."""
    now, day = today.isoformat(), on.isoformat()
    found = (item for item in items if item.called_on <= now <= item.valid_until and item.since <= day <= item.until)
    return tuple(sorted(found, key=lambda item: (item.called_on, ORDER.index(item.grade), item.call, item.question, item.part, item.value)))


def strongest(items: Iterable[Evidence], kind: Kind, part: str, least: Grade = "B") -> Evidence | None:
    """The item that counts for a kind and part: newer beats older of the same or lower grade, an older A beats a newer B."""
    best: Evidence | None = None
    for item in items:
        if item.kind == kind and item.part == part and item.value not in SILENT and at_least(item.grade, least):
            best = item if best is None or at_least(item.grade, best.grade) else best
    return best
