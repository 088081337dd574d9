"""`/checks/{id}/call`: the call sheet to print, and the form to fill in while on the phone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import orjson
from aiohttp import web

from covercheck.checks.evidence.topics import topic_of
from covercheck.checks.memory.memory import KeptCheck
from covercheck.checks.request import QuestionRefused
from covercheck.web.access import ASKER
from covercheck.web.call_handler import record_call
from covercheck.web.keys import CHECKER, CLOCK, HEADERS, MEMORY
from covercheck.web.problems import UNKNOWN_CHECK, ProblemError, Refused, problem_errors
from covercheck.web.record_handler import note
from covercheck.web.staff.call_form import call_of
from covercheck.web.staff.frame import admitted, check_origin, fragment, page, see, texts
from covercheck.web.staff.live import Live, live_of
from covercheck.web.staff.question_form import Fields

MOST_LARGE: Final = 12
NOTHING: Final = ProblemError("/answers", "missing", "no question has an answer yet", (), "Answer one at least.")


async def get_call(request: web.Request) -> web.Response:
    """The sheet with an empty form."""
    away = await admitted(request, "call.record")
    if away is not None:
        return away
    kept = await _kept(request)
    await note(request, "call.record", kept.record.id)
    form = {"on": request.app[CLOCK]().date().isoformat(), "caller": "clinic", "kind": "call"}
    return _sheet(request, kept, form, fresh=True)


async def post_call_form(request: web.Request) -> web.Response:
    """Record, and go to the check answered anew; or the form again, nothing typed lost."""
    check_origin(request)
    away = await admitted(request, "call.record")
    if away is not None:
        return away
    kept = await _kept(request)
    await note(request, "call.record", kept.record.id)
    form = texts(await request.post())
    call = call_of(form, request.app[CHECKER].book)
    if not call["answers"]:
        return _sheet(request, kept, form, (NOTHING,))
    try:
        recorded = await record_call(request, kept, orjson.dumps(call), form.get("once"))
    except QuestionRefused as refused:
        return _sheet(request, kept, form, problem_errors(refused.faults))
    except Refused as refused:
        if not refused.faults:
            raise
        return _sheet(request, kept, form, problem_errors(refused.faults))
    told = orjson.loads(recorded.body)
    beside = urlencode({"before": kept.record.id, "recorded": form.get("once", "")})
    return see(request, f"/checks/{told['answer']['id']}?{beside}")


async def post_live(request: web.Request) -> web.Response:
    """What the call means so far, recorded nowhere: for the script as JSON, else as the form again with the answer so far beside it."""
    check_origin(request)
    away = await admitted(request, "call.record")
    if away is not None:
        return away
    kept = await _kept(request)
    form = texts(await request.post())
    try:
        live = await live_of(request, kept, form)
    except QuestionRefused as refused:
        return _sheet(request, kept, form, problem_errors(refused.faults))
    if request.headers.get("Accept") != "application/json":
        return _sheet(request, kept, form, live=live)
    told = {
        "panel": fragment(request, "call_live.html", live=live),
        "announcement": live.announcement,
        "needless": live.needless,
        "notes": live.notes,
    }
    headers = request.app[HEADERS].answer.copy()
    return web.Response(body=orjson.dumps(told), headers=headers)


async def _kept(request: web.Request) -> KeptCheck:
    check_id = request.match_info["id"]
    kept = await request.app[MEMORY].find(request[ASKER], check_id)
    if kept is None:
        await note(request, "call.record", check_id, "not found")
        raise Refused(UNKNOWN_CHECK)
    return kept


def _sheet(
    request: web.Request,
    kept: KeptCheck,
    form: Mapping[str, str],
    errors: tuple[ProblemError, ...] = (),
    *,
    live: Live | None = None,
    fresh: bool = False,
) -> web.Response:
    """The sheet; `fresh`: nothing was typed yet, so that what the browser kept may be put back."""
    answer = orjson.loads(kept.answer)
    book = request.app[CHECKER].book
    questions = answer["call"]["questions"] if answer["call"] is not None else []
    topics = {q["id"]: topic_of(q["id"]) for q in questions}
    return page(
        request,
        "call.html",
        422 if errors else 200,
        scripted=True,
        answer=answer,
        call=answer["call"],
        most_large=MOST_LARGE,
        topics=topics,
        facts={name: book.facts.facts.get(topic.fact or "") for name, topic in topics.items()},
        form=Fields(form),
        errors=errors,
        live=live,
        fresh=fresh,
        last4=kept.record.member_last4,
        once=form.get("once") or secrets.token_hex(16),
        printed=request.app[CLOCK]().isoformat(timespec="minutes"),
    )
