"""Errors as `application/problem+json` (RFC 9457): a stable type, all faults at once, never a given value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
from aiohttp import web

from covercheck.checks.request import Fault
from covercheck.web.live import serving


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in the type's address, status, title, and what to do about it."""

    name: str
    status: int
    title: str
    remedy: str

    @property
    def type(self) -> str:
        """The address that names the kind, and where a page on it stands."""
        return f"/problems/{self.name}"


MALFORMED = Kind("malformed-json", 400, "The body is not JSON", "Send one JSON object as UTF-8, without NaN and without a byte order mark.")
BROKEN = Kind("broken-body", 400, "The body can't be read", "Send the whole body in the coding that Content-Encoding names.")
NOT_FOUND = Kind("not-found", 404, "No such address", "Look the address up in /docs. None ends in a slash.")
UNKNOWN_PAYER = Kind("unknown-payer", 404, "No such payer", "Look the payer up with /v1/payers?q=….")
WRONG_METHOD = Kind("method-not-allowed", 405, "The address does not take this method", "Use a method that the header Allow names.")
TOO_SLOW = Kind("body-timeout", 408, "The body did not arrive in time", "Send the request again, at once as a whole.")
TOO_LARGE = Kind("too-large", 413, "The body is too large", "Send one question at a time. A real one has a few kilobytes.")
WRONG_TYPE = Kind(
    "unsupported-media-type", 415, "The body is not declared as JSON", "Set Content-Type: application/json; only UTF-8 is read."
)
REFUSED = Kind(
    "invalid-question", 422, "The question can't be asked as it stands", "Mend every place listed under `errors`, then ask again."
)
PARAMETERS = Kind(
    "invalid-parameters", 422, "The address has unknown or unfit parameters", "Mend or remove each parameter listed under `errors`."
)
BAD_KEY = Kind(
    "invalid-idempotency-key", 422, "The Idempotency-Key is not usable", "Use 1 to 200 printable ASCII characters, such as a UUID."
)
KEY_REUSED = Kind(
    "idempotency-key-reused",
    422,
    "The Idempotency-Key was used for another question",
    "Take a new key for each question; repeat a key only with the same body.",
)
UNKNOWN_CHECK = Kind("unknown-check", 404, "No check has this id", "Take an id from an answer or from /v1/checks.")
RULES_REFUSED = Kind(
    "rules-refused",
    422,
    "These rules are not sound",
    "Mend every finding; the rules before stay in force.",
)
RULES_FROM_RELEASES = Kind(
    "rules-from-releases", 409, "This service takes its rules from releases", "Publish a draft; its folder of files is not looked at."
)
RULES_FROM_FILES = Kind(
    "rules-from-files",
    409,
    "This service takes its rules from files",
    "Put the files into its folder; or run it with COVERCHECK_RULES=releases.",
)
UNKNOWN_DRAFT = Kind("unknown-draft", 404, "No draft has this id", "Take an id from /v1/rulebook/drafts.")
UNKNOWN_RELEASE = Kind("unknown-release", 404, "No release has this number", "Take a number from /v1/rulebook/releases.")
OWN_DRAFT = Kind("own-draft", 409, "Nobody approves a draft of their own", "Ask somebody else, with a token of their own.")
DRAFT_UNSOUND = Kind(
    "draft-unsound", 409, "The draft's rules are not sound", "Mend every finding that is an error, and send it as a new draft."
)
DRAFT_OUTDATED = Kind(
    "draft-outdated",
    409,
    "Another release came before it",
    "Send its files as a new draft on the newest release, and look at the difference again.",
)
PENDING_RELEASE = Kind(
    "pending-release",
    409,
    "Nothing comes into force before the release it follows",
    "Give that moment or a later one; to be quicker, go back to the release in force: that sets the pending one aside.",
)
DRAFT_STATE = Kind("draft-state", 409, "The draft is not in a state for this", "A draft is open, approved, then published; or withdrawn.")
UNKNOWN_REPORT = Kind("unknown-report", 404, "No report has this id", "Take an id from /v1/reports.")
REPORT_CLOSED = Kind("report-closed", 409, "The report was closed before", "Write a new one if it still holds.")
NO_TOKEN = Kind("token-needed", 401, "A token is needed", "Send `Authorization: Bearer cck_…`; `covercheck token create` makes one.")
BAD_TOKEN = Kind("token-refused", 401, "This token does not let in", "Take a token that is neither expired nor revoked.")
NOT_ALLOWED = Kind("not-allowed", 403, "This token may not do that", "Take a token whose role allows it, or ask whoever manages tokens.")
TOO_MANY = Kind("too-many-requests", 429, "Too many requests with this token", "Wait as long as Retry-After says.")
NOT_KEPT = Kind(
    "records-unavailable", 503, "Nothing can be recorded at the moment", "Try again after a while: no answer is given that is not kept."
)
INTERNAL = Kind("internal-error", 500, "Something went wrong here", "Try again. If it stays, report the request id in `instance`.")
OTHER = Kind("http-error", 400, "The request was refused", "Look the request up in /docs.")
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        MALFORMED, BROKEN, NOT_FOUND, UNKNOWN_PAYER, WRONG_METHOD, TOO_SLOW, TOO_LARGE, WRONG_TYPE,
        REFUSED, PARAMETERS, BAD_KEY, KEY_REUSED, UNKNOWN_CHECK, RULES_REFUSED, RULES_FROM_RELEASES,
        RULES_FROM_FILES, UNKNOWN_DRAFT, UNKNOWN_RELEASE, OWN_DRAFT, DRAFT_UNSOUND, DRAFT_OUTDATED, PENDING_RELEASE, DRAFT_STATE,
        UNKNOWN_REPORT, REPORT_CLOSED,
        NO_TOKEN, BAD_TOKEN, NOT_ALLOWED, TOO_MANY, NOT_KEPT, INTERNAL, OTHER,
    )
}  # fmt: skip

REMEDIES: Mapping[str, str] = {
    "malformed_json": "Send one JSON object as UTF-8.",
    "duplicate_key": "Keep one of the two.",
    "too_many_keys": "Send only keys that /openapi.json names.",
    "unknown_key": "Remove it, or take a name from `nearest` or /openapi.json.",
    "missing": "Add it.",
    "wrong_form": "Write it as /openapi.json shows.",
    "wrong_type": "Write it as /openapi.json shows.",
    "wrong_value": "Look the fact up in /v1/facts; null means unknown.",
    "unknown_payer": "Take one of `nearest`, or look it up with /v1/payers?q=….",
    "unknown_fact": "Take one of `nearest`, or look it up in /v1/facts.",
    "unknown_therapy": "Take one of `nearest`, or look it up in /v1/therapies.",
    "unknown_part": "Take one of `nearest`, or look it up in /v1/therapies.",
    "unknown_line": "Take one of `nearest`, or look it up in /v1/therapies.",
    "unknown_indication": "Take one of `nearest`, or look it up in /v1/therapies.",
    "unknown_state": "Write the state as two letters, such as MA.",
    "unknown_code": "Take one of `nearest`, or ask by `therapy` or `parts`.",
    "not_a_diagnosis": "Write an ICD-10-CM code such as F33.2.",
    "diagnosis_among_codes": "Move it to `diagnoses`.",
    "codes_name_no_part": "Ask by `therapy` or `parts`.",
    "what_is_asked": "Keep exactly one of `therapy`, `parts`, `codes`.",
    "date_out_of_range": "Give the day of treatment, as YYYY-MM-DD.",
    "moment_past": "Leave it out: then it is at once.",
    "moment_far": "Give a nearer moment, with its offset from UTC.",
    "unknown_question": "Take an id from the answer's call prompt.",
    "answered_twice": "Keep one of the two.",
    "wrong_parameter": "Write it as /openapi.json shows.",
    "repeated_parameter": "Keep one of them.",
    "unknown_parameter": "Remove it, or take a name from `nearest`.",
}


@dataclass(frozen=True, slots=True)
class ProblemError:
    """One fault. `pointer`: where in the body (JSON pointer), or `?name` of a parameter; `key`: stable; `nearest`: valid names like it."""

    pointer: str
    key: str
    detail: str
    nearest: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A refused or failed request. `instance` is the request id; clients branch on `type` and on `errors[].key`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[ProblemError, ...]


class Refused(Exception):
    """Ends a request with a problem; `headers` go with the response."""

    def __init__(
        self, kind: Kind, detail: str = "", faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None, *, close: bool = False
    ) -> None:
        super().__init__(kind.name)
        self.kind = kind
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = headers or {}
        self.close = close


def problem_reply(request: web.Request, refused: Refused, request_id: str) -> web.Response:
    """The response to a refused request."""
    kind = refused.kind
    problem = Problem(kind.type, kind.title, kind.status, _detail(refused), request_id, tuple(map(_error, refused.faults)))
    response = web.Response(status=kind.status, body=orjson.dumps(problem), headers=serving(request).headers.problem)
    response.headers.update(refused.headers)
    if refused.close:
        response.force_close()
    return response


def problem_errors(faults: Iterable[Fault]) -> tuple[ProblemError, ...]:
    """Each fault with its remedy."""
    return tuple(map(_error, faults))


def refusal_of(error: web.HTTPException, limit: int) -> Refused:
    """What aiohttp itself refuses, in our words."""
    match error:
        case web.HTTPNotFound():
            return Refused(NOT_FOUND)
        case web.HTTPMethodNotAllowed():
            return Refused(WRONG_METHOD, headers={"Allow": error.headers["Allow"]})
        case web.HTTPRequestEntityTooLarge():
            return Refused(TOO_LARGE, f"More than {limit} bytes.", close=True)
    return Refused(OTHER)


def _detail(refused: Refused) -> str:
    count = len(refused.faults)
    counted = f"{count} place{'' if count == 1 else 's'} to mend." if count and not refused.detail else refused.detail
    return f"{counted} {refused.kind.remedy}".strip()


def _error(fault: Fault) -> ProblemError:
    detail = fault.detail.removeprefix("Value error, ")
    at = fault.pointer.removesuffix("/[key]")
    return ProblemError(at, fault.key, detail, fault.nearest, REMEDIES.get(fault.key, "Write it as /openapi.json shows."))
