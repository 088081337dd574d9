"""The one middleware: request id, problems, CORS, parameters that no route knows, one log line."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter_ns
from typing import TypeAlias

from aiohttp import web
from aiohttp.typedefs import Middleware

from covercheck.checks.request import Fault
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.roles import Action
from covercheck.rules.suggest import nearest
from covercheck.settings import Settings
from covercheck.web.access import ACCESS, ASKER, REQUEST_ID
from covercheck.web.cors import allow_origin, answer_preflight, is_preflight
from covercheck.web.drain import Running
from covercheck.web.ids import request_id_of
from covercheck.web.keys import Log
from covercheck.web.live import SERVING, Live, serving
from covercheck.web.logs import RequestLog
from covercheck.web.metrics import METRICS
from covercheck.web.problems import INTERNAL, NOT_KEPT, PARAMETERS, Refused, problem_reply, refusal_of
from covercheck.web.tracing import Trace

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Parameters: TypeAlias = Mapping[str, frozenset[str]]
Actions: TypeAlias = Mapping[tuple[str, str], Action]
RETRY_AFTER = "5"
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def make_envelope(
    log: Log,
    requests: RequestLog,
    live: Live,
    running: Running,
    settings: Settings,
    known: Parameters,
    actions: Actions,
    trace: Trace | None = None,
) -> Middleware:
    """The middleware for one application; `known`: query parameters by route; `actions`: what a role must allow, by method and route."""
    origins = settings.cors_origins

    def refuse(request: web.Request, error: Exception, request_id: str) -> web.Response:
        if isinstance(error, Refused):
            return problem_reply(request, error, request_id)
        if isinstance(error, web.HTTPException):
            return problem_reply(request, refusal_of(error, settings.max_body_bytes), request_id)
        if isinstance(error, RecordsUnavailable):
            log.error("records_unavailable", request_id=request_id, key=error.key)
            return problem_reply(request, Refused(NOT_KEPT, headers={"Retry-After": RETRY_AFTER}), request_id)
        log.error("failed", request_id=request_id, error=type(error).__name__, at=_frames(error))
        return problem_reply(request, Refused(INTERNAL), request_id)

    @web.middleware
    async def envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = perf_counter_ns()
        request_id = request_id_of(request.headers.get("X-Request-Id"))
        running.begin()
        request[REQUEST_ID] = request_id
        request[SERVING] = live.now
        try:
            if "?" in request.raw_path and request.match_info.http_exception is None:
                _refuse_unknown_parameters(request, known.get(template_of(request), frozenset()))
            if request.method == "OPTIONS" and is_preflight(request):
                response: web.StreamResponse = answer_preflight(request, serving(request).headers, origins)
            else:
                action = actions.get((request.method if request.method != "HEAD" else "GET", template_of(request)))
                if action is not None:
                    request[ASKER] = await request.app[ACCESS].admit(request, action)
                response = await handler(request)
        except Exception as error:
            response = refuse(request, error, request_id)
        finally:
            running.end()
        response.headers["X-Request-Id"] = request_id
        if origins:
            allow_origin(request, response, origins)
        method = method_of(request)
        spent = perf_counter_ns() - started
        requests.note(request_id, method, template_of(request), response.status, spent)
        request.app[METRICS].request(method, template_of(request), response.status, spent / 1e9)
        return response

    @web.middleware
    async def traced(request: web.Request, handler: Handler) -> web.StreamResponse:
        assert trace is not None
        with trace(request, method_of(request), template_of(request)) as finish:
            response = await envelope(request, handler)
            finish(response.status)
        return response

    return envelope if trace is None else traced


def method_of(request: web.Request) -> str:
    """The method, where HTTP knows it."""
    return request.method if request.method in METHODS else "other"


def _refuse_unknown_parameters(request: web.Request, known: frozenset[str]) -> None:
    faults = [
        Fault(f"?{name[:80]}", "unknown_parameter", "no such parameter here", tuple(nearest(name, known)) or tuple(known))
        for name in dict.fromkeys(request.query)
        if name not in known
    ]
    faults += [
        Fault(f"?{name}", "repeated_parameter", "stands more than once") for name in known if len(request.query.getall(name, [])) > 1
    ]
    if faults:
        raise Refused(PARAMETERS, faults=faults[:50])


def template_of(request: web.Request) -> str:
    """The route's pattern, never the path that was asked."""
    resource = request.match_info.route.resource
    return UNMATCHED if resource is None else resource.canonical


def _frames(error: BaseException) -> list[str]:
    """Where it failed, without any value: the message of an error may hold a patient's data."""
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
