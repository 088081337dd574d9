"""`POST /v1/checks`."""

from __future__ import annotations

from aiohttp import web

from covercheck.checks.request import QuestionRefused
from covercheck.web.body import has_repeats, read_body, read_question, refuse
from covercheck.web.idempotency import KeyReused, is_sound_key
from covercheck.web.ids import new_check_id
from covercheck.web.keys import CHECKER, CLOCK, HEADERS, REPEATS, SETTINGS
from covercheck.web.problems import BAD_KEY, KEY_REUSED, Refused
from covercheck.web.replies import answer_reply

SPACE = "checks"


async def post_check(request: web.Request) -> web.Response:
    """Answer a question."""
    app = request.app
    body = await read_body(request, app[SETTINGS])
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return answer_reply(request, app[HEADERS], _answer(app, body))
    if not is_sound_key(key):
        raise Refused(BAD_KEY)
    try:
        answer = app[REPEATS].find(SPACE, key, body)
    except KeyReused:
        raise Refused(KEY_REUSED) from None
    replayed = answer is not None
    if answer is None:
        answer = _answer(app, body)
        app[REPEATS].keep(SPACE, key, body, answer)
    response = answer_reply(request, app[HEADERS], answer)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _answer(app: web.Application, body: bytes) -> bytes:
    checker = app[CHECKER]
    now = app[CLOCK]()
    question = read_question(body, checker.reader, now.date())
    try:
        if has_repeats(body, question):
            checker.reader.read(question, now.date())
            refuse(body, QuestionRefused(()))
        return checker.check_json(question, check_id=new_check_id(), now=now)
    except QuestionRefused as refused:
        refuse(body, refused)
