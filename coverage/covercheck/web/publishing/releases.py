"""Releases over the API: what was published, when it came into force, its files, and going back."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import web

from covercheck.checks.renewing import renew
from covercheck.checks.request import Fault
from covercheck.records.releases import MOST_LISTED, Release
from covercheck.records.repeats import Repeat
from covercheck.rules.suggest import nearest
from covercheck.web.access import ASKER
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import LIVE, serving
from covercheck.web.problems import PARAMETERS, RULES_REFUSED, UNKNOWN_RELEASE, Refused
from covercheck.web.publishing.bodies import RollbackBody
from covercheck.web.publishing.desk import DESK
from covercheck.web.publishing.publication import find_release, moment_of, publish, refuse_files, released
from covercheck.web.publishing.sending import made_before, read_with_key, replayed
from covercheck.web.publishing.views import FileView, ReleaseFiles, ReleaseList, ReleaseView, release_view, standings
from covercheck.web.replies import answer_reply


async def get_releases(request: web.Request) -> web.Response:
    """A page of releases, newest first."""
    written = request.query.get("before")
    if written is not None and not (written.isascii() and written.isdigit() and 0 < len(written) < 10 and int(written) > 0):
        raise Refused(PARAMETERS, faults=[Fault("?before", "wrong_parameter", "must be the number of a release")])
    told = await listed(request, int(written) if written is not None else None)
    return answer_reply(request, serving(request).headers, orjson.dumps(told))


async def listed(request: web.Request, before: int | None = None) -> ReleaseList:
    """The releases as they are told, those before a number or the newest."""
    store, now = request.app[MEMORY].records.releases, request.app[CLOCK]()
    found = await store.list(before)
    in_use = request.app[SETTINGS].rules == "releases"
    later = await store.since(found[-1].number) if found else ()
    standing = standings(later, now, in_use=in_use)
    in_force = next((number for number, one in standing.items() if one == "in_force"), None)
    if in_use and in_force is None:
        serves = await store.in_force(now)
        in_force = serves.number if serves is not None else None
    more = found[-1].number if len(found) == MOST_LISTED and found[-1].number > 1 else None
    views: tuple[ReleaseView, ...] = tuple(release_view(release, standing[release.number]) for release in found)
    return ReleaseList(views, in_force, more)


async def get_release(request: web.Request) -> web.Response:
    """One release."""
    return await released(request, await release_of(request))


async def get_release_files(request: web.Request) -> web.Response:
    """The files of a release; with `path`, one of them with its text."""
    release = await release_of(request)
    try:
        files = await request.app[DESK].files_of(release.digest)
    except LookupError:
        raise Refused(UNKNOWN_RELEASE, f"The rulebook of release {release.number} can't be read from the database.") from None
    path = request.query.get("path")
    if path is None:
        shown = tuple(FileView(name, len(files[name]), None) for name in sorted(files))
    elif path in files:
        shown = (FileView(path, len(files[path]), files[path].decode(errors="replace")),)
    else:
        raise Refused(
            PARAMETERS, faults=[Fault("?path", "wrong_parameter", "is no file of this release", tuple(nearest(path[:300], files)))]
        )
    told = ReleaseFiles(release.number, release.digest, shown)
    return answer_reply(request, serving(request).headers, orjson.dumps(told))


async def post_rollback(request: web.Request) -> web.Response:
    """Publish again what an earlier release held."""
    release = await release_of(request)
    body, repeat = await read_with_key(request, RollbackBody)
    refuse_files(request)
    earlier = await made_before(request, repeat)
    if earlier is not None:
        return replayed(await released(request, await find_release(request, earlier)), True)
    again, was_made = await roll_back(request, release, body, repeat)
    return replayed(await released(request, again), was_made)


async def roll_back(request: web.Request, release: Release, body: RollbackBody, repeat: Repeat | None = None) -> tuple[Release, bool]:
    """The new release with the content of an earlier one; raises Refused where rules come from files, or that content no longer serves.

    It is urgent: it may come before a release that is still pending, which then never comes into force.
    """
    refuse_files(request)
    app = request.app
    now = app[CLOCK]()
    moment = moment_of(now, body.effective_at)
    newest = await app[MEMORY].records.releases.newest()
    if newest is None:
        raise Refused(UNKNOWN_RELEASE)
    await _refuse_unsound(request, release)
    again = Release(0, release.digest, None, release.number, request[ASKER].token, None, body.reason, now, moment)
    return await publish(request, again, newest.number, repeat)


async def release_of(request: web.Request) -> Release:
    """The release of the address."""
    return await find_release(request, request.match_info["number"])


async def _refuse_unsound(request: web.Request, release: Release) -> None:
    """What was sound when it was published need not be to this release of the program."""
    desk, live = request.app[DESK], request.app[LIVE].now.checker
    try:
        files = await desk.files_of(release.digest)
    except LookupError:
        raise Refused(RULES_REFUSED, f"The rulebook of release {release.number} can't be read from the database.") from None
    tried = await asyncio.to_thread(renew, live, files, desk.limits)
    if tried.state == "refused":
        raise Refused(RULES_REFUSED, "; ".join(tried.findings)[:4_000])
