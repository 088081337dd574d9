"""Publishing: an approved draft, or an earlier release again, becomes the next release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from aiohttp import web

from covercheck.checks.request import Fault
from covercheck.records.audit import Entry
from covercheck.records.drafts import Draft
from covercheck.records.releases import NotApproved, Outdated, Release, TooEarly
from covercheck.records.repeats import KeyTaken, Repeat
from covercheck.web.access import ASKER, deed
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import serving
from covercheck.web.problems import (
    DRAFT_OUTDATED,
    DRAFT_STATE,
    PENDING_RELEASE,
    REFUSED,
    RULES_FROM_FILES,
    UNKNOWN_RELEASE,
    Refused,
)  # fmt: skip
from covercheck.web.publishing.bodies import PublicationBody
from covercheck.web.publishing.desk import DESK
from covercheck.web.publishing.drafts import draft_of, refuse_unfit
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.publishing.sending import made_before, made_by, read_with_key, replayed
from covercheck.web.publishing.views import release_view, standings
from covercheck.web.replies import answer_reply

LATE: Final = timedelta(minutes=5)  # a form that was open for a while still means: now
FARTHEST: Final = timedelta(days=2 * 366)


async def post_publication(request: web.Request) -> web.Response:
    """Publish an approved draft as the next release."""
    draft = await draft_of(request)
    body, repeat = await read_with_key(request, PublicationBody)
    refuse_files(request)
    earlier = await made_before(request, repeat)
    if earlier is not None:
        return replayed(await released(request, await find_release(request, earlier)), True)
    release, again = await publish_draft(request, draft, body.effective_at, repeat)
    return replayed(await released(request, release), again)


async def publish_draft(
    request: web.Request, draft: Draft, effective_at: datetime | None, repeat: Repeat | None = None
) -> tuple[Release, bool]:
    """The release it became; raises Refused where rules come from files, and for a draft that is unsound, outdated or not approved."""
    asker, desk, now = request[ASKER], request.app[DESK], request.app[CLOCK]()
    refuse_files(request)
    moment = moment_of(now, effective_at)
    await refuse_unfit(request, draft)
    if draft.state != "approved":
        raise Refused(DRAFT_STATE, f"It is {draft.state}.")
    analysis = await desk.analysis(draft)
    await desk.keep_book(analysis.digest, await desk.files_after(draft))
    release = Release(0, analysis.digest, draft.id, None, asker.token, draft.approver, draft.note, now, moment)
    return await publish(request, release, draft.base or 0, repeat)


async def publish(request: web.Request, release: Release, base: int, repeat: Repeat | None) -> tuple[Release, bool]:
    """The release with its number, taken here at once where its moment has come; raises Refused where another came before it.

    True beside it: the same request made it before.
    """
    asker, now = request[ASKER], request.app[CLOCK]()

    def told(made: Release) -> Entry:
        return deed(request, asker, "rulebook.change", f"release {made.number} published", now)

    key = (asker.org, repeat) if repeat is not None else None
    match await request.app[MEMORY].records.releases.publish(release, base, told, key):
        case Release() as published:
            await request.app[FOLLOWER].look()
            return published, False
        case KeyTaken() as taken if repeat is not None:
            return await find_release(request, made_by(taken, repeat)), True
        case Outdated(newest):
            raise Refused(DRAFT_OUTDATED, f"The newest release is {newest}.")
        case TooEarly(earliest):
            raise Refused(PENDING_RELEASE, f"The release it follows comes into force at {earliest.isoformat(timespec='seconds')}.")
        case NotApproved() | KeyTaken():
            raise Refused(DRAFT_STATE)


def refuse_files(request: web.Request) -> None:
    """Raises Refused where rules come from files."""
    if request.app[SETTINGS].rules == "files":
        raise Refused(RULES_FROM_FILES)


def moment_of(now: datetime, wanted: datetime | None) -> datetime:
    """When it comes into force, in UTC and never before now; raises Refused for a moment that can't be meant."""
    if wanted is None:
        return now
    if wanted < now - LATE:
        raise Refused(REFUSED, faults=[Fault("/effective_at", "moment_past", "lies in the past")])
    if wanted > now + FARTHEST:
        raise Refused(REFUSED, faults=[Fault("/effective_at", "moment_far", "lies more than two years ahead")])
    return max(now, wanted).astimezone(UTC)


async def released(request: web.Request, release: Release) -> web.Response:
    """A release as it is told."""
    since = await request.app[MEMORY].records.releases.since(release.number)
    in_use = request.app[SETTINGS].rules == "releases"
    standing = standings(since, request.app[CLOCK](), in_use=in_use)[release.number]
    return answer_reply(request, serving(request).headers, orjson.dumps(release_view(release, standing)))


async def find_release(request: web.Request, written: str) -> Release:
    """The release of this number; raises Refused where there is none."""
    found = None
    if written.isascii() and written.isdigit() and len(written) < 10:
        found = await request.app[MEMORY].records.releases.find(int(written))
    if found is None:
        raise Refused(UNKNOWN_RELEASE)
    return found
