"""Drafts and releases as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

import orjson

from covercheck.checks.diff.data import diff_data
from covercheck.checks.impact.replay import ELSEWHERE
from covercheck.checks.publishing.analysis import Analysis, Told
from covercheck.checks.publishing.change import unpack_change
from covercheck.records.drafts import Draft, DraftState
from covercheck.records.releases import Release
from covercheck.web.publishing.replaying import Replay

Standing: TypeAlias = Literal["to_come", "in_force", "past", "set_aside", "unused"]


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """Who approved it, when and why."""

    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class DraftBrief:
    """A draft in a list. `base`: the release it changes; null where rules come from files."""

    id: str
    state: DraftState
    note: str
    base: int | None
    author: str
    created_at: str
    files: tuple[str, ...]
    approval: ApprovalView | None
    release: int | None
    href: str


@dataclass(frozen=True, slots=True)
class DraftList:
    """The newest drafts, newest first."""

    drafts: tuple[DraftBrief, ...]


@dataclass(frozen=True, slots=True)
class ImpactView:
    """Recorded checks replayed. `found`: as `covercheck impact --json` tells it, once it is done."""

    state: Literal["not_asked", "running", "failed", "done"]
    done: int
    total: int
    found: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with all that its approval needs. `is_sound`: no finding is an error; `is_outdated`: another release came before it.

    `changed_meanwhile`: files of the draft that the newest release changed too. `diff` is as `covercheck diff --json` tells it; null
    where the rules do not load. `next`: what can be done with it now.
    """

    draft: DraftBrief
    digest: str
    base_digest: str
    is_sound: bool
    is_outdated: bool
    changed_meanwhile: tuple[str, ...]
    findings: tuple[Told, ...]
    diff: dict[str, Any] | None
    impact: ImpactView
    next: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A published rulebook. `restores`: the release whose content it brings back. `standing` at the moment of the answer: `to_come`;
    `in_force`; `past`; `set_aside`: a later release took its moment, so that it never came into force; `unused`: rules come from files.
    """

    number: int
    digest: str
    published_at: str
    effective_at: str
    is_in_force: bool
    standing: Standing
    draft: str | None
    restores: int | None
    author: str
    approver: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """Releases, newest first. `in_force`: null where rules come from files. `next`: `before` of the next page, null at the end."""

    releases: tuple[ReleaseView, ...]
    in_force: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of a release. `text`: where it was asked for by its path."""

    path: str
    bytes: int
    text: str | None


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """What a release holds. A draft that changes one of these files names this number as its `base`."""

    number: int
    digest: str
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What came into being since a draft was made. `files`: those of the draft that changed too, None where that can't be told."""

    newest: int | None
    files: tuple[str, ...] | None

    @property
    def says(self) -> str:
        """In words, with what that means for sending the draft again."""
        newest = f"The newest release is {self.newest}." if self.newest is not None else "The folder's rules changed."
        if self.files is None:
            return newest
        if not self.files:
            return f"{newest} It changed none of the draft's files: they can be sent again as they are."
        return f"{newest} It changed {', '.join(self.files)} too: begin from its text of that, or its change is lost."


def draft_brief(draft: Draft) -> DraftBrief:
    """One line of a list."""
    approval = None
    if draft.approver is not None and draft.approved_at is not None:
        approval = ApprovalView(draft.approver, draft.approved_at.isoformat(timespec="seconds"), draft.reason or "")
    return DraftBrief(
        draft.id,
        draft.state,
        draft.note,
        draft.base,
        draft.author,
        draft.created_at.isoformat(timespec="seconds"),
        unpack_change(draft.change).paths,
        approval,
        draft.release,
        f"/v1/rulebook/drafts/{draft.id}",
    )


def draft_view(draft: Draft, analysis: Analysis, replay: Replay | None, since: Meanwhile | None, *, mode: str, org: str) -> DraftView:
    """All of it, for somebody of this organisation."""
    return DraftView(
        draft_brief(draft),
        analysis.digest,
        draft.base_digest,
        analysis.is_sound,
        since is not None,
        since.files or () if since is not None else (),
        analysis.told,
        diff_data(analysis.diff) if analysis.diff is not None else None,
        impact_view(draft, replay, org),
        _next(draft, since, is_sound=analysis.is_sound, mode=mode),
    )


def impact_view(draft: Draft, replay: Replay | None, org: str) -> ImpactView:
    """How far its replay is. Checks of whoever asked for it are named to that organisation alone."""
    if replay is not None:
        return ImpactView("failed" if replay.failed is not None else "running", replay.done, replay.total, None)
    if draft.impact is None:
        return ImpactView("not_asked", 0, 0, None)
    found: dict[str, Any] = orjson.loads(draft.impact)
    if found.pop("org", None) != org:
        for flip in (flip for group in found["recorded_checks"]["flips"] for flip in group["some"]):
            flip["name"] = ELSEWHERE
    count = found["recorded_checks"]["asked"] + sum(found["recorded_checks"]["unreplayed"].values())
    return ImpactView("done", count, count, found)


def release_view(release: Release, standing: Standing) -> ReleaseView:
    """One release."""
    return ReleaseView(
        release.number,
        release.digest,
        release.published_at.isoformat(timespec="seconds"),
        release.effective_at.isoformat(timespec="seconds"),
        standing == "in_force",
        standing,
        release.draft,
        release.restores,
        release.author,
        release.approver,
        release.reason,
    )


def standings(releases: Iterable[Release], now: datetime, *, in_use: bool) -> dict[int, Standing]:
    """How each stands, of one release and all later ones, newest first: the highest number whose moment has come is in force."""
    found: dict[int, Standing] = {}
    earliest: datetime | None = None
    for release in releases:
        if not in_use:
            found[release.number] = "unused"
        elif earliest is not None and _never_served(release, earliest):
            found[release.number] = "set_aside"
        elif release.effective_at > now:
            found[release.number] = "to_come"
        else:
            found[release.number] = "past" if earliest is not None and earliest <= now else "in_force"
        earliest = min(earliest or release.effective_at, release.effective_at)
    return found


def _never_served(release: Release, earliest: datetime) -> bool:
    """A later one took its moment before it came; one that was in force at once did serve, however shortly."""
    return release.effective_at > earliest or release.effective_at == earliest > release.published_at


def _next(draft: Draft, since: Meanwhile | None, *, is_sound: bool, mode: str) -> str:
    if draft.state in ("published", "withdrawn"):
        return "Nothing: it is published." if draft.state == "published" else "Nothing: it was withdrawn."
    if not is_sound:
        return "Mend every finding that is an error, and send it as a new draft."
    if since is not None:
        return f"{since.says} Send its files as a new draft, and look at the difference again."
    if draft.state == "open":
        return "Somebody else than its author approves it, with a reason."
    return "Publish it." if mode == "releases" else "Put its files into the folder: rules come from there on this service."
