"""`/payers`: who is on file, and what was read of each."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from covercheck.proof.matrix import matrix_of
from covercheck.records.roles import may
from covercheck.web.access import ASKER, is_allowed
from covercheck.web.keys import CLOCK
from covercheck.web.live import serving
from covercheck.web.payer_view import payer_detail, payer_list, payer_search
from covercheck.web.problems import UNKNOWN_PAYER, Refused
from covercheck.web.staff.frame import admitted, page

LONGEST = 200


async def get_payer_list(request: web.Request) -> web.Response:
    """Payers by name with what is on file for each part today."""
    away = await admitted(request, "catalogue.read")
    if away is not None:
        return away
    checker = serving(request).checker
    query = request.query.get("q", "").strip()[:LONGEST]
    found = payer_search(checker.book, checker.directory, query) if query else payer_list(checker.book)
    shown = {payer.id for payer in found.payers}
    matrix = matrix_of(checker.engine, request.app[CLOCK]().date())
    return page(
        request,
        "payers.html",
        found=found,
        query=query,
        on=matrix.on,
        by_payer=[tuple(rows) for payer, rows in groupby(matrix.rows, lambda row: row.payer) if payer in shown],
        parts=tuple(checker.book.therapies.parts.items()),
        may_review=is_allowed(request, request[ASKER], "rulebook.review"),
    )


async def get_payer_page(request: web.Request) -> web.Response:
    """One payer: policies, editions, sources, what was not read, contacts."""
    away = await admitted(request, "catalogue.read")
    if away is not None:
        return away
    checker = serving(request).checker
    payer = checker.book.payers.get(request.match_info["id"])
    if payer is None:
        raise Refused(UNKNOWN_PAYER)
    cases = {policy.id: policy.cases for policy in checker.book.policies() if policy.payer == payer.id}
    return page(
        request,
        "payer.html",
        payer=payer_detail(checker.book, payer),
        cases=cases,
        labels=checker.book.therapies.parts,
        may_report=may(request[ASKER].role, "report.write"),
    )
