"""The application, made from what it needs: no state outside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, BinaryIO

import orjson
from aiohttp import web

from covercheck import __version__
from covercheck.checks.check import Checker
from covercheck.checks.request import QuestionRefused, parse_request
from covercheck.checks.serialise import answer_bytes
from covercheck.records.roles import Action
from covercheck.settings import Settings
from covercheck.web.body import expect
from covercheck.web.drain import Running
from covercheck.web.eligibility import payers_systems
from covercheck.web.keys import CLOCK, LOG, RUNNING, SETTINGS, Clock
from covercheck.web.live import LIVE, Live, Serving
from covercheck.web.logs import PAUSE_SECONDS, RequestLog, make_log
from covercheck.web.metrics import METRICS, Metrics
from covercheck.web.middleware import make_envelope
from covercheck.web.openapi import openapi_document
from covercheck.web.publishing.desk import desk
from covercheck.web.publishing.following import following
from covercheck.web.reloading import reloading
from covercheck.web.remembering import FIRST_TOKEN, memory
from covercheck.web.replies import Headers, Shelf
from covercheck.web.routes import OPERATIONS
from covercheck.web.sources_handler import STANDINGS, Standings
from covercheck.web.staff.frame import FRAME, Frame, for_people
from covercheck.web.staff.routes import PAGES
from covercheck.web.tracing import TRACING, Tracing, tracing

EXAMPLE: Mapping[str, Any] = {
    "payer": "bcbs-massachusetts",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "parts": ["ketamine_iv"],
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41, "failed_antidepressants": 4},
}
EXAMPLE_ID = "chk_" + "0123456789abc" * 2
EXAMPLE_TIME = datetime(2026, 11, 22, 12, tzinfo=UTC)


def create_app(
    checker: Checker, settings: Settings, clock: Clock, stream: BinaryIO | None = None, pause: float = PAUSE_SECONDS
) -> web.Application:
    """The service for one rulebook."""
    log = make_log(settings.log_level, stream)
    requests = RequestLog(settings.log_level, stream, pause)
    running, live = Running(), Live(serving_of, checker)
    known = {operation.path: operation.query for operation in OPERATIONS if operation.query}
    known |= {path: query for _, path, _, query in PAGES if query}
    actions: dict[tuple[str, str], Action] = {
        (operation.method, operation.path): operation.action for operation in OPERATIONS if operation.action is not None
    }
    traces = Tracing(settings)
    envelope = make_envelope(log, requests, live, running, settings, known, actions, traces.trace)
    app = web.Application(middlewares=[envelope], client_max_size=settings.max_body_bytes)
    app[LIVE] = live
    app[SETTINGS] = settings
    app[CLOCK] = clock
    app[LOG] = log
    app[RUNNING] = running
    app[TRACING] = traces
    app[FIRST_TOKEN] = []
    app[STANDINGS] = Standings()
    app[FRAME] = Frame.make()
    app[METRICS] = Metrics()
    app[METRICS].rulebook(checker.book.digest, clock().timestamp())
    _add_routes(app)

    async def write_the_last_lines(_: web.Application) -> None:
        requests.flush()

    app.on_shutdown.append(app[STANDINGS].close)
    app.on_cleanup.append(write_the_last_lines)
    app.cleanup_ctx.append(tracing)
    app.cleanup_ctx.append(memory)
    app.cleanup_ctx.append(payers_systems)
    app.cleanup_ctx.append(reloading)
    app.cleanup_ctx.append(desk)
    app.cleanup_ctx.append(following)
    return app


def serving_of(checker: Checker) -> Serving:
    """All that is of one rulebook, but for the way to payers' systems."""
    return Serving(checker, Headers.of(__version__, checker.book.digest), Shelf(), cache(partial(_describe, checker)))


def _add_routes(app: web.Application) -> None:
    """The API's operations, then the pages."""
    addresses = [(operation.method, operation.path, operation.handler) for operation in OPERATIONS]
    addresses += [("GET" if method == "GET" else "POST", path, for_people(handler)) for method, path, handler, _ in PAGES]
    for method, path, handler in addresses:
        add = app.router.add_get if method == "GET" else app.router.add_post
        add(path, handler, expect_handler=expect)


def _describe(checker: Checker) -> dict[str, Any]:
    return openapi_document(OPERATIONS, _examples(checker))


def _examples(checker: Checker) -> dict[str, tuple[Any, Any]]:
    """A real question with its real answer, where this rulebook has one for it."""
    try:
        answer = checker.check(parse_request(dict(EXAMPLE)), check_id=EXAMPLE_ID, now=EXAMPLE_TIME)
    except QuestionRefused:
        return {}
    return {"postCheck": (dict(EXAMPLE), orjson.loads(answer_bytes(answer)))}
