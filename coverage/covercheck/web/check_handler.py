"""`POST /v1/checks`."""

from __future__ import annotations

import asyncio

from aiohttp import web

from covercheck.checks.request import CheckRequest, QuestionRefused
from covercheck.web.body import has_repeats, read_body, read_question, refuse
from covercheck.web.eligibility import seconds_wanted
from covercheck.web.idempotency import KeyReused, is_sound_key
from covercheck.web.ids import new_check_id
from covercheck.web.keys import ASK_PAYER, CHECKER, CLOCK, HEADERS, REPEATS, SETTINGS
from covercheck.web.problems import BAD_KEY, KEY_REUSED, Refused
from covercheck.web.replies import answer_reply

SPACE = "checks"


async def post_check(request: web.Request) -> web.Response:
    """Answer a question."""
    app = request.app
    begun = asyncio.get_running_loop().time()
    body = await read_body(request, app[SETTINGS])
    seconds, applied = seconds_wanted(request, app[SETTINGS].eligibility_seconds)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not is_sound_key(key):
        raise Refused(BAD_KEY)
    known = _find(app, key, body)
    answer = known or await _answer(app, body, begun + seconds)
    if known is None and key is not None:
        known = _find(app, key, body)
        answer = known or answer
        app[REPEATS].keep(SPACE, key, body, answer)
    response = answer_reply(request, app[HEADERS], answer)
    if known is not None:
        response.headers["Idempotency-Replayed"] = "true"
    if applied is not None:
        response.headers["Preference-Applied"] = applied
    return response


def _find(app: web.Application, key: str | None, body: bytes) -> bytes | None:
    """The answer given before to this key and body."""
    if key is None:
        return None
    try:
        return app[REPEATS].find(SPACE, key, body)
    except KeyReused:
        raise Refused(KEY_REUSED) from None


async def _answer(app: web.Application, body: bytes, until: float) -> bytes:
    """The answer by `until` on the loop's clock; payers are asked only where the question names a member."""
    checker = app[CHECKER]
    now = app[CLOCK]()
    question = read_question(body, checker.reader, now.date())
    try:
        _refuse_repeats(app, body, question)
        learned = None
        if question.member is not None:
            left = until - asyncio.get_running_loop().time()
            learned = await app[ASK_PAYER].learn(checker.reader.read(question, now.date()), left, now)
        return checker.check_json(question, check_id=new_check_id(), now=now, learned=learned)
    except QuestionRefused as refused:
        refuse(body, refused)


def _refuse_repeats(app: web.Application, body: bytes, question: CheckRequest) -> None:
    """Refuse a body in which a key stands twice, with every other fault beside."""
    if has_repeats(body, question):
        app[CHECKER].reader.read(question, app[CLOCK]().date())
        refuse(body, QuestionRefused(()))
