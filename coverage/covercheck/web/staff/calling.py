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
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import KEY_REUSED, UNKNOWN_CHECK, ProblemError, Refused, problem_errors
from covercheck.web.record_handler import note
from covercheck.web.staff.call_form import call_of
from covercheck.web.staff.frame import admitted, check_origin, fragment, page, see, texts
from covercheck.web.staff.lease import Beside, beside, give_back, unseen
from covercheck.web.staff.live import Live, live_of
from covercheck.web.staff.question_form import Fields

MOST_LARGE: Final = 12
NOTHING: Final = ProblemError("/answers", "missing", "no question has an answer yet", (), "Answer one at least.")


async def get_call(request: web.Request) -> web.Response:
    """The sheet with an empty form; whoever opens it is calling, unless somebody else is."""
    away = await admitted(request, "call.record")
    if away is not None:
        return away
    kept = await _kept(request)
    await note(request, "call.record", kept.record.id)
    form = {"on": request.app[CLOCK]().date().isoformat(), "caller": "clinic", "kind": "call"}
    return _sheet(request, kept, form, await beside(request, kept, form, fresh=True), fresh=True)


async def post_call_form(request: web.Request) -> web.Response:
    """Record, and go to the check answered anew; or the form again, nothing typed lost."""
    sent = await _sent(request)
    if isinstance(sent, web.Response):
        return sent
    kept, form = sent
    await note(request, "call.record", kept.record.id)
    call = call_of(form, serving(request).checker.book)
    if not call["answers"]:
        return await _again(request, kept, form, (NOTHING,))
    if await unseen(request, kept, form):
        return await _again(request, kept, form)
    try:
        recorded = await record_call(request, kept, orjson.dumps(call), form.get("once"))
    except QuestionRefused as refused:
        return await _again(request, kept, form, problem_errors(refused.faults))
    except Refused as refused:
        if refused.kind is KEY_REUSED:
            return await _again(request, kept, {name: value for name, value in form.items() if name != "once"})
        if not refused.faults:
            raise
        return await _again(request, kept, form, problem_errors(refused.faults))
    await give_back(request, kept.record.id)
    told = orjson.loads(recorded.body)
    after = urlencode({"before": kept.record.id, "recorded": form.get("once", "")})
    return see(request, f"/checks/{told['answer']['id']}?{after}")


async def post_live(request: web.Request) -> web.Response:
    """What the call means so far, recorded nowhere: for the script as JSON, else as the form again with the answer so far beside it."""
    sent = await _sent(request)
    if isinstance(sent, web.Response):
        return sent
    kept, form = sent
    try:
        live = await live_of(request, kept, form)
    except QuestionRefused as refused:
        return await _again(request, kept, form, problem_errors(refused.faults))
    at_once = await beside(request, kept, form)
    if request.headers.get("Accept") != "application/json":
        return _sheet(request, kept, form, at_once, live=live)
    told = {
        "panel": fragment(request, "call_live.html", live=live),
        "beside": fragment(request, "call_beside.html", beside=at_once, check=kept.record.id),
        "announcement": live.announcement,
        "needless": live.needless,
        "notes": live.notes,
    }
    return web.Response(body=orjson.dumps(told), headers=serving(request).headers.answer.copy())


async def post_take_over(request: web.Request) -> web.Response:
    """Call in the place of somebody else, with everything typed."""
    sent = await _sent(request)
    if isinstance(sent, web.Response):
        return sent
    kept, form = sent
    return _sheet(request, kept, form, await beside(request, kept, form, by_force=True))


async def post_leave(request: web.Request) -> web.Response:
    """Call no more: back to the answer, or, for the script, nothing."""
    sent = await _sent(request)
    if isinstance(sent, web.Response):
        return sent
    kept, form = sent
    await give_back(request, kept.record.id, form.get("lease"))
    if "text/html" in request.headers.get("Accept", ""):
        return see(request, f"/checks/{kept.record.id}")
    return web.Response(status=204, headers=serving(request).headers.common.copy())


async def _sent(request: web.Request) -> tuple[KeptCheck, dict[str, str]] | web.Response:
    """The check and what was typed; a response where nobody is let in."""
    check_origin(request)
    away = await admitted(request, "call.record")
    if away is not None:
        return away
    return await _kept(request), texts(await request.post())


async def _again(request: web.Request, kept: KeptCheck, form: Mapping[str, str], errors: tuple[ProblemError, ...] = ()) -> web.Response:
    return _sheet(request, kept, form, await beside(request, kept, form), errors)


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
    at_once: Beside,
    errors: tuple[ProblemError, ...] = (),
    *,
    live: Live | None = None,
    fresh: bool = False,
) -> web.Response:
    """The sheet; `fresh`: nothing was typed yet, so that what the browser kept may be put back."""
    answer = orjson.loads(kept.answer)
    book = serving(request).checker.book
    questions = answer["call"]["questions"] if answer["call"] is not None else []
    topics = {q["id"]: topic_of(q["id"]) for q in questions}
    return page(
        request,
        "call.html",
        422 if errors else 409 if at_once.since else 200,
        scripted=True,
        answer=answer,
        call=answer["call"],
        most_large=MOST_LARGE,
        topics=topics,
        facts={name: book.facts.facts.get(topic.fact or "") for name, topic in topics.items()},
        form=Fields(form),
        errors=errors,
        live=live,
        beside=at_once,
        fresh=fresh,
        last4=kept.record.member_last4,
        once=form.get("once") or secrets.token_hex(16),
        printed=request.app[CLOCK]().isoformat(timespec="minutes"),
    )
