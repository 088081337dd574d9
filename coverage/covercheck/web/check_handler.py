"""`POST /v1/checks`: answered, kept, then sent."""

from __future__ import annotations

import asyncio

from aiohttp import web

from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import Asker, repeat_of
from covercheck.checks.request import CheckRequest, QuestionRefused
from covercheck.records.repeats import KeyTaken, Repeat
from covercheck.web.access import ASKER, deed
from covercheck.web.body import has_repeats, read_body, read_question, refuse
from covercheck.web.eligibility import seconds_wanted
from covercheck.web.ids import new_check_id
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import serving
from covercheck.web.metrics import METRICS
from covercheck.web.problems import BAD_KEY, KEY_REUSED, Refused
from covercheck.web.replies import answer_reply

SPACE = "checks"
MAX_KEY = 200


async def post_check(request: web.Request) -> web.Response:
    """Answer a question."""
    app = request.app
    begun = asyncio.get_running_loop().time()
    body = await read_body(request, app[SETTINGS])
    seconds, applied = seconds_wanted(request, app[SETTINGS].eligibility_seconds)
    repeat = repeat_in(request, SPACE, body)
    answer = await _earlier(request, repeat) if repeat is not None else None
    replayed = answer is not None
    if answer is None:
        answer, replayed = await _answer(request, body, begun + seconds, repeat)
    response = answer_reply(request, serving(request).headers, answer)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    if applied is not None:
        response.headers["Preference-Applied"] = applied
    return response


async def answer_body(request: web.Request, body: bytes) -> bytes:
    """The answer to a question that is at hand already, kept; raises Refused with every fault."""
    until = asyncio.get_running_loop().time() + request.app[SETTINGS].eligibility_seconds
    answer, _ = await _answer(request, body, until, None)
    return answer


def is_sound_key(key: str) -> bool:
    """1 to 200 printable ASCII characters."""
    return 1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()


def repeat_in(request: web.Request, space: str, body: bytes) -> Repeat | None:
    """The `Idempotency-Key` of a request, where it has one; raises Refused for one that is not usable."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not is_sound_key(key):
        raise Refused(BAD_KEY)
    app = request.app
    return repeat_of(space, key, body, app[CLOCK](), app[SETTINGS].idempotency_hours)


async def _earlier(request: web.Request, repeat: Repeat) -> bytes | None:
    """The answer given before to this key and body."""
    asker: Asker = request[ASKER]
    taken = await request.app[MEMORY].records.checks.repeated(asker.org, repeat.space, repeat.name, request.app[CLOCK]())
    return await _first_answer(request, taken, repeat) if taken is not None else None


async def _first_answer(request: web.Request, taken: KeyTaken, repeat: Repeat) -> bytes | None:
    if taken.body_hash != repeat.body_hash:
        raise Refused(KEY_REUSED)
    kept = await request.app[MEMORY].find(request[ASKER], taken.check_id)
    return kept.answer if kept is not None else None


async def _answer(request: web.Request, body: bytes, until: float, repeat: Repeat | None) -> tuple[bytes, bool]:
    """The answer by `until` on the loop's clock, kept; or the one that took the key first. Payers are asked only about a member."""
    app = request.app
    live, memory, asker = serving(request), app[MEMORY], request[ASKER]
    checker = live.checker
    now = app[CLOCK]()
    asked = read_question(body, checker.reader, now.date())
    try:
        _refuse_repeats(request, body, asked)
        question = checker.reader.read(asked, now.date())
        heard = Heard()
        if asked.member is not None:
            left = until - asyncio.get_running_loop().time()
            heard = Heard(*await asyncio.gather(live.ask_payer.learn(question, left, now), memory.known(asker, question, now.date())))
        check_id = new_check_id()
        written = checker.write(asked, check_id=check_id, now=now, learned=heard.learned, evidence=heard.evidence)
    except QuestionRefused as refused:
        refuse(body, refused)
    audit = [deed(request, asker, "check.create", check_id, now)]
    taken = await memory.keep(asker, checker, question, body, written, check_id, now, heard, audit, repeat)
    if taken is not None and repeat is not None:
        first = await _first_answer(request, taken, repeat)
        if first is not None:
            return first, True
    app[METRICS].answered(question.asked.payer, written.rest.parts)
    return written.json, False


def _refuse_repeats(request: web.Request, body: bytes, question: CheckRequest) -> None:
    """Refuse a body in which a key stands twice, with every other fault beside."""
    if has_repeats(body, question):
        serving(request).checker.reader.read(question, request.app[CLOCK]().date())
        refuse(body, QuestionRefused(()))
