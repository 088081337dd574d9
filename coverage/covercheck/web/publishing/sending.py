"""What is sent about drafts and releases: read whole, and the same request sent again recognised."""

from __future__ import annotations

from typing import Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from covercheck.checks.request import Fault, QuestionRefused, pointer
from covercheck.records.repeats import KeyTaken, Repeat
from covercheck.web.access import ASKER
from covercheck.web.body import read_body, refuse
from covercheck.web.check_handler import repeat_in
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.problems import KEY_REUSED, Refused

MOST_BYTES: Final = 4_000_000
LONGEST: Final = 200
Body = TypeVar("Body", bound=BaseModel)


async def read_as(request: web.Request, model: type[Body]) -> Body:
    """The body; raises Refused with every fault. Files of rules may be longer than questions are."""
    return _parsed(await _read(request), model)


async def read_with_key(request: web.Request, model: type[Body]) -> tuple[Body, Repeat | None]:
    """The body, and the `Idempotency-Key` it came with. A key belongs to one address with one body."""
    body = await _read(request)
    return _parsed(body, model), repeat_in(request, request.path[:LONGEST], body)


async def made_before(request: web.Request, repeat: Repeat | None) -> str | None:
    """What the same request made before, by its id; raises Refused where its key came with another."""
    if repeat is None:
        return None
    found = await request.app[MEMORY].records.checks.repeated(request[ASKER].org, repeat.space, repeat.name, request.app[CLOCK]())
    return made_by(found, repeat) if found is not None else None


def made_by(taken: KeyTaken, repeat: Repeat) -> str:
    """What took the key; raises Refused where that came with another body."""
    if taken.body_hash != repeat.body_hash:
        raise Refused(KEY_REUSED)
    return taken.check_id


def replayed(response: web.Response, again: bool) -> web.Response:
    """Tell that nothing new was made."""
    if again:
        response.headers["Idempotency-Replayed"] = "true"
    return response


async def _read(request: web.Request) -> bytes:
    return await read_body(request.clone(client_max_size=MOST_BYTES), request.app[SETTINGS], MOST_BYTES)


def _parsed(body: bytes, model: type[Body]) -> Body:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        refuse(body, QuestionRefused([Fault(pointer(e["loc"]), _key(e["type"]), e["msg"]) for e in error.errors(include_url=False)]))


def _key(kind: str) -> str:
    known = {"missing": "missing", "extra_forbidden": "unknown_key", "json_invalid": "malformed_json"}
    return known.get(kind, "wrong_type" if kind.endswith("_type") else "wrong_form")
