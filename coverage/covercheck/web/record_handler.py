"""Recorded checks: one as it was sent, and lists."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import orjson
from aiohttp import web

from covercheck.checks.memory.memory import Asker, KeptCheck
from covercheck.checks.request import Fault
from covercheck.records.audit import as_id
from covercheck.records.checks import MOST_IN_PAGE, Filters
from covercheck.records.roles import Action
from covercheck.web.access import ASKER, deed
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import PARAMETERS, UNKNOWN_CHECK, Refused
from covercheck.web.record_view import CheckList, check_brief
from covercheck.web.replies import answer_reply

PAGE = 50
TOKEN = re.compile(r"[0-9a-f]{40}", re.ASCII)
RESULTS = ("likely_covered", "likely_not_covered", "depends", "uncertain", "not_asked", "mixed")


async def get_check(request: web.Request) -> web.Response:
    """The answer, byte for byte as it was sent."""
    kept = await kept_check(request, "check.read")
    return answer_reply(request, serving(request).headers, kept.answer)


async def get_checks(request: web.Request) -> web.Response:
    """A page of recorded checks."""
    app, asker = request.app, request[ASKER]
    filters, limit, cursor = _wanted(request, asker)
    try:
        page = await app[MEMORY].records.checks.page(asker.org, filters, limit, cursor)
    except ValueError:
        raise Refused(PARAMETERS, faults=[Fault("?cursor", "wrong_parameter", "is no cursor that was given")]) from None
    await note(request, "check.list", f"{len(page.checks)} checks")
    listed = CheckList(tuple(map(check_brief, page.checks)), page.next)
    return answer_reply(request, serving(request).headers, orjson.dumps(listed))


async def kept_check(request: web.Request, action: Action) -> KeptCheck:
    """The check of the address, where this asker may see it; the look at it is in the audit before it is shown."""
    asker: Asker = request[ASKER]
    check_id = request.match_info["id"]
    kept = await request.app[MEMORY].find(asker, check_id)
    if kept is None:
        await note(request, action, check_id, "not found")
        raise Refused(UNKNOWN_CHECK)
    await note(request, action, check_id)
    return kept


async def note(request: web.Request, action: Action, what: str, result: str = "ok") -> None:
    """Write a deed into the audit, durably."""
    app = request.app
    about = what if result != "not found" else as_id(what)
    await app[MEMORY].records.writer.store((), [deed(request, request[ASKER], action, about, app[CLOCK](), result)])


def _wanted(request: web.Request, asker: Asker) -> tuple[Filters, int, str | None]:
    query, faults = request.query, []
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(query[name]) if name in query else None
        except ValueError:
            faults.append(Fault(f"?{name}", "wrong_parameter", "must be a date written YYYY-MM-DD"))
    written = query.get("limit", str(PAGE))
    limit = int(written) if written.isascii() and written.isdigit() and len(written) < 4 else 0
    if not 1 <= limit <= MOST_IN_PAGE:
        faults.append(Fault("?limit", "wrong_parameter", f"must be from 1 to {MOST_IN_PAGE}"))
    result = query.get("result")
    if result is not None and result not in RESULTS:
        faults.append(Fault("?result", "wrong_parameter", "is no result of a check", RESULTS))
    payer = query.get("payer")
    found = serving(request).checker.directory.find(payer) if payer else None
    member = query.get("member_token")
    if member is not None and not TOKEN.fullmatch(member):
        faults.append(Fault("?member_token", "wrong_parameter", "must be a `member_token` of a listed check"))
    if faults:
        raise Refused(PARAMETERS, faults=faults)
    token = bytes.fromhex(member) if member is not None else None
    filters = Filters(found or payer, result, token, query.get("asked_by"))
    if asker.own_only is not None:
        filters = replace(filters, token=asker.own_only)
    return replace(filters, since=days["since"], until=days["until"]), limit, query.get("cursor")
