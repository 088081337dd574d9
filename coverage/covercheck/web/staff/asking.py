"""`/`: ask; and the same question again with more facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from covercheck.checks.request import Fault
from covercheck.web.access import ASKER
from covercheck.web.check_handler import answer_body
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import UNKNOWN_CHECK, ProblemError, Refused, problem_errors
from covercheck.web.staff.frame import admitted, check_origin, page, see, texts
from covercheck.web.staff.question_form import Fields, facts_of, field_of, form_of, question_of

EXAMPLES: Final = (
    ("Spravato, Aetna, Massachusetts", "aetna", "commercial", "MA", "spravato", "F33.2"),
    ("Ketamine by vein with therapy, BCBS Massachusetts", "bcbs-massachusetts", "commercial", "MA", "kap_iv", "F33.2"),
    ("Ketamine by vein with therapy, BCBS Alabama", "bcbs-alabama", "commercial", "AL", "kap_iv", "F33.2"),
    ("Spravato, Original Medicare, Texas", "medicare-ffs", "medicare_ffs", "TX", "spravato", "F33.2"),
    ("Ketamine lozenges with therapy, Cigna, New York", "cigna", "commercial", "NY", "kap_oral", "F33.1"),
)
EXAMPLE_FIELDS: Final = ("payer", "line", "state", "therapy", "diagnoses")
DEMO: Final = "bcbs-massachusetts"
DEMO_SHOWN: Final = 6


async def get_ask(request: web.Request) -> web.Response:
    """The form, filled in from an example where one was chosen."""
    away = await admitted(request, "check.create")
    if away is not None:
        return away
    chosen = request.query.get("example", "")
    number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) == 1 else -1
    form = dict(zip(EXAMPLE_FIELDS, EXAMPLES[number][1:], strict=True)) if 0 <= number < len(EXAMPLES) else {}
    return _form(request, form)


async def post_ask(request: web.Request) -> web.Response:
    """Answer, keep, and go to the answer; or the form again with everything typed and each fault at its field."""
    check_origin(request)
    away = await admitted(request, "check.create")
    if away is not None:
        return away
    raw = await request.post()
    form = texts(raw)
    parts = [str(part) for part in raw.getall("parts", [])]
    question, faults = question_of(form, parts, serving(request).checker.book.facts)
    if faults:
        return _form(request, form, parts, problem_errors(faults))
    return await _asked(request, form, question, parts)


async def post_again(request: web.Request) -> web.Response:
    """The same question with other facts, beside the earlier answer."""
    check_origin(request)
    away = await admitted(request, "check.create")
    if away is not None:
        return away
    earlier = request.match_info["id"]
    kept = await request.app[MEMORY].find(request[ASKER], earlier)
    if kept is None:
        raise Refused(UNKNOWN_CHECK)
    form = texts(await request.post())
    question = orjson.loads(kept.question)
    facts, faults = facts_of(form, serving(request).checker.book.facts)
    asked_for = {name.removeprefix("fact.") for name in form if name.startswith("fact.")}
    held = {name: value for name, value in (question.get("facts") or {}).items() if name not in asked_for}
    question["facts"] = {**held, **facts}
    whole = {**form_of(question), **form}
    if faults:
        return _form(request, whole, question.get("parts") or (), problem_errors(faults))
    return await _asked(request, whole, question, question.get("parts") or (), f"?before={earlier}")


async def _asked(request: web.Request, form: Mapping[str, str], question: Mapping[str, Any], parts: Any, beside: str = "") -> web.Response:
    try:
        answer = await answer_body(request, orjson.dumps(question))
    except Refused as refused:
        if not refused.faults:
            raise
        return _form(request, form, parts, problem_errors(refused.faults))
    return see(request, f"/checks/{orjson.loads(answer)['id']}{beside}")


def _form(request: web.Request, form: Mapping[str, str], parts: Any = (), errors: tuple[ProblemError, ...] = ()) -> web.Response:
    book = serving(request).checker.book
    by_field: dict[str, list[ProblemError]] = {}
    for error in errors:
        by_field.setdefault(field_of(Fault(error.pointer, error.key, error.detail)), []).append(error)
    facts = [(name, book.facts[name]) for name in book.facts if f"fact.{name}" in form]
    names = sorted((payer.text.name, payer.id) for payer in book.payers.values())
    demo = book.payers[DEMO].members[:DEMO_SHOWN] if DEMO in book.payers else ()
    return page(
        request,
        "ask.html",
        422 if errors else 200,
        form=Fields(form),
        parts=tuple(parts),
        errors=errors,
        by_field=by_field,
        facts=facts,
        payers=names,
        examples=[(number, name) for number, (name, payer, *_) in enumerate(EXAMPLES) if payer in book.payers],
        demo=demo,
        today=request.app[CLOCK]().date().isoformat(),
    )
