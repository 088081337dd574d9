"""`/rules/drafts`: changes of the rules for those without a shell: written, looked at, replayed, approved by another, published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web
from aiohttp.web import FileField

from covercheck.checks.publishing.change import Change, unpack_change
from covercheck.checks.request import Fault
from covercheck.records.drafts import Draft
from covercheck.web.access import ASKER, is_allowed
from covercheck.web.keys import MEMORY, SETTINGS
from covercheck.web.problems import DRAFT_OUTDATED, DRAFT_STATE, NOT_FOUND, REFUSED, ProblemError, Refused, problem_errors
from covercheck.web.publishing.desk import DESK
from covercheck.web.publishing.drafts import approve, base_of, begin_impact, draft_of, meanwhile, viewed, withdraw, write_draft
from covercheck.web.publishing.publication import publish_draft
from covercheck.web.publishing.sending import MOST_BYTES
from covercheck.web.publishing.views import draft_brief
from covercheck.web.staff.frame import admitted, check_origin, page, see, texts
from covercheck.web.staff.question_form import Fields

LONGEST: Final = 1_000
DAYS: Final = (7, 30, 90, 365)


async def get_drafts_page(request: web.Request) -> web.Response:
    """The drafts, and the form for a new one, with the present text of the file that was chosen."""
    away = await admitted(request, "rulebook.review")
    if away is not None:
        return away
    return await _listed(request, {"path": request.query.get("file", "")[:LONGEST]})


async def post_draft_form(request: web.Request) -> web.Response:
    """Keep a draft of the text or the files that were sent; or the form again with everything typed."""
    check_origin(request)
    away = await admitted(request, "rulebook.change")
    if away is not None:
        return away
    raw = await request.clone(client_max_size=MOST_BYTES).post()
    form = texts(raw)
    written, faults = _written(raw, form)
    if not form.get("note"):
        faults.append(Fault("/note", "missing", "say what changed, and on what ground"))
    if not faults:
        try:
            draft, _ = await write_draft(request, form["note"][:LONGEST], Change(written, ()), _base(form))
        except Refused as refused:
            if not refused.faults:
                raise
            faults += refused.faults
        else:
            return see(request, f"/rules/drafts/{draft.id}")
    return await _listed(request, form, problem_errors(faults))


async def get_draft_page(request: web.Request) -> web.Response:
    """A draft: findings, difference, impact, and what can be done with it."""
    away = await admitted(request, "rulebook.review")
    if away is not None:
        return away
    return await _shown(request, None)


async def post_draft_step(request: web.Request) -> web.Response:
    """Replay, approve, publish or withdraw it; what is refused is told on its page."""
    check_origin(request)
    away = await admitted(request, "rulebook.change")
    if away is not None:
        return away
    draft, form = await draft_of(request), texts(await request.post())
    try:
        match request.match_info["step"]:
            case "impact":
                days = form.get("days", "")
                await begin_impact(request, draft, int(days) if days in map(str, DAYS) else DAYS[2])
            case "approve":
                reason = form.get("reason", "")[:LONGEST]
                if not reason:
                    raise Refused(REFUSED, "An approval needs its reason.")
                await approve(request, draft, reason)
            case "publish":
                await publish_draft(request, draft, _moment(form.get("effective_at", "")))
            case "withdraw":
                await withdraw(request, draft)
            case "again":
                draft = await _again(request, draft)
            case _:
                raise Refused(NOT_FOUND)
    except Refused as refused:
        return await _shown(request, refused)
    return see(request, f"/rules/drafts/{draft.id}")


async def _again(request: web.Request, draft: Draft) -> Draft:
    """The same change on the newest rules; raises Refused where those changed one of its files too."""
    since = await meanwhile(request, draft)
    if since is None or since.files is None or since.files:
        raise Refused(DRAFT_OUTDATED if since is not None else DRAFT_STATE, since.says if since is not None else "")
    written, _ = await write_draft(request, draft.note, unpack_change(draft.change), None)
    return written


def _base(form: Mapping[str, str]) -> int | None:
    """The release whose text was shown in the form: one that came since is noticed."""
    written = form.get("base", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


async def _listed(request: web.Request, form: Mapping[str, str], errors: tuple[ProblemError, ...] = ()) -> web.Response:
    drafts = await request.app[MEMORY].records.drafts.list()
    on = await base_of(request, _base(form))
    files = on.files
    path = form.get("path", "")
    text = form.get("text") or (files[path].decode(errors="replace") if path in files else "")
    return page(
        request,
        "drafts.html",
        422 if errors else 200,
        drafts=tuple(map(draft_brief, drafts)),
        files=sorted(files),
        base=on.number,
        form=Fields({**form, "text": text}),
        errors=errors,
        mode=request.app[SETTINGS].rules,
        may_change=is_allowed(request, request[ASKER], "rulebook.change"),
    )


async def _shown(request: web.Request, refused: Refused | None) -> web.Response:
    draft = await draft_of(request)
    view = await viewed(request, draft)
    return page(
        request,
        "draft.html",
        refused.kind.status if refused is not None else 200,
        view=view,
        written=await _beside(request, unpack_change(draft.change), draft.base_digest),
        refused=refused,
        is_mine=draft.author == request[ASKER].token,
        mode=request.app[SETTINGS].rules,
        days=DAYS,
        may_change=is_allowed(request, request[ASKER], "rulebook.change"),
    )


async def _beside(request: web.Request, change: Change, digest: str) -> list[tuple[str, str, str]]:
    """Each file with its text before and after."""
    try:
        before = await request.app[DESK].files_of(digest)
    except LookupError:
        before = {}
    return [(name, before.get(name, b"").decode(errors="replace"), change.written.get(name, "")) for name in change.paths]


def _written(raw: Any, form: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """The files of a form: those uploaded, by their names below the chosen folder, and the text typed."""
    written: dict[str, str] = {}
    faults: list[Fault] = []
    folder = form.get("folder", "")
    for sent in raw.getall("files", []):
        if isinstance(sent, FileField) and sent.filename:
            name = f"{folder}/{sent.filename}" if folder else sent.filename
            try:
                written[name] = sent.file.read().decode()
            except UnicodeDecodeError:
                faults.append(Fault("/files", "wrong_form", "a rule file is text in UTF-8"))
    if form.get("text") and not written:
        written[form.get("path", "")] = str(raw["text"]).replace("\r\n", "\n")
    return written, faults


def _moment(text: str) -> datetime | None:
    """A moment in UTC, as the browser's field writes it."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise Refused(REFUSED, "The moment is written as 2027-01-01T00:00.") from None
