"""Calls and letters about a check: recorded, graded, and the check answered anew while the caller is still on the line."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from aiohttp import web

from covercheck.checks.check import Written
from covercheck.checks.evidence.conflicts import Conflict, conflicts
from covercheck.checks.evidence.items import Evidence, still_valid
from covercheck.checks.evidence.record import RecordedCall, parse_call
from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import Asker, KeptCheck
from covercheck.checks.question import Question
from covercheck.checks.request import Fault, QuestionRefused
from covercheck.engine.asking import facts_of
from covercheck.web.access import ASKER, deed
from covercheck.web.body import read_body, refuse
from covercheck.web.check_handler import is_sound_key
from covercheck.web.ids import new_check_id
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import serving
from covercheck.web.metrics import METRICS
from covercheck.web.problems import BAD_KEY, KEY_REUSED, REFUSED, Refused
from covercheck.web.record_handler import kept_check
from covercheck.web.record_view import CallList, CallRecorded, call_view, graded
from covercheck.web.replies import answer_reply

ID_LENGTH: Final = 26


@dataclass(frozen=True, slots=True)
class Recorded:
    """The response's body, and whether the call had been recorded before."""

    body: bytes
    replayed: bool


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A check answered anew: the answer, what it heard, and contradictions to clear up."""

    written: Written
    heard: Heard
    conflicts: tuple[Conflict, ...]


async def post_call(request: web.Request) -> web.Response:
    """Record a call; the check comes back answered with it."""
    kept = await kept_check(request, "call.record")
    body = await read_body(request, request.app[SETTINGS])
    recorded = await record_call(request, kept, body, request.headers.get("Idempotency-Key"))
    response = answer_reply(request, serving(request).headers, recorded.body)
    if recorded.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


async def record_call(request: web.Request, kept: KeptCheck, body: bytes, key: str | None) -> Recorded:
    """Keep a call about a check and answer the check anew; raises Refused with every fault."""
    app = request.app
    asker, memory, now = request[ASKER], app[MEMORY], app[CLOCK]()
    question = serving(request).checker.reader.read(kept.request, now.date())
    try:
        call = parse_call(body, serving(request).checker.book, question.parts, now.date())
    except QuestionRefused as refused:
        refuse(body, refused)
    call_id = call_id_of(key, asker, kept)
    earlier = await memory.calls_of(asker, kept.record.id)
    known = {record.id: told for record, told in earlier}
    if call.supersedes is not None and call.supersedes not in known:
        raise Refused(REFUSED, faults=[Fault("/supersedes", "unknown_call", "no call of this check has this id", tuple(known))])
    if call_id in known:
        if known[call_id] != call:
            raise Refused(KEY_REUSED)
    else:
        await memory.record_call(asker, kept, question, call, call_id, now, [deed(request, asker, "call.record", call_id, now)])
        app[METRICS].call_recorded()
    return Recorded(await _answered(request, kept, question, call_id, now), call_id in known)


async def get_calls(request: web.Request) -> web.Response:
    """The calls of a check."""
    kept = await kept_check(request, "check.read")
    found = await request.app[MEMORY].calls_of(request[ASKER], kept.record.id)
    listed = CallList(tuple(call_view(record, call) for record, call in found))
    return answer_reply(request, serving(request).headers, orjson.dumps(listed, default=_as_json))


async def _answered(request: web.Request, kept: KeptCheck, question: Question, call_id: str, now: datetime) -> bytes:
    """The check with all that is known by now, kept as a check of its own."""
    app, asker = request.app, request[ASKER]
    checker, memory = serving(request).checker, app[MEMORY]
    known = await memory.known(asker, question, now.date(), kept.record.id)
    check_id = new_check_id()
    found = evaluated(request, kept, question, known, check_id, now)
    audit = [deed(request, asker, "check.create", check_id, now)]
    await memory.keep(asker, checker, question, kept.question, found.written, check_id, now, found.heard, audit)
    mine = tuple(item for item in known if item.call == call_id)
    answer = orjson.Fragment(found.written.json)
    told = CallRecorded(call_id, kept.record.id, graded(mine), found.conflicts, answer)  # type: ignore[arg-type]
    return orjson.dumps(told)


def evaluated(
    request: web.Request, kept: KeptCheck, question: Question, known: tuple[Evidence, ...], check_id: str, now: datetime
) -> Evaluated:
    """The check answered anew with this evidence; nothing is kept."""
    heard = Heard(kept.heard.learned, known)
    written = serving(request).checker.write(kept.request, check_id=check_id, now=now, learned=heard.learned, evidence=known)
    return Evaluated(written, heard, _conflicts(request, question, heard, known, now))


def _conflicts(request: web.Request, question: Question, heard: Heard, known: tuple[Evidence, ...], now: datetime) -> tuple[Conflict, ...]:
    checker = serving(request).checker
    before = checker.work(question.request, now, heard.learned)
    facts = facts_of(checker.book.facts, question.asked)
    valid = still_valid(known, now.date(), question.asked.on)
    return conflicts(valid, [part.answer for part in before.parts], facts, checker.book.facts)


def call_id_of(key: str | None, asker: Asker, kept: KeptCheck) -> str:
    """Random; or made from the `Idempotency-Key`, so that a repeat is the same call."""
    if key is None:
        return "call_" + os.urandom(ID_LENGTH // 2).hex()
    if not is_sound_key(key):
        raise Refused(BAD_KEY)
    told = "\x1f".join((asker.org, kept.record.id, key))
    return "call_" + hashlib.sha256(told.encode()).hexdigest()[:ID_LENGTH]


def _as_json(value: object) -> object:
    if isinstance(value, RecordedCall):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(type(value).__name__)
