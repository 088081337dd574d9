"""Drafts over the API: written, looked at, replayed, approved by somebody else, published or withdrawn."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Final, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from covercheck.checks.impact.compare import Books
from covercheck.checks.publishing.change import Change, pack_change
from covercheck.checks.request import Fault, QuestionRefused, pointer
from covercheck.records.drafts import Draft
from covercheck.records.releases import NotApproved, Outdated, Release, TooEarly
from covercheck.web.access import ASKER, deed
from covercheck.web.body import read_body, refuse
from covercheck.web.keys import CLOCK, MEMORY, SETTINGS
from covercheck.web.live import LIVE, serving
from covercheck.web.problems import (
    DRAFT_OUTDATED,
    DRAFT_STATE,
    DRAFT_UNSOUND,
    OWN_DRAFT,
    REFUSED,
    RULES_FROM_FILES,
    UNKNOWN_DRAFT,
    UNKNOWN_RELEASE,
    Refused,
)  # fmt: skip
from covercheck.web.publishing.bodies import ApprovalBody, DraftBody, ImpactBody, PublicationBody
from covercheck.web.publishing.desk import DESK
from covercheck.web.publishing.following import FOLLOWER
from covercheck.web.publishing.views import DraftList, DraftView, draft_brief, draft_view, release_view
from covercheck.web.record_handler import note
from covercheck.web.replies import answer_reply

MOST_BYTES: Final = 4_000_000
Body = TypeVar("Body", bound=BaseModel)


async def post_draft(request: web.Request) -> web.Response:
    """Keep a change of the rules to be looked at; it may be unsound, and says so."""
    body = await read_as(request, DraftBody)
    draft = await write_draft(request, body.note, Change(body.written, body.removed), body.base)
    return await _shown(request, draft)


async def write_draft(request: web.Request, words: str, change: Change, base: int | None) -> Draft:
    """Keep a draft on the newest release, or the named one, or the folder's rules; raises Refused with every fault."""
    app, asker, now = request.app, request[ASKER], request.app[CLOCK]()
    digest = app[LIVE].now.checker.book.digest
    if app[SETTINGS].rules == "releases":
        releases = app[MEMORY].records.releases
        found = await (releases.newest() if base is None else releases.find(base))
        if found is None:
            raise Refused(UNKNOWN_RELEASE)
        base, digest = found.number, found.digest
    elif base is not None:
        raise Refused(REFUSED, faults=[Fault("/base", "wrong_value", "rules come from files here: there is no release to change")])
    files = await app[DESK].files_of(digest)
    faults = tuple(change.faults(files))
    if faults:
        raise Refused(REFUSED, faults=faults)
    await app[DESK].keep_book(digest, files)
    draft = Draft("drf_" + os.urandom(13).hex(), base, digest, asker.org, asker.token, now, words, pack_change(change))
    await app[MEMORY].records.drafts.save(draft, [deed(request, asker, "rulebook.change", f"{draft.id}: written", now)])
    return draft


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
    """Approved; raises Refused for one's own, an unsound, an outdated one, or one that is open no more."""
    app, asker, now = request.app, request[ASKER], request.app[CLOCK]()
    if draft.author == asker.token:
        raise Refused(OWN_DRAFT)
    await _refuse_unfit(request, draft)
    drafts = app[MEMORY].records.drafts
    if not await drafts.approve(draft.id, asker.token, reason, now):
        raise Refused(DRAFT_STATE, f"It is {draft.state}.")
    await note(request, "rulebook.change", f"{draft.id}: approved")
    return await draft_of(request)


async def post_withdrawal(request: web.Request) -> web.Response:
    """Set a draft aside."""
    draft = await draft_of(request)
    return await _shown(request, await withdraw(request, draft))


async def withdraw(request: web.Request, draft: Draft) -> Draft:
    """Withdrawn; raises Refused for one that is published."""
    if draft.state != "withdrawn" and not await request.app[MEMORY].records.drafts.withdraw(draft.id):
        raise Refused(DRAFT_STATE, f"It is {draft.state}.")
    await note(request, "rulebook.change", f"{draft.id}: withdrawn")
    return await draft_of(request)


async def post_publication(request: web.Request) -> web.Response:
    """Publish an approved draft as the next release."""
    draft = await draft_of(request)
    body = await read_as(request, PublicationBody)
    return await released(request, await publish_draft(request, draft, body.effective_at))


async def publish_draft(request: web.Request, draft: Draft, effective_at: datetime | None) -> Release:
    """The release it became; raises Refused where rules come from files, and for a draft that is unsound, outdated or not approved."""
    asker, desk, now = request[ASKER], request.app[DESK], request.app[CLOCK]()
    if request.app[SETTINGS].rules == "files":
        raise Refused(RULES_FROM_FILES)
    await _refuse_unfit(request, draft)
    if draft.state != "approved":
        raise Refused(DRAFT_STATE, f"It is {draft.state}.")
    analysis = await desk.analysis(draft)
    await desk.keep_book(analysis.digest, await desk.files_after(draft))
    moment = max(now, effective_at).astimezone(UTC) if effective_at is not None else now
    release = Release(0, analysis.digest, draft.id, None, asker.token, draft.approver, draft.note, now, moment)
    return await publish(request, release, draft.base or 0)


async def publish(request: web.Request, release: Release, base: int) -> Release:
    """The release with its number, taken here at once where its moment has come; raises Refused where another came before it."""
    published = await request.app[MEMORY].records.releases.publish(release, base)
    match published:
        case Outdated(newest):
            raise Refused(DRAFT_OUTDATED, f"The newest release is {newest}.")
        case TooEarly(earliest):
            raise Refused(DRAFT_OUTDATED, f"It can't be in force before the release it follows: {earliest.isoformat(timespec='seconds')}.")
        case NotApproved():
            raise Refused(DRAFT_STATE)
    await note(request, "rulebook.change", f"release {published.number} published")
    await request.app[FOLLOWER].follow()
    return published


async def released(request: web.Request, release: Release) -> web.Response:
    """A release as it is told."""
    in_force = await request.app[MEMORY].records.releases.in_force(request.app[CLOCK]())
    view = release_view(release, in_force.number if in_force is not None else None)
    return answer_reply(request, serving(request).headers, orjson.dumps(view))


async def draft_of(request: web.Request) -> Draft:
    """The draft of the address."""
    found = await request.app[MEMORY].records.drafts.find(request.match_info["id"])
    if found is None:
        raise Refused(UNKNOWN_DRAFT)
    return found


async def is_outdated(request: web.Request, draft: Draft) -> bool:
    """Whether the rules it changes are the newest no more."""
    if request.app[SETTINGS].rules == "files":
        return draft.base_digest != request.app[LIVE].now.checker.book.digest
    newest = await request.app[MEMORY].records.releases.newest()
    return newest is None or newest.number != draft.base


async def read_as(request: web.Request, model: type[Body]) -> Body:
    """The body; raises Refused with every fault. Files of rules may be longer than questions are."""
    body = await read_body(request.clone(client_max_size=MOST_BYTES), request.app[SETTINGS], MOST_BYTES)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        refuse(body, QuestionRefused([Fault(pointer(e["loc"]), _key(e["type"]), e["msg"]) for e in error.errors(include_url=False)]))


async def _refuse_unfit(request: web.Request, draft: Draft) -> None:
    if not (await request.app[DESK].analysis(draft)).is_sound:
        raise Refused(DRAFT_UNSOUND)
    if draft.state in ("open", "approved") and await is_outdated(request, draft):
        raise Refused(DRAFT_OUTDATED)


async def _shown(request: web.Request, draft: Draft) -> web.Response:
    return answer_reply(request, serving(request).headers, orjson.dumps(await viewed(request, draft)))


async def viewed(request: web.Request, draft: Draft) -> DraftView:
    """A draft with all that its approval needs."""
    desk = request.app[DESK]
    analysis = await desk.analysis(draft)
    outdated = draft.state in ("open", "approved") and await is_outdated(request, draft)
    return draft_view(draft, analysis, desk.replays.state(draft.id), is_outdated=outdated, mode=request.app[SETTINGS].rules)


def _key(kind: str) -> str:
    known = {"missing": "missing", "extra_forbidden": "unknown_key", "json_invalid": "malformed_json"}
    return known.get(kind, "wrong_type" if kind.endswith("_type") else "wrong_form")
