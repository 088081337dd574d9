"""Releases over the API: what was published, when it came into force, and going back."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from aiohttp import web

from covercheck.records.releases import Release
from covercheck.web.access import ASKER
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import serving
from covercheck.web.problems import RULES_FROM_FILES, UNKNOWN_RELEASE, Refused
from covercheck.web.publishing.bodies import RollbackBody
from covercheck.web.publishing.drafts import publish, read_as, released
from covercheck.web.publishing.views import ReleaseList, release_view
from covercheck.web.replies import answer_reply


async def get_releases(request: web.Request) -> web.Response:
    """Every release, newest first."""
    found, number = await listed(request)
    told = ReleaseList(tuple(release_view(release, number) for release in found), number)
    return answer_reply(request, serving(request).headers, orjson.dumps(told))


async def listed(request: web.Request) -> tuple[tuple[Release, ...], int | None]:
    """The releases, and the number of the one in force, None where rules come from files."""
    releases = request.app[MEMORY].records.releases
    found = await releases.list()
    if request.app[SETTINGS].rules == "files":
        return found, None
    in_force = await releases.in_force(request.app[CLOCK]())
    return found, in_force.number if in_force is not None else None


async def get_release(request: web.Request) -> web.Response:
    """One release."""
    release = await release_of(request)
    _, number = await listed(request)
    return answer_reply(request, serving(request).headers, orjson.dumps(release_view(release, number)))


async def post_rollback(request: web.Request) -> web.Response:
    """Publish again what an earlier release held."""
    release = await release_of(request)
    body = await read_as(request, RollbackBody)
    return await released(request, await roll_back(request, release, body.reason, body.effective_at))


async def roll_back(request: web.Request, release: Release, reason: str, effective_at: datetime | None = None) -> Release:
    """The new release with the content of an earlier one; raises Refused where rules come from files."""
    if request.app[SETTINGS].rules == "files":
        raise Refused(RULES_FROM_FILES)
    newest = await request.app[MEMORY].records.releases.newest()
    if newest is None:
        raise Refused(UNKNOWN_RELEASE)
    now = request.app[CLOCK]()
    # One that was to come into force later is set aside by following it in that same moment.
    moment = max(now, newest.effective_at, effective_at or now).astimezone(UTC)
    again = Release(0, release.digest, None, release.number, request[ASKER].token, None, reason, now, moment)
    return await publish(request, again, newest.number)


async def release_of(request: web.Request) -> Release:
    """The release of the address."""
    written = request.match_info["number"]
    found = None
    if written.isascii() and written.isdigit() and len(written) < 10:
        found = await request.app[MEMORY].records.releases.find(int(written))
    if found is None:
        raise Refused(UNKNOWN_RELEASE)
    return found
