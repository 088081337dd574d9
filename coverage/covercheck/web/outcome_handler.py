"""What came of checks: claims paid or denied, and how often answers were right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from covercheck.checks.evidence.accuracy import Accuracy, Decided, Outcome, Proof, accuracy
from covercheck.checks.evidence.suggest import Heard, suggestions
from covercheck.checks.memory.memory import KeptCheck
from covercheck.checks.request import Fault, IsoDate, QuestionRefused, pointer
from covercheck.records.evidence import Confirmed, OutcomeRecord
from covercheck.web.access import ASKER, deed
from covercheck.web.body import read_body, refuse
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import serving
from covercheck.web.problems import REFUSED, Refused
from covercheck.web.record_handler import kept_check, note
from covercheck.web.record_view import AccuracyView, OutcomeList, SuggestionList, outcome_view, parts_of
from covercheck.web.replies import answer_reply

COVERED = ("paid", "covered")


class OutcomeOfPart(BaseModel):
    """What came of one part. `paid` and `denied` are a claim's words, `covered` and `not_covered` a letter's or a call's."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    part: str = Field(min_length=1, max_length=200)
    outcome: Literal["paid", "denied", "covered", "not_covered"]
    proof: Literal["claim", "written", "call"] = "claim"
    decided_on: IsoDate = Field(examples=["2027-01-15"])


class Outcomes(BaseModel):
    """`POST /v1/checks/{id}/outcomes`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    outcomes: Annotated[tuple[OutcomeOfPart, ...], Field(strict=False, min_length=1, max_length=20)]


async def post_outcomes(request: web.Request) -> web.Response:
    """Record what came of a check's parts."""
    kept = await kept_check(request, "outcome.record")
    body = await read_body(request, request.app[SETTINGS])
    await record_outcomes(request, kept, body)
    found = await request.app[MEMORY].records.evidence.outcomes_of(request[ASKER].org, kept.record.id)
    listed = OutcomeList(kept.record.id, tuple(map(outcome_view, found)))
    return answer_reply(request, serving(request).headers, orjson.dumps(listed))


async def record_outcomes(request: web.Request, kept: KeptCheck, body: bytes) -> None:
    """Keep what came of a check's parts; raises Refused with every fault."""
    app, asker = request.app, request[ASKER]
    now = app[CLOCK]()
    parts = tuple(part[0] for part in parts_of(kept.record.parts))
    try:
        told = Outcomes.model_validate_json(body)
    except ValidationError as error:
        refuse(body, QuestionRefused(_shape_faults(error)))
    faults = tuple(_faults(told, parts, now.date()))
    if faults:
        raise Refused(REFUSED, faults=faults)
    rows = [
        OutcomeRecord("out_" + os.urandom(13).hex(), kept.record.id, asker.org, asker.token, one.part, one.outcome, one.proof,
                      one.decided_on, now)
        for one in told.outcomes
    ]  # fmt: skip
    await app[MEMORY].records.evidence.save_outcomes(rows, [deed(request, asker, "outcome.record", kept.record.id, now)])


async def get_accuracy(request: web.Request) -> web.Response:
    """How often this organisation's decided answers were right."""
    figures = await accuracy_of(request)
    return answer_reply(request, serving(request).headers, orjson.dumps(AccuracyView(figures)))


async def accuracy_of(request: web.Request) -> tuple[Accuracy, ...]:
    """The figures of who asks; the look at them is in the audit."""
    confirmed = await request.app[MEMORY].records.evidence.confirmed(request[ASKER].org)
    await note(request, "accuracy.read", f"{len(confirmed)} outcomes")
    return accuracy(outcome for one in confirmed if (outcome := _outcome(one)) is not None)


async def get_suggestions(request: web.Request) -> web.Response:
    """What calls of all organisations teach, without naming any."""
    app = request.app
    found = await app[MEMORY].records.evidence.coverage_answers(app[CLOCK]().date())
    heard = (Heard(one.payer, one.plan, one.part, one.value, one.org.encode() + (one.member or b""), one.called_on) for one in found)
    told = SuggestionList(suggestions(heard))
    await note(request, "suggestion.read", f"{len(told.suggestions)} suggestions")
    return answer_reply(request, serving(request).headers, orjson.dumps(told))


def _outcome(one: Confirmed) -> Outcome | None:
    """Of parts that were decided only."""
    decided = {part: result for part, result, *_ in parts_of(one.parts)}.get(one.part)
    if decided not in ("likely_covered", "likely_not_covered"):
        return None
    result: Decided = "likely_covered" if decided == "likely_covered" else "likely_not_covered"
    proof: Proof = "claim" if one.proof == "claim" else "written" if one.proof == "written" else "call"
    return Outcome(one.check_id, one.payer, one.part, result, one.outcome in COVERED, proof, one.seq)


def _shape_faults(error: ValidationError) -> Iterator[Fault]:
    keys = {"json_invalid": "malformed_json", "extra_forbidden": "unknown_key", "missing": "missing"}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        key = keys.get(item["type"], "wrong_type")
        yield Fault(
            "" if key == "malformed_json" else pointer(item["loc"]), key, "the body is not valid JSON" if not item["loc"] else item["msg"]
        )


def _faults(told: Outcomes, parts: tuple[str, ...], today: date) -> Iterator[Fault]:
    for index, one in enumerate(told.outcomes):
        if one.part not in parts:
            yield Fault(f"/outcomes/{index}/part", "unknown_part", "is no part of this check", parts)
        if one.decided_on > today:
            yield Fault(f"/outcomes/{index}/decided_on", "date_out_of_range", "lies in the future")
        if one.proof == "claim" and one.outcome not in ("paid", "denied"):
            yield Fault(f"/outcomes/{index}/outcome", "wrong_value", "a claim is paid or denied", ("paid", "denied"))
