"""`/checks/{id}/call`: the call sheet to print, and the form to fill in while on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from covercheck.checks.evidence.topics import topic_of
from covercheck.checks.memory.memory import KeptCheck
from covercheck.rules.facts import parse_text
from covercheck.web.access import ASKER
from covercheck.web.call_handler import record_call
from covercheck.web.keys import CHECKER, CLOCK, MEMORY
from covercheck.web.problems import UNKNOWN_CHECK, ProblemError, Refused, problem_errors
from covercheck.web.record_handler import note
from covercheck.web.staff.frame import admitted, check_origin, page, see, texts
from covercheck.web.staff.question_form import Fields

MOST_LARGE: Final = 12
PLAIN: Final = ("kind", "on", "began", "ended", "company", "person", "reference", "number_dialed", "written", "plan_year_end")
NOTHING: Final = ProblemError("/answers", "missing", "no question has an answer yet", (), "Answer one at least.")
MARKS: Final = ("by_code", "by_clinic", "by_diagnosis", "by_benefit")


async def get_call(request: web.Request) -> web.Response:
    """The sheet with an empty form."""
    away = await admitted(request, "call.record")
    if away is not None:
        return away
    kept = await _kept(request)
    return _sheet(request, kept, {"on": request.app[CLOCK]().date().isoformat(), "caller": "clinic", "kind": "call"})


async def post_call_form(request: web.Request) -> web.Response:
    """Record, and go to the check answered anew; or the form again, nothing typed lost."""
    check_origin(request)
    away = await admitted(request, "call.record")
    if away is not None:
        return away
    kept = await _kept(request)
    form = texts(await request.post())
    call = call_of(form, request.app[CHECKER].book.facts)
    if not call["answers"]:
        return _sheet(request, kept, form, (NOTHING,))
    try:
        recorded = await record_call(request, kept, orjson.dumps(call), form.get("once"))
    except Refused as refused:
        if not refused.faults:
            raise
        return _sheet(request, kept, form, problem_errors(refused.faults))
    told = orjson.loads(recorded.body)
    return see(request, f"/checks/{told['answer']['id']}?before={kept.record.id}")


def call_of(form: Mapping[str, str], catalogue: Any) -> dict[str, Any]:
    """The record as the API takes it; questions without an answer are left out."""
    call: dict[str, Any] = {name: form[name] for name in PLAIN if form.get(name)}
    call["caller"] = form.get("caller") or "clinic"
    call["read_back"] = "read_back" in form
    marks = {name: name in form for name in MARKS}
    call["answers"] = [
        _answer(form, field.removeprefix("answer."), value, marks, catalogue)
        for field, value in form.items()
        if field.startswith("answer.") and value
    ]
    return call


def _answer(form: Mapping[str, str], question: str, value: str, marks: Mapping[str, bool], catalogue: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"question_id": question, "value": value, **marks}
    for name in ("words", "company", "benefit"):
        if form.get(f"{name}.{question}"):
            told[name] = form[f"{name}.{question}"]
    if form.get(f"document.{question}"):
        told["document"] = {"title": form[f"document.{question}"]}
    granted = {name: form[f"{name}.{question}"] for name in ("number", "from", "to") if form.get(f"{name}.{question}")}
    if granted:
        told["authorization"] = granted
    fact, text = topic_of(question).fact, form.get(f"value.{question}")
    if fact is not None and text and fact in catalogue:
        try:
            told["fact_value"] = parse_text(catalogue[fact], text)
        except ValueError:
            told["fact_value"] = text
    return told


async def _kept(request: web.Request) -> KeptCheck:
    check_id = request.match_info["id"]
    kept = await request.app[MEMORY].find(request[ASKER], check_id)
    await note(request, "call.record", check_id, "ok" if kept is not None else "not found")
    if kept is None:
        raise Refused(UNKNOWN_CHECK)
    return kept


def _sheet(request: web.Request, kept: KeptCheck, form: Mapping[str, str], errors: tuple[ProblemError, ...] = ()) -> web.Response:
    answer = orjson.loads(kept.answer)
    book = request.app[CHECKER].book
    questions = answer["call"]["questions"] if answer["call"] is not None else []
    facts = {q["id"]: book.facts.facts.get(topic_of(q["id"]).fact or "") for q in questions}
    return page(
        request,
        "call.html",
        422 if errors else 200,
        scripted=True,
        answer=answer,
        call=answer["call"],
        most_large=MOST_LARGE,
        topics={q["id"]: topic_of(q["id"]) for q in questions},
        facts=facts,
        form=Fields(form),
        errors=errors,
        last4=kept.record.member_last4,
        once=form.get("once") or f"{kept.record.id}-{request.app[CLOCK]().timestamp():.6f}",
        printed=request.app[CLOCK]().isoformat(timespec="minutes"),
    )
