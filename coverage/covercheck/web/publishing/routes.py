"""The addresses by which rules are written, approved and published."""

from __future__ import annotations

from covercheck.web import problems
from covercheck.web.check_handler import MAX_KEY
from covercheck.web.operation import Operation, Parameter
from covercheck.web.publishing.bodies import ApprovalBody, DraftBody, ImpactBody, PublicationBody, RollbackBody
from covercheck.web.publishing.drafts import (
    get_draft,
    get_drafts,
    post_approval,
    post_draft,
    post_impact,
    post_withdrawal,
)  # fmt: skip
from covercheck.web.publishing.publication import post_publication
from covercheck.web.publishing.releases import get_release, get_release_files, get_releases, post_rollback
from covercheck.web.publishing.views import DraftList, DraftView, ReleaseFiles, ReleaseList, ReleaseView

TAG = "Rules"
BODY = (problems.MALFORMED, problems.BROKEN, problems.TOO_SLOW, problems.TOO_LARGE, problems.WRONG_TYPE, problems.REFUSED)
UNFIT = (problems.DRAFT_UNSOUND, problems.DRAFT_OUTDATED, problems.DRAFT_STATE)
DRAFT_ID = Parameter("id", "path", "The draft's id.", {"type": "string", "maxLength": 64}, "drf_0123456789abcdef0123456789")
NUMBER = Parameter("number", "path", "The release's number.", {"type": "integer", "minimum": 1, "maximum": 999_999_999}, "7")

KEY = Parameter(
    "Idempotency-Key",
    "header",
    "A name of your own for this request, such as a UUID. Sent again with the same body it makes nothing new, and what it made comes "
    "back with `Idempotency-Replayed: true`.",
    {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[ -~]+$"},
)
KEYED = (problems.BAD_KEY, problems.KEY_REUSED)
BEFORE = Parameter("before", "query", "Releases below this number.", {"type": "integer", "minimum": 1, "maximum": 999_999_999}, "201")
PATH = Parameter("path", "query", "One file, with its text.", {"type": "string", "minLength": 1, "maxLength": 300}, "aetna/payer.yaml")

PUBLISH_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/v1/rulebook/drafts",
        get_drafts,
        "getDrafts",
        "Drafts of rules",
        "The newest hundred, newest first, with state, author and approval.",
        TAG,
        answer=DraftList,
        action="rulebook.review",
    ),
    Operation(
        "POST",
        "/v1/rulebook/drafts",
        post_draft,
        "postDraft",
        "Write a draft",
        "Files are sent whole, by their path. The draft is kept whatever is wrong with its rules, and comes back with what proof finds and "
        "what the change means: in words, and with questions whose answers differ. It changes the newest release, or the one named by "
        "`base`: name the one whose files you changed, then a release that comes between is noticed. Where rules come from files it "
        "changes the folder's, and can be tried but not published.",
        TAG,
        answer=DraftView,
        takes=DraftBody,
        parameters=(KEY,),
        problems=(problems.UNKNOWN_RELEASE, *BODY, *KEYED),
        action="rulebook.change",
    ),
    Operation(
        "GET",
        "/v1/rulebook/drafts/{id}",
        get_draft,
        "getDraft",
        "One draft: findings, difference, impact",
        "Everything somebody needs who is to approve it, and what can be done with it next.",
        TAG,
        answer=DraftView,
        parameters=(DRAFT_ID,),
        problems=(problems.UNKNOWN_DRAFT,),
        action="rulebook.review",
    ),
    Operation(
        "POST",
        "/v1/rulebook/drafts/{id}/impact",
        post_impact,
        "postDraftImpact",
        "Replay recorded checks against a draft",
        "Begins in the background; `impact` of the draft tells how far it is, and then what flips. Checks of all organisations are "
        "counted, those of your own are named. Cases beside the rules are asked too.",
        TAG,
        answer=DraftView,
        takes=ImpactBody,
        parameters=(DRAFT_ID,),
        problems=(problems.UNKNOWN_DRAFT, problems.DRAFT_UNSOUND, *BODY),
        action="rulebook.change",
    ),
    Operation(
        "POST",
        "/v1/rulebook/drafts/{id}/approve",
        post_approval,
        "postDraftApproval",
        "Approve somebody else's draft",
        "With a reason. Its author can't, and nobody can while an error is found in it or while it was made on another release than the "
        "newest.",
        TAG,
        answer=DraftView,
        takes=ApprovalBody,
        parameters=(DRAFT_ID,),
        problems=(problems.UNKNOWN_DRAFT, problems.OWN_DRAFT, *UNFIT, *BODY),
        action="rulebook.change",
    ),
    Operation(
        "POST",
        "/v1/rulebook/drafts/{id}/publish",
        post_publication,
        "postDraftPublication",
        "Publish an approved draft",
        "It becomes the next release, in force from its moment on, on every instance, and never before the release it follows. Of two who "
        "publish at once one is told that the draft is outdated.",
        TAG,
        answer=ReleaseView,
        takes=PublicationBody,
        parameters=(DRAFT_ID, KEY),
        problems=(problems.UNKNOWN_DRAFT, problems.RULES_FROM_FILES, problems.PENDING_RELEASE, *UNFIT, *BODY, *KEYED),
        action="rulebook.change",
    ),
    Operation(
        "POST",
        "/v1/rulebook/drafts/{id}/withdraw",
        post_withdrawal,
        "postDraftWithdrawal",
        "Withdraw a draft",
        "It stays on record and can be neither approved nor published any more.",
        TAG,
        answer=DraftView,
        parameters=(DRAFT_ID,),
        problems=(problems.UNKNOWN_DRAFT, problems.DRAFT_STATE),
        action="rulebook.change",
    ),
    Operation(
        "GET",
        "/v1/rulebook/releases",
        get_releases,
        "getReleases",
        "What was published",
        "Newest first, two hundred on a page, with who, when and why. Releases are never changed and never deleted.",
        TAG,
        answer=ReleaseList,
        parameters=(BEFORE,),
        action="rulebook.review",
    ),
    Operation(
        "GET",
        "/v1/rulebook/releases/{number}",
        get_release,
        "getRelease",
        "One release",
        "Who published it, who approved it, and whether it is in force.",
        TAG,
        answer=ReleaseView,
        parameters=(NUMBER,),
        problems=(problems.UNKNOWN_RELEASE,),
        action="rulebook.review",
    ),
    Operation(
        "GET",
        "/v1/rulebook/releases/{number}/files",
        get_release_files,
        "getReleaseFiles",
        "The files of a release",
        "Their paths and sizes; with `path`, one of them with its text. Whoever writes a draft begins here.",
        TAG,
        answer=ReleaseFiles,
        parameters=(NUMBER, PATH),
        problems=(problems.UNKNOWN_RELEASE,),
        action="rulebook.review",
    ),
    Operation(
        "POST",
        "/v1/rulebook/releases/{number}/rollback",
        post_rollback,
        "postRollback",
        "Go back to a release",
        "Its content is published again under the next number, at once or from a moment on. One person may: it was approved before, and "
        "going back is urgent. It does not wait for a release that is still to come into force: that one is set aside and never does.",
        TAG,
        answer=ReleaseView,
        takes=RollbackBody,
        parameters=(NUMBER, KEY),
        problems=(problems.UNKNOWN_RELEASE, problems.RULES_FROM_FILES, problems.RULES_REFUSED, problems.DRAFT_OUTDATED, *BODY, *KEYED),
        action="rulebook.change",
    ),
)
