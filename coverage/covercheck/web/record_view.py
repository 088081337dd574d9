"""Recorded checks, calls and outcomes as the API shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import orjson

from covercheck.checks.answer import Answer
from covercheck.checks.evidence.accuracy import Accuracy
from covercheck.checks.evidence.conflicts import Conflict
from covercheck.checks.evidence.items import Evidence
from covercheck.checks.evidence.record import RecordedCall
from covercheck.checks.evidence.suggest import Suggestion
from covercheck.records.checks import CheckRecord
from covercheck.records.evidence import CallRecord, OutcomeRecord


@dataclass(frozen=True, slots=True)
class PartBrief:
    """One part's result."""

    part: str
    result: str
    leaning: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class CheckBrief:
    """A check in a list. `member`: the end of the member's id, where one was named; `member_token` finds the member's other checks."""

    id: str
    asked_at: str
    date_of_service: str
    payer: str
    line: str | None
    state: str | None
    result: str
    parts: tuple[PartBrief, ...]
    valid_until: str
    member: str | None
    member_token: str | None
    asked_by: str
    rulebook: str
    version: str
    hold: bool
    href: str


@dataclass(frozen=True, slots=True)
class CheckList:
    """Checks, newest first. `next`: the cursor of the next page, null at the end."""

    checks: tuple[CheckBrief, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """What one answer of a call is worth for one part, and until when."""

    question: str
    part: str
    value: str
    grade: Literal["A", "B", "C", "D"]
    valid_until: str


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """A recorded call: its grades, contradictions to clear up at once, and the check answered anew."""

    id: str
    check: str
    graded: tuple[GradedAnswer, ...]
    conflicts: tuple[Conflict, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class CallView:
    """A call as it was recorded."""

    id: str
    check: str
    recorded_at: str
    recorded_by: str
    call: RecordedCall


@dataclass(frozen=True, slots=True)
class CallList:
    """The calls of a check, oldest first."""

    calls: tuple[CallView, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What came of one part."""

    id: str
    part: str
    outcome: str
    proof: str
    decided_on: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class OutcomeList:
    """What came of a check, oldest first."""

    check: str
    outcomes: tuple[OutcomeView, ...]


@dataclass(frozen=True, slots=True)
class AccuracyView:
    """How often decided answers were right, payer by payer and part by part; no share under five cases."""

    figures: tuple[Accuracy, ...]


@dataclass(frozen=True, slots=True)
class SuggestionList:
    """What several members of one plan family were told alike: for whoever keeps the rules, never a rule by itself."""

    suggestions: tuple[Suggestion, ...]


def check_brief(record: CheckRecord) -> CheckBrief:
    """A recorded check in brief."""
    return CheckBrief(
        id=record.id,
        asked_at=record.asked_at.isoformat(timespec="seconds"),
        date_of_service=record.date_of_service.isoformat(),
        payer=record.payer,
        line=record.line,
        state=record.state,
        result=record.result,
        parts=tuple(PartBrief(*part) for part in parts_of(record.parts)),
        valid_until=record.valid_until.isoformat(),
        member=record.member_last4,
        member_token=record.member.hex() if record.member is not None else None,
        asked_by=record.token,
        rulebook=record.rulebook,
        version=record.version,
        hold=record.hold,
        href=f"/v1/checks/{record.id}",
    )


def parts_of(written: str) -> list[list[Any]]:
    """Part, result, leaning and evidence of each."""
    found: list[list[Any]] = orjson.loads(written)
    return found


def graded(items: tuple[Evidence, ...]) -> tuple[GradedAnswer, ...]:
    """What each answer is worth."""
    return tuple(GradedAnswer(item.question, item.part, item.value, item.grade, item.valid_until) for item in items)


def call_view(record: CallRecord, call: RecordedCall) -> CallView:
    """A recorded call."""
    return CallView(record.id, record.check_id, record.recorded_at.isoformat(timespec="seconds"), record.token, call)


def outcome_view(record: OutcomeRecord) -> OutcomeView:
    """A recorded outcome."""
    moment = record.recorded_at.isoformat(timespec="seconds")
    return OutcomeView(record.id, record.part, record.outcome, record.proof, record.decided_on.isoformat(), moment)


def with_main_cites(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer in JSON, each part with the first source that its reasons name as `main_cite`, None where they name none."""
    for part in answer["parts"]:
        part["main_cite"] = next((reason["cite"] for reason in part["reasons"] if reason["cite"] is not None), None)
    return answer
