"""`/checks/compare`: two answers side by side, and why they differ; `/checks/{id}/as-of`: the same question as it was answered by a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import orjson
from aiohttp import web

from covercheck.checks.comparing import FACT, Change, Side, compared
from covercheck.checks.memory.as_of import as_it_was
from covercheck.checks.memory.memory import KeptCheck
from covercheck.web.access import ASKER
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import PARAMETERS, UNKNOWN_CHECK, Refused
from covercheck.web.record_handler import note
from covercheck.web.record_view import with_main_cites
from covercheck.web.staff.frame import admitted, page

PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "plan/line": "line of business",
        "plan/state": "state",
        "plan/name": "plan's name",
        "plan/group": "group",
        "plan/market": "market",
        "plan/funding": "funding",
        "provider/npi": "the clinic's NPI",
        "provider/tax_id": "the clinic's tax id",
        "date_of_service": "date of service",
        "restricted_parts": "parts the plan is not told of",
    }
)


async def get_compare(request: web.Request) -> web.Response:
    """Two answers, part by part: what changed, and by what: the question, the rules, or what was heard."""
    away = await admitted(request, "check.read")
    if away is not None:
        return away
    found = [await _found(request, name) for name in ("a", "b")]
    one, other = (_side(kept) for kept in sorted(found, key=lambda kept: (kept.record.asked_at, kept.record.seq or 0)))
    store = request.app[MEMORY].records.checks
    return page(
        request,
        "compare.html",
        one=one.answer,
        other=other.answer,
        records=(one.kept.record, other.kept.record),
        since=[await store.book_since(side.kept.record.rulebook) for side in (one, other)],
        told=compared(one, other),
        named=lambda change: _named(request, change),
    )


async def get_as_of(request: web.Request) -> web.Response:
    """The newest answer to the same question that was given by the end of a day; or that there was none."""
    away = await admitted(request, "check.read")
    if away is not None:
        return away
    memory, asker = request.app[MEMORY], request[ASKER]
    kept = await _opened(request, request.match_info["id"])
    on = day_of(request)
    looked = await as_it_was(memory, asker, kept, on)
    then = await _opened(request, looked.record.id) if looked.record is not None else None
    corrections = await memory.corrections_of(asker, then.record.id) if then is not None else ()
    return page(
        request,
        "as_of.html",
        200 if then is not None else 404,
        asked_of=kept.record,
        answer=with_main_cites(orjson.loads(then.answer)) if then is not None else None,
        record=then.record if then is not None else None,
        since=await memory.records.checks.book_since(then.record.rulebook) if then is not None else None,
        corrections=[(at.date().isoformat(), said) for at, said in corrections],
        looked=looked,
        on=on,
        payer=orjson.loads(kept.answer)["payer"]["name"],
        today=request.app[CLOCK]().date(),
    )


def day_of(request: web.Request) -> date:
    """The day that is asked for; raises Refused where it is none."""
    try:
        return date.fromisoformat(request.query.get("on", ""))
    except ValueError:
        raise Refused(PARAMETERS, "The day is written YYYY-MM-DD.") from None


async def _found(request: web.Request, name: str) -> KeptCheck:
    check_id = request.query.get(name, "")
    if not check_id:
        raise Refused(PARAMETERS, "Two checks are compared: choose a first and a second one.")
    return await _opened(request, check_id)


async def _opened(request: web.Request, check_id: str) -> KeptCheck:
    kept = await request.app[MEMORY].find(request[ASKER], check_id)
    await note(request, "check.read", check_id, "ok" if kept is not None else "not found")
    if kept is None:
        raise Refused(UNKNOWN_CHECK)
    return kept


def _side(kept: KeptCheck) -> Side:
    return Side(kept, orjson.loads(kept.question), orjson.loads(kept.answer))


def _named(request: web.Request, change: Change) -> str:
    """What differs, in words."""
    name = change.what.removeprefix(FACT)
    facts = serving(request).checker.book.facts
    return facts[name].label if name in facts else PLACES.get(name, name.replace("_", " "))
