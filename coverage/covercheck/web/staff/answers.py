"""`/checks/{id}`: the answer, and what came of it."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from covercheck.checks.criteria_tree import trees_of
from covercheck.records.roles import may
from covercheck.rules.facts import Fact
from covercheck.web.access import ASKER
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.outcome_handler import record_outcomes
from covercheck.web.problems import UNKNOWN_CHECK, Refused
from covercheck.web.record_handler import note
from covercheck.web.record_view import with_main_cites
from covercheck.web.staff.frame import admitted, check_origin, page, see, texts
from covercheck.web.staff.question_form import SELECTORS, Fields, form_of


async def get_answer(request: web.Request) -> web.Response:
    """The answer for staff, or, with `view=patient`, in plain words."""
    away = await admitted(request, "check.read")
    if away is not None:
        return away
    memory, asker, check_id = request.app[MEMORY], request[ASKER], request.match_info["id"]
    kept = await memory.find(asker, check_id)
    await note(request, "check.read", check_id, "ok" if kept is not None else "not found")
    if kept is None:
        raise Refused(UNKNOWN_CHECK)
    before = await memory.find(asker, request.query["before"]) if "before" in request.query else None
    answer, question = with_main_cites(orjson.loads(kept.answer)), orjson.loads(kept.question)
    calls = await memory.calls_of(asker, check_id)
    outcomes = await memory.records.evidence.outcomes_of(asker.org, check_id)
    book = await memory.bygone.book(kept.record.rulebook, serving(request).checker.book)
    for part in answer["parts"]:
        part["trees"] = trees_of(book, part["part"], part["reasons"]) if book is not None else ()
    return page(
        request,
        "answer.html",
        scripted="recorded" in request.query,
        recorded=request.query.get("recorded"),
        answer=answer,
        form=Fields(form_of(question)),
        question=question,
        before=_results(orjson.loads(before.answer)) if before is not None else None,
        wanted=_wanted(answer, serving(request).checker.book.facts.facts),
        calls=[record for record, _ in calls],
        outcomes=outcomes,
        corrections=[(at.date().isoformat(), note) for at, note in await memory.corrections_of(asker, check_id)],
        today=request.app[CLOCK]().date().isoformat(),
        patient=request.query.get("view") == "patient",
        member_token=kept.record.member.hex() if kept.record.member is not None else None,
        same_rules=book is serving(request).checker.book,
        has_rules=book is not None,
        may_report=may(asker.role, "report.write"),
        overdue=answer["valid_until"] < request.app[CLOCK]().date().isoformat(),
    )


async def post_outcome(request: web.Request) -> web.Response:
    """What came of one part, as the form tells it."""
    check_origin(request)
    away = await admitted(request, "outcome.record")
    if away is not None:
        return away
    kept = await request.app[MEMORY].find(request[ASKER], request.match_info["id"])
    if kept is None:
        raise Refused(UNKNOWN_CHECK)
    form = texts(await request.post())
    told = {name: form[name] for name in ("part", "outcome", "proof", "decided_on") if form.get(name)}
    await record_outcomes(request, kept, orjson.dumps({"outcomes": [told]}))
    return see(request, f"/checks/{kept.record.id}#outcomes")


def _results(answer: dict[str, Any]) -> dict[str, Any]:
    return {"id": answer["id"], "parts": {part["part"]: part for part in answer["parts"]}}


def _wanted(answer: dict[str, Any], facts: dict[str, Fact] | Any) -> list[dict[str, Any]]:
    """What would change the answer, each fact once, with the parts it decides, by who knows it."""
    found: dict[str, dict[str, Any]] = {}
    for part in answer["parts"]:
        for fact in part["deciding_facts"]:
            known = found.setdefault(
                fact["fact"],
                {**fact, "of": [], "why": [], "entry": facts.get(fact["fact"]), "selector": SELECTORS.get(fact["fact"])},
            )
            known["of"].append(part["label"])
            known["why"] += [reason for reason in part["reasons"] if reason["fact"] == fact["fact"]]
    order = ("clinic", "patient", "payer")
    return sorted(found.values(), key=lambda fact: order.index(fact["known_by"]))
