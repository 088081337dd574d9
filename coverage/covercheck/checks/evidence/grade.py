"""How far an answer can be trusted: A in writing, B oral and complete, C oral and incomplete, D refused or unclear. Always computed."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from covercheck.checks.evidence.record import CallAnswer, RecordedCall
from covercheck.checks.evidence.topics import topic_of

Grade: TypeAlias = Literal["A", "B", "C", "D"]
ORDER: Final[tuple[Grade, ...]] = ("D", "C", "B", "A")


def grade_of(call: RecordedCall, answer: CallAnswer) -> Grade:
    """The grade of one answer of a call or letter."""
    if answer.value in ("refused", "unknown"):
        return "D"
    if _is_written(call, answer):
        return "A"
    if answer.value == "depends" or not (call.person and call.reference and call.read_back):
        grade: Grade = "C"
    else:
        grade = "B" if _is_complete(answer) else "C"
    if call.caller == "patient" and not answer.by_code and grade == "B":
        return "C"
    return grade


def at_least(grade: Grade, least: Grade) -> bool:
    """Whether a grade is as good as another."""
    return ORDER.index(grade) >= ORDER.index(least)


def _is_written(call: RecordedCall, answer: CallAnswer) -> bool:
    """Something written is in hand: what came by letter, portal or as an authorization, or a document that was received after the call."""
    if answer.value == "depends":
        return False
    return call.kind != "call" or (call.written == "received" and answer.document is not None)


def _is_complete(answer: CallAnswer) -> bool:
    named = {"code": answer.by_code, "clinic": answer.by_clinic, "diagnosis": answer.by_diagnosis, "benefit": answer.by_benefit}
    return all(named[needed] for needed in topic_of(answer.question_id).needs)
