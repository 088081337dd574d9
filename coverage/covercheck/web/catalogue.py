"""Reads: payers, one payer, therapies, facts. The rulebook doesn't change, so each is made once."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
from aiohttp import web

from covercheck.checks.request import Fault
from covercheck.proof.matrix import matrix_of
from covercheck.web.catalogue_view import facts_of, therapies_of
from covercheck.web.keys import CLOCK
from covercheck.web.live import serving
from covercheck.web.payer_view import payer_detail, payer_list, payer_search
from covercheck.web.problems import PARAMETERS, UNKNOWN_PAYER, Refused
from covercheck.web.replies import JSON, Document, document_reply

MAX_QUERY = 200


def _json(view: Any, *, keep: bool = True) -> Document:
    return Document.of(orjson.dumps(view), JSON, keep=keep)


async def get_payers(request: web.Request) -> web.Response:
    """Every payer, or those that `q` finds."""
    query = request.query.get("q")
    if query is None:
        document = serving(request).shelf.get("payers", lambda: _json(payer_list(serving(request).checker.book)))
    else:
        query = query.strip()
        if not 1 <= len(query) <= MAX_QUERY or not query.isprintable():
            raise Refused(PARAMETERS, faults=[Fault("?q", "wrong_parameter", f"must be 1 to {MAX_QUERY} printable characters")])
        document = _json(payer_search(serving(request).checker.book, serving(request).checker.directory, query), keep=False)
    return document_reply(request, serving(request).headers, document)


async def get_payer(request: web.Request) -> web.Response:
    """One payer with its policies, editions and sources."""
    checker = serving(request).checker
    wanted = request.match_info["id"]
    payer = checker.book.payers.get(wanted)
    if payer is None:
        exact = checker.directory.find(wanted)
        near = tuple(dict.fromkeys((*((exact,) if exact else ()), *checker.directory.near(wanted))))
        raise Refused(UNKNOWN_PAYER, faults=[Fault("", "unknown_payer", "no payer has this id", near)])
    document = serving(request).shelf.get(f"payer {payer.id}", lambda: _json(payer_detail(checker.book, payer)))
    return document_reply(request, serving(request).headers, document)


async def get_matrix(request: web.Request) -> web.Response:
    """What is on file for each payer, line and part, today or `on` a day."""
    app = request.app
    written = request.query.get("on")
    try:
        on = date.fromisoformat(written) if written is not None else app[CLOCK]().date()
        if written is not None and len(written) != len("2026-12-01"):
            raise ValueError(written)
    except ValueError:
        raise Refused(PARAMETERS, faults=[Fault("?on", "wrong_parameter", "must be a date written YYYY-MM-DD")]) from None
    return document_reply(request, serving(request).headers, _json(matrix_of(serving(request).checker.engine, on), keep=False))


async def get_therapies(request: web.Request) -> web.Response:
    """Therapies, parts, indications and lines."""
    document = serving(request).shelf.get("therapies", lambda: _json(therapies_of(serving(request).checker.book)))
    return document_reply(request, serving(request).headers, document)


async def get_facts(request: web.Request) -> web.Response:
    """The fact catalogue."""
    document = serving(request).shelf.get("facts", lambda: _json(facts_of(serving(request).checker.book)))
    return document_reply(request, serving(request).headers, document)
