"""`GET /v1/rulebook` and `POST /v1/rulebook/reload`: which rules are in force, where they come from, and taking them anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import orjson
from aiohttp import web

from covercheck import __version__
from covercheck.web.keys import SETTINGS
from covercheck.web.live import serving
from covercheck.web.problems import RULES_FROM_RELEASES, RULES_REFUSED, Refused
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.record_handler import note
from covercheck.web.reloading import RELOADER, Attempt
from covercheck.web.replies import answer_reply

Mode: TypeAlias = Literal["files", "releases"]


@dataclass(frozen=True, slots=True)
class AttemptView:
    """The last time another book was tried; `refused`: it was bad, and the one before still serves."""

    at: str
    why: str
    state: Literal["same", "renewed", "refused"]
    digest: str
    ms: float
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulebookView:
    """What this instance serves. `mode` says where its rules come from: never from both.

    `release`: the number of what serves here; `refused_release`: one in force that this instance could not take.
    """

    digest: str
    version: str
    mode: Mode
    loaded_at: str
    payers: int
    policies: int
    last_attempt: AttemptView | None
    release: int | None
    refused_release: int | None


async def get_rulebook(request: web.Request) -> web.Response:
    """The rulebook in force on this instance."""
    return answer_reply(request, serving(request).headers, orjson.dumps(rulebook_view(request)))


async def post_reload(request: web.Request) -> web.Response:
    """Take the folder's files anew; refused with every reason where they are bad."""
    if request.app[SETTINGS].rules == "releases":
        raise Refused(RULES_FROM_RELEASES)
    attempt = await request.app[RELOADER].from_folder("asked for")
    await note(request, "rulebook.change", f"reload: {attempt.state}")
    if attempt.state == "refused":
        raise Refused(RULES_REFUSED, "; ".join(attempt.findings)[:4_000])
    return answer_reply(request, serving(request).headers, orjson.dumps(view_of(attempt)))


def rulebook_view(request: web.Request) -> RulebookView:
    """What this instance serves, and how the last attempt at another ended."""
    book, reloader = serving(request).checker.book, request.app[RELOADER]
    last = view_of(reloader.last) if reloader.last is not None else None
    loaded = reloader.loaded_at.isoformat(timespec="seconds")
    follower = request.app[FOLLOWER]
    release, refused = (one.number if one is not None else None for one in (follower.serving, follower.refused))
    mode = request.app[SETTINGS].rules
    return RulebookView(book.digest, __version__, mode, loaded, len(book.payers), len(book.policies()), last, release, refused)


def view_of(attempt: Attempt) -> AttemptView:
    """An attempt as it is told."""
    at = attempt.at.isoformat(timespec="seconds")
    return AttemptView(at, attempt.why, attempt.state, attempt.digest, attempt.ms, attempt.findings)
