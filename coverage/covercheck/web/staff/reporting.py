"""`/payers/reports`: what looked wrong to others; and the form under each answer and payer that sends one."""

from __future__ import annotations

import re
from typing import Final

from aiohttp import web

from covercheck.web.access import ASKER, is_allowed
from covercheck.web.problems import REFUSED, Refused
from covercheck.web.report_handler import ReportBody, close, report, reported
from covercheck.web.staff.frame import admitted, check_origin, page, see, texts

BACK: Final = re.compile(r"/(checks|payers)/[A-Za-z0-9_-]{1,80}", re.ASCII)
MOST: Final = {"says": 2_000, "source": 500, "payer": 200, "part": 200, "check_id": 64}


async def get_reports_page(request: web.Request) -> web.Response:
    """Every report, open ones first."""
    away = await admitted(request, "report.read")
    if away is not None:
        return away
    return page(request, "reports.html", reports=await reported(request), may_close=is_allowed(request, request[ASKER], "report.close"))


async def post_report_form(request: web.Request) -> web.Response:
    """Keep a report, and go back to where it was written."""
    check_origin(request)
    away = await admitted(request, "report.write")
    if away is not None:
        return away
    form = texts(await request.post())
    given = {name: form[name][:most] for name, most in MOST.items() if form.get(name)}
    if "says" not in given or "payer" not in given:
        raise Refused(REFUSED, "A report says what is wrong.")
    await report(request, ReportBody(**given))
    back = form.get("back", "")
    return see(request, f"{back if BACK.fullmatch(back) else '/payers'}?reported=1")


async def post_closing_form(request: web.Request) -> web.Response:
    """Close a report with what was done."""
    check_origin(request)
    away = await admitted(request, "report.close")
    if away is not None:
        return away
    note = texts(await request.post()).get("note", "")[:1_000]
    if not note:
        raise Refused(REFUSED, "A report is closed with what was done.")
    await close(request, note)
    return see(request, "/payers/reports")
