"""`/checks`: what was asked before, also as it stood on a day, and the choice of two answers to compare."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from covercheck.checks.memory.as_of import end_of
from covercheck.records.checks import Filters, Page
from covercheck.records.roles import may
from covercheck.web.access import ASKER
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.outcome_handler import accuracy_of
from covercheck.web.problems import PARAMETERS, UNKNOWN_CHECK, Refused
from covercheck.web.record_handler import RESULTS, TOKEN, note
from covercheck.web.record_view import check_brief
from covercheck.web.staff.frame import admitted, page

PAGE: Final = 50
QUERY: Final = ("payer", "result", "member", "on", "with")


async def get_history(request: web.Request) -> web.Response:
    """Earlier checks, newest first; with `on`, those asked by the end of that day; with `with`, to compare that check with one of them."""
    away = await admitted(request, "check.list")
    if away is not None:
        return away
    app, asker, query = request.app, request[ASKER], request.query
    on = _day(query.get("on", ""))
    found = await _page(request, _filters(request, on))
    await note(request, "check.list", f"{len(found.checks)} checks")
    chosen = await _chosen(request) if query.get("with") else None
    kept = {name: query[name] for name in QUERY if query.get(name)}
    today = app[CLOCK]().date()
    return page(
        request,
        "history.html",
        checks=[(check_brief(record), ((on or today) - record.asked_at.date()).days) for record in found.checks],
        next=f"/checks?{urlencode({**kept, 'cursor': found.next})}" if found.next else None,
        accuracy=await accuracy_of(request) if may(asker.role, "accuracy.read") else (),
        filters={name: query.get(name, "") for name in QUERY},
        narrowed=bool(kept) or "cursor" in query,
        bad_day=bool(query.get("on")) and on is None,
        chosen=chosen,
        on=on.isoformat() if on is not None else None,
        today=today.isoformat(),
    )


def _filters(request: web.Request, on: date | None) -> Filters:
    """What the list is narrowed to; raises Refused for a member that is none: a list of everybody would be taken for the member's."""
    query = request.query
    result = query.get("result") if query.get("result") in RESULTS else None
    payer = serving(request).checker.directory.find(query["payer"]) if query.get("payer") else None
    member = query.get("member", "")
    if member and not TOKEN.fullmatch(member):
        raise Refused(PARAMETERS, "A member is named as the list's own links name one.")
    return Filters(
        payer or query.get("payer") or None,
        result,
        bytes.fromhex(member) if member else None,
        request[ASKER].own_only,
        before=end_of(on) if on is not None else None,
    )


async def _page(request: web.Request, filters: Filters) -> Page:
    store, org = request.app[MEMORY].records.checks, request[ASKER].org
    try:
        return await store.page(org, filters, PAGE, request.query.get("cursor") or None)
    except ValueError:
        return await store.page(org, filters, PAGE)


async def _chosen(request: web.Request) -> dict[str, Any]:
    """The check that another is to be compared with; raises Refused where this asker may see none of this id."""
    asker = request[ASKER]
    record = await request.app[MEMORY].records.checks.find(asker.org, request.query["with"], asker.own_only)
    if record is None:
        raise Refused(UNKNOWN_CHECK)
    payer = serving(request).checker.book.payers.get(record.payer)
    return {"id": record.id, "asked_at": record.asked_at.isoformat(), "payer": payer.text.name if payer is not None else record.payer}


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
