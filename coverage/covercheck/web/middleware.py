"""The one middleware: request id, problems, CORS, parameters that no route knows, one log line."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from time import perf_counter_ns

from aiohttp import web

from covercheck.checks.question import Fault
from covercheck.rules.suggest import nearest
from covercheck.web.cors import allow_origin, answer_preflight, is_preflight
from covercheck.web.ids import request_id_of
from covercheck.web.keys import HEADERS, LOG, PARAMETERS, RUNNING, SETTINGS
from covercheck.web.problems import INTERNAL, Refused, problem_reply, refusal_of
from covercheck.web.problems import PARAMETERS as UNFIT

UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
NONE: frozenset[str] = frozenset()


@web.middleware
async def envelope(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Every response leaves through here."""
    started = perf_counter_ns()
    request_id = request_id_of(request.headers.get("X-Request-Id"))
    app = request.app
    app[RUNNING].begin()
    try:
        response = await _respond(request, handler)
    except Refused as refused:
        response = problem_reply(request, refused, request_id)
    except web.HTTPException as error:
        response = problem_reply(request, refusal_of(error, app[SETTINGS].max_body_bytes), request_id)
    except Exception as error:
        app[LOG].error("failed", request_id=request_id, error=type(error).__name__, at=_frames(error))
        response = problem_reply(request, Refused(INTERNAL), request_id)
    finally:
        app[RUNNING].end()
    response.headers["X-Request-Id"] = request_id
    if app[SETTINGS].cors_origins:
        allow_origin(request, response, app[SETTINGS].cors_origins)
    app[LOG].info(
        "request",
        request_id=request_id,
        method=request.method if request.method in METHODS else "other",
        route=template_of(request),
        status=response.status,
        ms=(perf_counter_ns() - started) // 10_000 / 100,
    )
    return response


async def _respond(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    if request.method == "OPTIONS" and is_preflight(request):
        return answer_preflight(request, request.app[HEADERS], request.app[SETTINGS].cors_origins)
    if request.query_string and request.match_info.http_exception is None:
        _refuse_unknown_parameters(request)
    return await handler(request)


def _refuse_unknown_parameters(request: web.Request) -> None:
    known = request.app[PARAMETERS].get(template_of(request), NONE)
    faults = [
        Fault(f"?{name[:80]}", "unknown_parameter", "no such parameter here", tuple(nearest(name, known)) or tuple(known))
        for name in dict.fromkeys(request.query)
        if name not in known
    ]
    faults += [
        Fault(f"?{name}", "repeated_parameter", "stands more than once") for name in known if len(request.query.getall(name, [])) > 1
    ]
    if faults:
        raise Refused(UNFIT, faults=faults[:50])


def template_of(request: web.Request) -> str:
    """The route's pattern, never the path that was asked."""
    resource = request.match_info.route.resource
    return UNMATCHED if resource is None else resource.canonical


def _frames(error: BaseException) -> list[str]:
    """Where it failed, without any value: the message of an error may hold a patient's data."""
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
