"""Made-up calls and letters, and the answers before and after them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from covercheck.checks.answer import Answer, PartAnswer
from covercheck.checks.check import Checker
from covercheck.checks.evidence.items import Evidence, items_of
from covercheck.checks.evidence.record import RecordedCall, parse_call
from covercheck.checks.request import parse_request
from tests.books import OLD, PRIMARY, book_of, entry, policy

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
CALLED = date(2026, 11, 24)
QUESTION: dict[str, Any] = {
    "payer": "acme",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "parts": ["esketamine", "ketamine_iv", "psychotherapy"],
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41},
}
COMPLETE: dict[str, Any] = {"by_code": True, "by_clinic": True, "by_diagnosis": True, "by_benefit": True}
CALL: dict[str, Any] = {"on": "2026-11-24", "company": "Acme Health", "person": "Rep 12", "reference": "7781", "read_back": True}


def acme(**changes: Any) -> Checker:
    """Esketamine is covered by a dated text, ketamine by vein on an old one; nothing is on file for psychotherapy."""
    old = policy("acme/old", entry(parts=["ketamine_iv"], stance="covered", cite="OLD"), sources={"P": PRIMARY, "OLD": OLD})
    return Checker.of(book_of(policy("acme/101", entry(**changes)), old))


def answer_to(question_id: str, value: str, **more: Any) -> dict[str, Any]:
    """One complete answer in a call."""
    return {"question_id": question_id, "value": value, **COMPLETE, **more}


def call(*answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A call that was done well."""
    return {**CALL, "answers": list(answers), **changes}


def read(checker: Checker, written: dict[str, Any], today: date = CALLED) -> RecordedCall:
    """The call as it is read."""
    return parse_call(json.dumps(written).encode(), checker.book, tuple(QUESTION["parts"]), today)


def evidence(checker: Checker, written: dict[str, Any], call_id: str = "call_1", **question: Any) -> tuple[Evidence, ...]:
    """What the call yields for the question."""
    answer = ask(checker, **question)
    asked_of = {q.id: q.parts for q in answer.call.questions} if answer.call is not None else {}
    on = date.fromisoformat(answer.date_of_service)
    return items_of(read(checker, written), call_id, on, asked_of)


def ask(checker: Checker, *known: Evidence, now: datetime = NOW, **changes: Any) -> Answer:
    """The answer with this evidence."""
    return checker.check(parse_request({**QUESTION, **changes}), check_id="chk_1", now=now, evidence=known)


def part(answer: Answer, name: str) -> PartAnswer:
    """One part of it."""
    return next(found for found in answer.parts if found.part == name)
