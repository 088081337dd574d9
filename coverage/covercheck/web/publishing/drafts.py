"""Drafts over the API: written, looked at, replayed, approved by somebody else, or withdrawn."""

from __future__ import annotations

import os
from dataclasses import dataclass

import orjson
from aiohttp import web

from covercheck.checks.impact.compare import Books
from covercheck.checks.publishing.change import Change, pack_change, unpack_change
from covercheck.checks.request import Fault
from covercheck.records.drafts import Draft
from covercheck.records.repeats import Repeat
from covercheck.web.access import ASKER, deed
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import LIVE, serving
from covercheck.web.problems import (
    DRAFT_OUTDATED,
    DRAFT_STATE,
    DRAFT_UNSOUND,
    OWN_DRAFT,
    REFUSED,
    UNKNOWN_DRAFT,
    UNKNOWN_RELEASE,
    Refused,
)  # fmt: skip
from covercheck.web.publishing.bodies import ApprovalBody, DraftBody, ImpactBody
from covercheck.web.publishing.desk import DESK
from covercheck.web.publishing.sending import made_before, made_by, read_as, read_with_key, replayed
from covercheck.web.publishing.views import DraftList, DraftView, Meanwhile, draft_brief, draft_view
from covercheck.web.record_handler import note
from covercheck.web.replies import answer_reply


@dataclass(frozen=True, slots=True)
class Base:
    """What a draft changes: a release by its number, or the folder's rules."""

    number: int | None
    digest: str
    files: dict[str, bytes]


async def post_draft(request: web.Request) -> web.Response:
    """Keep a change of the rules to be looked at; it may be unsound, and says so."""
    body, repeat = await read_with_key(request, DraftBody)
    earlier = await made_before(request, repeat)
    if earlier is None:
        written = await write_draft(request, body.note, Change(body.written, body.removed), body.base, repeat)
        draft, again = written
    else:
        draft, again = await find_draft(request, earlier), True
    return replayed(await _shown(request, draft), again)


async def write_draft(
    request: web.Request, words: str, change: Change, base: int | None, repeat: Repeat | None = None
) -> tuple[Draft, bool]:
    """Keep a draft; or the one that took the key first, and True. Raises Refused with every fault."""
    app, asker, now = request.app, request[ASKER], request.app[CLOCK]()
    on = await base_of(request, base)
    faults = tuple(change.faults(on.files))
    if faults:
        raise Refused(REFUSED, faults=faults)
    await app[DESK].keep_book(on.digest, on.files)
    draft = Draft("drf_" + os.urandom(13).hex(), on.number, on.digest, asker.org, asker.token, now, words, pack_change(change))
    audit = [deed(request, asker, "rulebook.change", f"{draft.id}: written", now)]
    taken = await app[MEMORY].records.drafts.save(draft, audit, repeat)
    if taken is not None and repeat is not None:
        return await find_draft(request, made_by(taken, repeat)), True
    return draft, False


async def base_of(request: web.Request, number: int | None) -> Base:
    """The newest release, or the named one, or the folder's rules; raises Refused where there is none."""
    app = request.app
    if app[SETTINGS].rules == "files":
        if number is not None:
            raise Refused(REFUSED, faults=[Fault("/base", "wrong_value", "rules come from files here: there is no release to change")])
        book = app[LIVE].now.checker.book
        return Base(None, book.digest, dict(book.files))
    releases = app[MEMORY].records.releases
    found = await (releases.newest() if number is None else releases.find(number))
    if found is None:
        raise Refused(UNKNOWN_RELEASE)
    try:
        return Base(found.number, found.digest, await app[DESK].files_of(found.digest))
    except LookupError:
        raise Refused(UNKNOWN_RELEASE, f"The rulebook of release {found.number} can't be read from the database.") from None


async def get_drafts(request: web.Request) -> web.Response:
    """The newest drafts."""
    found = await request.app[MEMORY].records.drafts.list()
    return answer_reply(request, serving(request).headers, orjson.dumps(DraftList(tuple(map(draft_brief, found)))))


async def get_draft(request: web.Request) -> web.Response:
    """A draft with findings, diff and impact."""
    return await _shown(request, await draft_of(request))


async def post_impact(request: web.Request) -> web.Response:
    """Begin the replay of recorded checks against a draft."""
    draft = await draft_of(request)
    body = await read_as(request, ImpactBody)
    await begin_impact(request, draft, body.days)
    return await _shown(request, draft)


async def begin_impact(request: web.Request, draft: Draft, days: int) -> None:
    """Replay, in the background; raises Refused where the rules do not load."""
    desk = request.app[DESK]
    analysis = await desk.analysis(draft)
    if analysis.checker is None:
        raise Refused(DRAFT_UNSOUND)
    books = Books.of(await desk.base_of(draft), analysis.checker)
    desk.replays.start(draft, books, dict(analysis.checker.book.files), days, request[ASKER].org)
    await note(request, "rulebook.review", f"{draft.id}: replayed over {days} days")


async def post_approval(request: web.Request) -> web.Response:
    """Approve somebody else's draft."""
    draft = await draft_of(request)
    body = await read_as(request, ApprovalBody)
    return await _shown(request, await approve(request, draft, body.reason))


async def approve(request: web.Request, draft: Draft, reason: str) -> Draft:
    """Approved; raises Refused for one's own, an unsound, an outdated one, or one that is open no more. Approving twice is once."""
    app, asker, now = request.app, request[ASKER], request.app[CLOCK]()
    if draft.author == asker.token:
        raise Refused(OWN_DRAFT)
    await refuse_unfit(request, draft)
    if draft.state == "approved" and draft.approver == asker.token:
        return draft
    audit = [deed(request, asker, "rulebook.change", f"{draft.id}: approved", now)]
    if not await app[MEMORY].records.drafts.approve(draft.id, asker.token, reason, now, audit):
        raise Refused(DRAFT_STATE, f"It is {(await draft_of(request)).state}.")
    return await draft_of(request)


async def post_withdrawal(request: web.Request) -> web.Response:
    """Set a draft aside."""
    draft = await draft_of(request)
    return await _shown(request, await withdraw(request, draft))


async def withdraw(request: web.Request, draft: Draft) -> Draft:
    """Withdrawn; raises Refused for one that is published."""
    audit = [deed(request, request[ASKER], "rulebook.change", f"{draft.id}: withdrawn", request.app[CLOCK]())]
    done = await request.app[MEMORY].records.drafts.withdraw(draft.id, audit)
    found = await draft_of(request)
    if not done and found.state != "withdrawn":
        raise Refused(DRAFT_STATE, f"It is {found.state}.")
    return found


async def draft_of(request: web.Request) -> Draft:
    """The draft of the address."""
    return await find_draft(request, request.match_info["id"])


async def find_draft(request: web.Request, draft_id: str) -> Draft:
    """The draft of this id; raises Refused where there is none."""
    found = await request.app[MEMORY].records.drafts.find(draft_id)
    if found is None:
        raise Refused(UNKNOWN_DRAFT)
    return found


async def meanwhile(request: web.Request, draft: Draft) -> Meanwhile | None:
    """What came into being since the draft was made; None while what it changes is the newest, and for one that goes no further."""
    if draft.state not in ("open", "approved"):
        return None
    app, number = request.app, None
    if app[SETTINGS].rules == "files":
        digest = app[LIVE].now.checker.book.digest
        if draft.base_digest == digest:
            return None
    else:
        newest = await app[MEMORY].records.releases.newest()
        if newest is None or newest.number == draft.base:
            return None
        number, digest = newest.number, newest.digest
    try:
        before, after = await app[DESK].files_of(draft.base_digest), await app[DESK].files_of(digest)
    except LookupError:
        return Meanwhile(number, None)
    return Meanwhile(number, tuple(name for name in unpack_change(draft.change).paths if before.get(name) != after.get(name)))


async def refuse_unfit(request: web.Request, draft: Draft) -> None:
    """Raises Refused for a draft that is unsound or outdated."""
    if not (await request.app[DESK].analysis(draft)).is_sound:
        raise Refused(DRAFT_UNSOUND)
    since = await meanwhile(request, draft)
    if since is not None:
        raise Refused(DRAFT_OUTDATED, since.says)


async def _shown(request: web.Request, draft: Draft) -> web.Response:
    return answer_reply(request, serving(request).headers, orjson.dumps(await viewed(request, draft)))


async def viewed(request: web.Request, draft: Draft) -> DraftView:
    """A draft with all that its approval needs."""
    desk = request.app[DESK]
    analysis, since = await desk.analysis(draft), await meanwhile(request, draft)
    replay = desk.replays.state(draft.id)
    return draft_view(draft, analysis, replay, since, mode=request.app[SETTINGS].rules, org=request[ASKER].org)
