"""`covercheck mock-payer`: the made-up members of the rule files over HTTP, as X12, JSON and FHIR."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from aiohttp import web

from covercheck.checks.find_payer import build_directory
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.members import with_fault
from covercheck.rules.eligibility_text import Fault
from covercheck.rules.rulebook import Rulebook
from covercheck.web.mock_payer.faults import sick_reply
from covercheck.web.mock_payer.formats import FORMATS, Format
from covercheck.web.mock_payer.members import Members

MOST_BYTES = 1_048_576


@dataclass(frozen=True, slots=True)
class Behaviour:
    """For every question: `seconds` of waiting; on each `every`-th one a `fault`, or `reject`, an AAA code."""

    seconds: float = 0.0
    fault: Fault | None = None
    every: int = 1
    reject: str | None = None
    asked: count[int] = field(default_factory=lambda: count(1))

    def is_sick_now(self) -> bool:
        """Whether the question that comes now is one that goes wrong."""
        return next(self.asked) % self.every == 0


def mock_payer_app(book: Rulebook, behaviour: Behaviour) -> web.Application:
    """The clearinghouse; each wire format has an address of its own."""
    members = Members(book, build_directory(book))
    app = web.Application(client_max_size=MOST_BYTES)
    for path, wire in FORMATS.items():
        app.router.add_post(path, _handler(wire, members, behaviour))
    app.router.add_get("/", _list)
    return app


def run_mock_payer(app: web.Application, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until a signal comes; raises OSError where the port is taken."""
    web.run_app(app, host=host, port=port, access_log=None, print=lambda *words: say(str(words[0]).strip()))


def _handler(wire: Format, members: Members, behaviour: Behaviour) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        inquiry: Inquiry | None = wire.read(request.headers.get("content-type", ""), await request.read())
        if inquiry is None:
            return web.Response(status=400, text="no question in this format")
        member = members.find(inquiry)
        await asyncio.sleep(behaviour.seconds + (member.wait_seconds if member is not None else 0.0))
        is_sick = behaviour.is_sick_now()
        fault = (behaviour.fault if is_sick else None) or (member.fault if member is not None else None)
        report = with_fault(members.report(inquiry, member, behaviour.reject if is_sick else None), fault)
        content_type, body = wire.write(report, inquiry)
        sick = await sick_reply(request, fault, body, content_type) if fault is not None else None
        return sick or web.Response(body=body, headers={"content-type": content_type})

    return handle


async def _list(_: web.Request) -> web.Response:
    """Where to post what."""
    return web.Response(text="".join(f"POST {path}  {wire.says}\n" for path, wire in FORMATS.items()))
