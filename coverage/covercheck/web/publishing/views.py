"""Drafts and releases as the API shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import orjson

from covercheck.checks.diff.data import diff_data
from covercheck.checks.publishing.analysis import Analysis, Told
from covercheck.checks.publishing.change import unpack_change
from covercheck.records.drafts import Draft, DraftState
from covercheck.records.releases import Release
from covercheck.web.publishing.replaying import Replay


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

    `diff` is as `covercheck diff --json` tells it; null where the rules do not load. `next`: what can be done with it now.
    """

    draft: DraftBrief
    digest: str
    base_digest: str
    is_sound: bool
    is_outdated: bool
    findings: tuple[Told, ...]
    diff: dict[str, Any] | None
    impact: ImpactView
    next: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A published rulebook. `is_in_force`: at the moment of the answer; `restores`: the release whose content it brings back."""

    number: int
    digest: str
    published_at: str
    effective_at: str
    is_in_force: bool
    draft: str | None
    restores: int | None
    author: str
    approver: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """Releases, newest first. `in_force`: null where rules come from files."""

    releases: tuple[ReleaseView, ...]
    in_force: int | None


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


def draft_view(draft: Draft, analysis: Analysis, replay: Replay | None, *, is_outdated: bool, mode: str) -> DraftView:
    """All of it."""
    return DraftView(
        draft_brief(draft),
        analysis.digest,
        draft.base_digest,
        analysis.is_sound,
        is_outdated,
        analysis.told,
        diff_data(analysis.diff) if analysis.diff is not None else None,
        impact_view(draft, replay),
        _next(draft, is_sound=analysis.is_sound, is_outdated=is_outdated, mode=mode),
    )


def impact_view(draft: Draft, replay: Replay | None) -> ImpactView:
    """How far its replay is."""
    if replay is not None:
        return ImpactView("failed" if replay.failed is not None else "running", replay.done, replay.total, None)
    if draft.impact is None:
        return ImpactView("not_asked", 0, 0, None)
    found: dict[str, Any] = orjson.loads(draft.impact)
    count = found["recorded_checks"]["asked"] + sum(found["recorded_checks"]["unreplayed"].values())
    return ImpactView("done", count, count, found)


def release_view(release: Release, in_force: int | None) -> ReleaseView:
    """One release."""
    return ReleaseView(
        release.number,
        release.digest,
        release.published_at.isoformat(timespec="seconds"),
        release.effective_at.isoformat(timespec="seconds"),
        release.number == in_force,
        release.draft,
        release.restores,
        release.author,
        release.approver,
        release.reason,
    )


def _next(draft: Draft, *, is_sound: bool, is_outdated: bool, mode: str) -> str:
    if draft.state in ("published", "withdrawn"):
        return "Nothing: it is published." if draft.state == "published" else "Nothing: it was withdrawn."
    if not is_sound:
        return "Mend every finding that is an error, and send it as a new draft."
    if is_outdated:
        return "Send its files as a new draft on the newest release, and look at the difference again."
    if draft.state == "open":
        return "Somebody else than its author approves it, with a reason."
    return "Publish it." if mode == "releases" else "Put its files into the folder: rules come from there on this service."
