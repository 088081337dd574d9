"""A part's answer after calls and letters were heard: lifted to "likely" at most, and never against a dated written policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from covercheck.checks.answer import AuthorizationAnswer, NextStep, PartAnswer
from covercheck.checks.evidence.items import Evidence, strongest
from covercheck.checks.evidence.words import cite_of, reason_of, told
from covercheck.checks.part import Prepared, prepare

AGE_CAUSES: Final = frozenset({"evidence_old", "evidence_undated", "evidence_secondary"})
OPPOSITE: Final = {"covered": "not_covered", "not_covered": "covered"}
DISAGREE: Final = "Ask for it in writing: {said}, while the text on file says otherwise."


def with_evidence(prepared: Prepared, items: Iterable[Evidence]) -> Prepared:
    """The answer with the valid evidence of its part; the same where there is none."""
    answer = prepared.answer
    mine = tuple(item for item in items if item.part == answer.part)
    if not mine or answer.result == "not_asked" or "coverage_inactive" in answer.causes:
        return prepared
    shown = tuple(reason_of(item) for item in reversed(mine) if item.kind != "note" or item.condition or item.document)
    answer = replace(answer, reasons=(*shown, *answer.reasons))
    answer = _active(answer, strongest(mine, "active", answer.part))
    if "coverage_inactive" not in answer.causes:
        answer = _in_force(answer, strongest(mine, "still_in_force", answer.part))
        answer = _covered(answer, strongest(mine, "coverage", answer.part))
        answer = _authorized(answer, strongest(mine, "authorization", answer.part))
        answer = _benefit(answer, strongest(mine, "benefit", answer.part))
    return prepare(answer, prepared.finding)


def _active(answer: PartAnswer, item: Evidence | None) -> PartAnswer:
    """For its date alone. What the payer's system states of it stands above a call."""
    if item is None or "coverage_active" not in answer.assumes:
        return answer
    if item.value == "active":
        return _until(replace(answer, assumes=tuple(name for name in answer.assumes if name != "coverage_active")), item)
    return replace(
        _until(answer, item),
        result="likely_not_covered",
        leaning=None,
        evidence=_grade(item),
        causes=("coverage_inactive",),
        says=f"{_begin(told(item))}. What the plan's rules say of this part no longer matters.",
        prior_authorization=None,
        deciding_facts=(),
        assumes=(),
        next_step="find_new_plan",
    )


def _in_force(answer: PartAnswer, item: Evidence | None) -> PartAnswer:
    """A text that is only too old, undated or second-hand, and which the payer says still holds, decides again."""
    if item is None or answer.result != "uncertain" or answer.leaning is None or not set(answer.causes) <= AGE_CAUSES:
        return answer
    policy = item.question.partition(":")[2]
    if not any(reason.cite is not None and reason.cite.policy == policy for reason in answer.reasons):
        return answer
    return _decided(answer, answer.leaning, item)


def _covered(answer: PartAnswer, item: Evidence | None) -> PartAnswer:
    """An open part is lifted; a text that decided, or an old one that leans the other way against an oral answer, leaves it open."""
    if item is None or item.value not in OPPOSITE:
        return answer
    by_text = {"likely_covered": "covered", "likely_not_covered": "not_covered"}.get(answer.result)
    if by_text is not None:
        return answer if by_text == item.value else _disputed(answer, item)
    if answer.leaning == OPPOSITE[item.value] and item.grade != "A":
        return _disputed(answer, item)
    if answer.result == "depends" and item.grade != "A":
        return answer if item.value == "covered" else _disputed(answer, item)
    if "sources_disagree" in answer.causes and item.grade != "A":
        return answer
    return _decided(answer, item.value, item)


def _decided(answer: PartAnswer, value: str, item: Evidence) -> PartAnswer:
    needs_authorization = answer.prior_authorization is not None and answer.prior_authorization.state == "needed"
    is_covered = value == "covered"
    return replace(
        _until(answer, item),
        result="likely_covered" if is_covered else "likely_not_covered",
        leaning=None,
        evidence=_grade(item),
        causes=(),
        says=f"{_begin(told(item))}.",
        prior_authorization=answer.prior_authorization if is_covered else None,
        deciding_facts=(),
        next_step=("start_authorization" if needs_authorization else "none") if is_covered else "discuss_self_pay",
    )


def _disputed(answer: PartAnswer, item: Evidence) -> PartAnswer:
    known = answer.prior_authorization or AuthorizationAnswer("unknown", "Whether authorization is needed is open while sources disagree.")
    return replace(
        _until(answer, item),
        result="uncertain",
        leaning=None,
        causes=("sources_disagree",),
        says=DISAGREE.format(said=told(item)),
        prior_authorization=known,
        deciding_facts=(),
        next_step="call_insurer",
    )


def _authorized(answer: PartAnswer, item: Evidence | None) -> PartAnswer:
    """A text of fair or strong evidence that asks for authorization is not set aside by a call that says none is needed."""
    own = answer.prior_authorization
    if item is None or own is None or own.state == "on_file":
        return answer
    if item.value == "on_file":
        on_file = AuthorizationAnswer(
            "on_file", f"{_begin(told(item))}. Check its dates, units, codes and clinician.", (), item.approval, cite_of(item)
        )
        step: NextStep = "none" if answer.next_step == "start_authorization" else answer.next_step
        return replace(_until(answer, item), prior_authorization=on_file, next_step=step)
    if item.value == "needed" and own.state != "needed":
        needed = AuthorizationAnswer("needed", f"{_begin(told(item))}.", (), own.approval, cite_of(item))
        step = "start_authorization" if answer.result == "likely_covered" else answer.next_step
        return replace(_until(answer, item), prior_authorization=needed, next_step=step)
    if item.value == "not_needed" and own.state == "unknown":
        not_needed = AuthorizationAnswer("not_needed", f"{_begin(told(item))}. Confirm at claim.", (), None, cite_of(item))
        return replace(_until(answer, item), prior_authorization=not_needed)
    return answer


def _benefit(answer: PartAnswer, item: Evidence | None) -> PartAnswer:
    if item is None or item.value not in ("medical", "pharmacy", "both") or answer.benefit not in ("unknown", "either"):
        return answer
    return replace(_until(answer, item), benefit="either" if item.value == "both" else "medical" if item.value == "medical" else "pharmacy")


def _until(answer: PartAnswer, item: Evidence) -> PartAnswer:
    """The answer is no longer valid than what it stands on."""
    return replace(answer, valid_until=min(answer.valid_until, item.valid_until))


def _grade(item: Evidence) -> Literal["strong", "fair"]:
    return "strong" if item.grade == "A" else "fair"


def _begin(text: str) -> str:
    return text[0].upper() + text[1:]
