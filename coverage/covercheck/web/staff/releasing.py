"""`/rules/releases`: what was published, when it came into force, who and why; and going back."""

from __future__ import annotations

from aiohttp import web

from covercheck.records.roles import may
from covercheck.web.access import ASKER
from covercheck.web.keys import SETTINGS
from covercheck.web.problems import REFUSED, Refused
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.publishing.releases import listed, release_of, roll_back
from covercheck.web.publishing.views import release_view
from covercheck.web.staff.frame import admitted, check_origin, page, see, texts

LONGEST = 1_000


async def get_releases_page(request: web.Request) -> web.Response:
    """The releases as a timeline, newest first."""
    away = await admitted(request, "rulebook.review")
    if away is not None:
        return away
    found, number = await listed(request)
    return page(
        request,
        "releases.html",
        releases=[release_view(release, number) for release in found],
        follower=request.app[FOLLOWER],
        mode=request.app[SETTINGS].rules,
        may_change=may(request[ASKER].role, "rulebook.change"),
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
    await roll_back(request, release, reason)
    return see(request, "/rules/releases")
