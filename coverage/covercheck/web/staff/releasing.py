"""`/rules/releases`: what was published, when it came into force, who and why; and going back."""

from __future__ import annotations

from aiohttp import web

from covercheck.web.access import ASKER, is_allowed
from covercheck.web.keys import SETTINGS
from covercheck.web.problems import REFUSED, Refused
from covercheck.web.publishing.bodies import RollbackBody
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.publishing.releases import listed, release_of, roll_back
from covercheck.web.staff.frame import admitted, check_origin, page, see, texts

LONGEST = 1_000


async def get_releases_page(request: web.Request) -> web.Response:
    """The releases as a timeline, newest first."""
    away = await admitted(request, "rulebook.review")
    if away is not None:
        return away
    before = request.query.get("before", "")
    told = await listed(request, int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None)
    return page(
        request,
        "releases.html",
        told=told,
        follower=request.app[FOLLOWER],
        mode=request.app[SETTINGS].rules,
        may_change=is_allowed(request, request[ASKER], "rulebook.change"),
    )


async def post_rollback_form(request: web.Request) -> web.Response:
    """Publish again what an earlier release held."""
    check_origin(request)
    away = await admitted(request, "rulebook.change")
    if away is not None:
        return away
    release = await release_of(request)
    reason = texts(await request.post()).get("reason", "")[:LONGEST]
    if not reason:
        raise Refused(REFUSED, "Going back needs its reason.")
    await roll_back(request, release, RollbackBody(reason=reason))
    return see(request, "/rules/releases")
