"""A recorded call or letter as it arrives: strict, and refused with every fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from covercheck.checks.evidence.topics import is_known, topic_of
from covercheck.checks.request import Fault, IsoDate, QuestionRefused, pointer
from covercheck.rules.facts import Fact, check_value
from covercheck.rules.rulebook import Rulebook
from covercheck.rules.suggest import nearest

EARLIEST: Final = timedelta(days=2 * 366)
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=40, pattern=r"^[0-9 ()+.\-]*(x[0-9]+)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Document(_Strict):
    """A document of the payer that was named or received."""

    title: Line
    number: Line | None = None
    effective: IsoDate | None = None
    url: Line | None = None


class Approval(_Strict):
    """An authorization on file, or what was said of one."""

    number: Line | None = None
    from_: IsoDate | None = Field(default=None, alias="from")
    to: IsoDate | None = None
    units: Line | None = None


class CallAnswer(_Strict):
    """What was answered to one question of the call prompt. `value` answers the question as it stands there."""

    question_id: Line = Field(description="as in the call prompt, such as `E1`", examples=["E1"])
    value: Literal["yes", "no", "depends", "refused", "unknown"]
    parts: Annotated[list[Line], Field(max_length=20)] | None = Field(default=None, description="left out: the question's own parts")
    fact_value: bool | int | float | str | None = Field(default=None, description="for questions after a fact that is no yes or no")
    benefit: Literal["medical", "pharmacy", "both"] | None = None
    company: Line | None = Field(default=None, description="A3: the other company that was named")
    condition: Words | None = Field(default=None, description="on what it depends, in a few words; no clinical detail")
    words: Words | None = Field(default=None, description="their own words, shortened; no clinical detail")
    document: Document | None = None
    authorization: Approval | None = None
    by_code: bool = Field(default=False, description="the codes were named")
    by_clinic: bool = Field(default=False, description="NPI or tax id were named")
    by_diagnosis: bool = Field(default=False, description="the diagnosis was named")
    by_benefit: bool = Field(default=False, description="medical or pharmacy was named")


class RecordedCall(_Strict):
    """`POST /v1/checks/{id}/calls`: a call, or something in writing. Its grade is computed, never stated."""

    kind: Literal["call", "letter", "portal", "authorization"] = "call"
    on: IsoDate = Field(description="the day of the call, or of the letter", examples=["2026-11-24"])
    began: Clock | None = None
    ended: Clock | None = None
    timezone: Line | None = None
    caller: Literal["clinic", "patient", "proxy"] = "clinic"
    company: Line | None = Field(default=None, description="who answered", examples=["Acme Health"])
    person: Line | None = Field(default=None, description="name or id of the representative")
    reference: Line | None = Field(default=None, description="the reference number")
    number_dialed: Phone | None = None
    written: Literal["none", "promised", "received"] = "none"
    read_back: bool = Field(default=False, description="the answers were read back and confirmed")
    policy_only: bool = Field(default=False, description="no member was named: it never changes a patient's answer")
    plan_year_end: IsoDate | None = Field(default=None, description="left out: the end of the calendar year")
    supersedes: Line | None = Field(default=None, description="id of the call this one corrects")
    answers: Annotated[tuple[CallAnswer, ...], Field(strict=False, min_length=1, max_length=60)]


def parse_call(body: bytes, book: Rulebook, parts: tuple[str, ...], today: date) -> RecordedCall:
    """The call as a model; raises QuestionRefused with every fault. `parts` are those of the check."""
    try:
        call = RecordedCall.model_validate_json(body)
    except ValidationError as error:
        raise QuestionRefused(_shape_faults(error)) from None
    faults = tuple(_faults(call, book, parts, today))
    if faults:
        raise QuestionRefused(faults)
    return call


def _shape_faults(error: ValidationError) -> Iterator[Fault]:
    fields = [name for model in (RecordedCall, CallAnswer, Document, Approval) for name in model.model_fields]
    keys = {
        "json_invalid": "malformed_json",
        "extra_forbidden": "unknown_key",
        "missing": "missing",
        "string_pattern_mismatch": "wrong_form",
    }
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    for item in errors:
        if item["type"] == "too_short" and any(len(other["loc"]) > len(item["loc"]) for other in errors):
            continue  # an item that was refused does not count as there
        key = keys.get(item["type"], "wrong_type")
        near = tuple(nearest(str(item["loc"][-1]), fields)) if key == "unknown_key" else ()
        says = {"malformed_json": "the body is not valid JSON", "unknown_key": "no such key", "missing": "is required"}.get(
            key, item["msg"]
        )
        yield Fault("" if key == "malformed_json" else pointer(item["loc"]), key, says, near)


def _faults(call: RecordedCall, book: Rulebook, parts: tuple[str, ...], today: date) -> Iterator[Fault]:
    if call.on > today:
        yield Fault("/on", "date_out_of_range", "lies in the future")
    elif call.on < today - EARLIEST:
        yield Fault("/on", "date_out_of_range", "is more than two years ago")
    if call.plan_year_end is not None and call.plan_year_end < call.on:
        yield Fault("/plan_year_end", "date_out_of_range", "lies before the call")
    told: set[tuple[str, str]] = set()
    for index, answer in enumerate(call.answers):
        at: tuple[Any, ...] = ("answers", index)
        if not is_known(answer.question_id, book):
            yield Fault(pointer((*at, "question_id")), "unknown_question", "no question of a call prompt has this id")
        elif (fact := topic_of(answer.question_id).fact) is not None and fact in book.facts and answer.value in ("yes", "no"):
            yield from _fact_fault(book.facts[fact], answer, pointer((*at, "fact_value")))
        for place, part in enumerate(answer.parts or ()):
            if part not in parts:
                yield Fault(pointer((*at, "parts", place)), "unknown_part", "is no part of this check", tuple(nearest(part, parts)))
        again = told.intersection((answer.question_id, part) for part in answer.parts or parts)
        if again:
            yield Fault(pointer(at), "answered_twice", "this question is answered already in this record, for the same part")
        told.update((answer.question_id, part) for part in answer.parts or parts)
        spans = answer.authorization
        if spans is not None and spans.from_ is not None and spans.to is not None and spans.to < spans.from_:
            yield Fault(pointer((*at, "authorization", "to")), "date_out_of_range", "lies before `from`")


def _fact_fault(fact: Fact, answer: CallAnswer, where: str) -> Iterator[Fault]:
    """A value that the fact's own type refuses; yes and no alone are values of yes-or-no facts only."""
    value = answer.fact_value if answer.fact_value is not None else answer.value == "yes"
    try:
        check_value(fact, value)
    except ValueError as error:
        yield Fault(where, "wrong_type", f"{error}")
