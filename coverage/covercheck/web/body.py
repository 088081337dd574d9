"""From a request's bytes to a question: size, time, coding and JSON, each refused with its own problem."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NoReturn

from aiohttp import web

from covercheck.checks.question import QuestionReader
from covercheck.checks.request import CheckRequest, Fault, QuestionRefused, parse_request, pointer
from covercheck.settings import Settings
from covercheck.web.keys import SETTINGS
from covercheck.web.problems import BROKEN, MALFORMED, REFUSED, TOO_LARGE, TOO_SLOW, WRONG_TYPE, Refused

MAX_KEYS = 500
MAX_DEPTH = 20
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
ACCEPTED = {"Accept-Post": "application/json"}


async def read_body(request: web.BaseRequest, settings: Settings, most: int | None = None) -> bytes:
    """The body's bytes, declared as JSON, whole and small enough; `most` bytes, else as many as a question may have."""
    declared = request.headers.get("Content-Type")
    if declared != "application/json":
        _check_type(request)
    limit = most or settings.max_body_bytes
    if (request.content_length or 0) > limit:
        raise Refused(TOO_LARGE, f"More than {limit} bytes.", close=True)
    try:
        if request.content.is_eof():
            return await request.read()
        async with asyncio.timeout(settings.body_seconds):
            return await request.read()
    except TimeoutError:
        raise Refused(TOO_SLOW, f"Waited {settings.body_seconds:g} seconds.", close=True) from None
    except web.HTTPRequestEntityTooLarge:
        raise Refused(TOO_LARGE, f"More than {limit} bytes.", close=True) from None
    except web.RequestPayloadError:
        raise Refused(BROKEN, close=True) from None


async def expect(request: web.Request) -> None:
    """Let a client that asks first send its body, unless it is too large; other expectations are passed over."""
    wanted = request.headers.get("Expect", "").lower()
    if wanted == "100-continue" and (request.content_length or 0) <= request.app[SETTINGS].max_body_bytes:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def _check_type(request: web.BaseRequest) -> None:
    try:
        charset = (request.charset or "utf-8").lower()
    except ValueError:
        charset = "?"
    if request.content_type != "application/json" or charset not in CHARSETS:
        raise Refused(WRONG_TYPE, headers=ACCEPTED)


def read_question(body: bytes, reader: QuestionReader, today: date) -> CheckRequest:
    """The body as a question of the right shape; its names are looked up only to tell every fault at once."""
    if body.count(b":") > MAX_KEYS:
        _refuse_crowd(body)
    try:
        return parse_request(body)
    except QuestionRefused as refused:
        refuse(body, reader.every_fault(refused, today))


def has_repeats(body: bytes, request: CheckRequest) -> bool:
    """Whether a key stands twice: of two ages neither is to be believed. A body with no more colons than keys needs no closer look."""
    return body.count(b":") != _keys(request) and any(_repeated(_strict(body)))


def refuse(body: bytes, refused: QuestionRefused) -> NoReturn:
    """Refuse with every fault, those of the JSON itself among them."""
    repeated = _repeated(_strict(body))
    kind = MALFORMED if any(fault.key == "malformed_json" for fault in refused.faults) else REFUSED
    raise Refused(kind, faults=(*refused.faults, *repeated)) from None


def _refuse_crowd(body: bytes) -> None:
    """Refuse a body with more keys than any question has, before each is looked at."""
    if sum(len(value) for _, value in _walk(_strict(body)) if isinstance(value, dict)) > MAX_KEYS:
        raise Refused(REFUSED, faults=[Fault("", "too_many_keys", f"more than {MAX_KEYS} keys")])


def _keys(request: CheckRequest) -> int:
    """How many keys the question has."""
    nested = (request.plan, request.member, request.provider)
    inner = sum(len(model.model_fields_set) for model in nested if model is not None)
    return len(request.model_fields_set) + inner + len(request.facts)


class _Twice(dict[str, Any]):
    """A JSON object in which keys stand twice."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    twice = _Twice(found)
    twice.repeated = tuple(dict.fromkeys(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return twice


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _strict(body: bytes) -> Any:
    """The body as JSON allows it and no further; raises Refused with the place where it ends to be JSON."""
    try:
        text = body.decode()
        data = json.loads(text, object_pairs_hook=_object, parse_constant=_not_json)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        detail = f"byte {error.start} is not UTF-8"
    except UnicodeEncodeError:
        detail = "an escape such as \\ud800 stands for half a character"
    except json.JSONDecodeError as error:
        detail = f"line {error.lineno}, column {error.colno}: {error.msg}"
    except RecursionError:
        detail = "nested too deeply"
    except ValueError as error:
        detail = str(error) if str(error).endswith("is not JSON") else "a number is too long"
    else:
        return data
    raise Refused(MALFORMED, faults=[Fault("", "malformed_json", detail)])


def _walk(data: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value with the steps that lead to it, in the order written."""
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), data)]
    while waiting:
        at, value = waiting.pop()
        yield at, value
        if len(at) > MAX_DEPTH:
            raise Refused(MALFORMED, faults=[Fault("", "malformed_json", "nested too deeply")])
        steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting.extend(((*at, step), inner) for step, inner in reversed(list(steps)))


def _repeated(data: Any) -> Iterator[Fault]:
    for at, value in _walk(data):
        if isinstance(value, _Twice):
            for name in value.repeated:
                yield Fault(pointer((*at, name)), "duplicate_key", "this key stands more than once")
