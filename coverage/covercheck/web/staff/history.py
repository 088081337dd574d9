"""`/checks`: what was asked before, also as it stood on a day, and the choice of two answers to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from covercheck.checks.memory.as_of import end_of
from covercheck.records.checks import CheckRecord, Filters, Page
from covercheck.records.roles import may
from covercheck.web.access import ASKER, LOCAL
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.outcome_handler import accuracy_of
from covercheck.web.problems import PARAMETERS, UNKNOWN_CHECK, Refused
from covercheck.web.record_handler import RESULTS, TOKEN, note
from covercheck.web.record_view import CheckBrief, check_brief
from covercheck.web.staff.frame import admitted, page

PAGE: Final = 50
DAYS: Final = ("since", "until", "on")
QUERY: Final = ("payer", "result", "member", "by", *DAYS, "with")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. `age`: in days, at the day that is looked at; `by`: what the organisation calls the token that asked."""

    check: CheckBrief
    age: int
    plan: str
    by: str


async def get_history(request: web.Request) -> web.Response:
    """Earlier checks, newest first; with `on`, those asked by the end of that day; with `with`, to compare that check with one of them."""
    away = await admitted(request, "check.list")
    if away is not None:
        return away
    app, asker, query = request.app, request[ASKER], request.query
    days = {name: _day(query.get(name, "")) for name in DAYS}
    found = await _page(request, _filters(request, days))
    await note(request, "check.list", f"{len(found.checks)} checks")
    chosen = await _chosen(request) if query.get("with") else None
    kept = {name: query[name] for name in QUERY if query.get(name)}
    names = await _names(request)
    today, on = app[CLOCK]().date(), days["on"]
    return page(
        request,
        "history.html",
        rows=[_row(request, record, on or today, names) for record in found.checks],
        next=f"/checks?{urlencode({**kept, 'cursor': found.next})}" if found.next else None,
        accuracy=await accuracy_of(request) if may(asker.role, "accuracy.read") else (),
        filters={name: query.get(name, "") for name in QUERY},
        names=names,
        narrowed=bool(kept) or "cursor" in query,
        bad_day=any(query.get(name) and days[name] is None for name in DAYS),
        chosen=chosen,
        on=on.isoformat() if on is not None else None,
        today=today.isoformat(),
    )


async def _names(request: web.Request) -> Mapping[str, str]:
    """Who else may have asked, by token; empty where there is nobody to tell apart."""
    asker = request[ASKER]
    if asker.token == LOCAL.token or asker.own_only is not None:
        return {}
    return {**await request.app[MEMORY].records.tokens.names(asker.org), asker.token: "me"}


def _row(request: web.Request, record: CheckRecord, day: date, names: Mapping[str, str]) -> Row:
    check, payer = check_brief(record), serving(request).checker.book.payers.get(record.payer)
    is_only_line = payer is not None and payer.text.lines == (check.line,)
    line = check.line.replace("_", " ") if check.line and not is_only_line else None
    plan = ", ".join(filter(None, (payer.text.name if payer is not None else check.payer, line, check.state)))
    return Row(check, (day - record.asked_at.date()).days, plan, names.get(check.asked_by, check.asked_by))


def _filters(request: web.Request, days: Mapping[str, date | None]) -> Filters:
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
        request[ASKER].own_only or query.get("by") or None,
        days["since"],
        days["until"],
        before=end_of(days["on"]) if days["on"] is not None else None,
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
