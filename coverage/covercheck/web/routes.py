"""Every address of the service."""

from __future__ import annotations

from covercheck.checks.answer import Answer
from covercheck.checks.evidence.record import RecordedCall
from covercheck.checks.request import CheckRequest
from covercheck.proof.matrix import Matrix
from covercheck.records.checks import MOST_IN_PAGE
from covercheck.web import problems
from covercheck.web.call_handler import get_calls, post_call
from covercheck.web.catalogue import MAX_QUERY, get_facts, get_matrix, get_payer, get_payers, get_therapies
from covercheck.web.catalogue_view import Facts, Therapies
from covercheck.web.check_handler import MAX_KEY, post_check
from covercheck.web.health import Health, Readiness, healthz, readyz
from covercheck.web.metrics import get_metrics
from covercheck.web.operation import Operation, Parameter
from covercheck.web.outcome_handler import Outcomes, get_accuracy, get_suggestions, post_outcomes
from covercheck.web.pages import get_docs, get_openapi, get_problem
from covercheck.web.payer_view import PayerDetail, PayerList
from covercheck.web.record_handler import RESULTS, get_check, get_checks
from covercheck.web.record_view import AccuracyView, CallList, CallRecorded, CheckList, OutcomeList, SuggestionList
from covercheck.web.report_routes import REPORT_OPERATIONS
from covercheck.web.rule_routes import RULE_OPERATIONS

HTML = "text/html"
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "A name of your own for this question, such as a UUID. Sent again with the same body, it gets the first answer again, byte for byte, "
    "with `Idempotency-Replayed: true`, also after a restart and from another machine.",
    {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[ -~]+$"},
)
PREFER = Parameter(
    "Prefer",
    "header",
    "`wait=5`: how many seconds (1 to 60) the whole check may take when it asks a payer's systems. What was applied comes back as "
    "`Preference-Applied`; without it a setting of the service holds.",
    {"type": "string", "maxLength": 200},
    "wait=5",
)
SEARCH = Parameter(
    "q",
    "query",
    "An id, name, alias or EDI id, however spelled. The payer that is meant comes first and is named in `exact`; others only look alike.",
    {"type": "string", "minLength": 1, "maxLength": MAX_QUERY},
    "bcbs massachusets",
)
ON = Parameter("on", "query", "The day to look at; today when left out.", {"type": "string", "format": "date"}, "2026-12-01")
CHECK_SAYS = """\
Which parts of a therapy does this payer likely cover for this plan, on this date, on what published grounds?
A result is never an error: `uncertain` is an answer, with its causes and, under `call`, whom to ask and what.
What is not known stays unknown: leave a fact out, or send null, and the answer names the facts that still decide.
Branch on codes (`result`, `causes`, `next_step`, `state`), never on wording.
A check is kept before its answer is sent, patient data sealed."""

CALL_SAYS = """\
What was answered on the phone or in writing, by the ids of the call prompt's questions. Each answer is graded by how it was recorded
(A in writing, B oral and complete, C incomplete, D refused or unclear), counts for a time, and feeds this check and later ones of the same
member, payer and plan: never above `likely`, never against a dated written policy. The check comes back answered anew, with contradictions
to clear up while the caller is still on the line."""
BODY = (problems.MALFORMED, problems.BROKEN, problems.TOO_SLOW, problems.TOO_LARGE, problems.WRONG_TYPE)
CHECK_ID = Parameter("id", "path", "the check's id", {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[^/]+$"})

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/v1/checks",
        post_check,
        "postCheck",
        "Ask whether a therapy is likely covered",
        CHECK_SAYS,
        "Checks",
        answer=Answer,
        takes=CheckRequest,
        parameters=(IDEMPOTENCY_KEY, PREFER),
        problems=(*BODY, problems.REFUSED, problems.BAD_KEY, problems.KEY_REUSED),
        action="check.create",
    ),
    Operation(
        "GET",
        "/v1/checks",
        get_checks,
        "getChecks",
        "Recorded checks, newest first",
        "Those of the token's organisation; a portal's token sees its own. A page ends with a cursor for the next one.",
        "Checks",
        answer=CheckList,
        parameters=(
            Parameter("payer", "query", "id, name or alias", {"type": "string", "minLength": 1, "maxLength": MAX_QUERY}),
            Parameter("result", "query", "the check's result", {"type": "string", "enum": list(RESULTS)}),
            Parameter("since", "query", "first date of service", {"type": "string", "format": "date"}),
            Parameter("until", "query", "last date of service", {"type": "string", "format": "date"}),
            Parameter("member_token", "query", "as a listed check has it", {"type": "string", "pattern": "^[0-9a-f]{40}$"}),
            Parameter("asked_by", "query", "a token's id", {"type": "string", "minLength": 1, "maxLength": 64}),
            Parameter("limit", "query", "how many", {"type": "integer", "minimum": 1, "maximum": MOST_IN_PAGE}),
            Parameter("cursor", "query", "`next` of the page before", {"type": "string", "minLength": 1, "maxLength": 100}),
        ),
        action="check.list",
    ),
    Operation(
        "GET",
        "/v1/checks/{id}",
        get_check,
        "getCheck",
        "One recorded check",
        "The answer, byte for byte as it was sent.",
        "Checks",
        answer=Answer,
        parameters=(CHECK_ID,),
        problems=(problems.UNKNOWN_CHECK,),
        action="check.read",
    ),
    Operation(
        "POST",
        "/v1/checks/{id}/calls",
        post_call,
        "postCall",
        "Record a call or a letter",
        CALL_SAYS,
        "Checks",
        answer=CallRecorded,
        takes=RecordedCall,
        parameters=(CHECK_ID, IDEMPOTENCY_KEY),
        problems=(problems.UNKNOWN_CHECK, *BODY, problems.REFUSED, problems.BAD_KEY, problems.KEY_REUSED),
        action="call.record",
    ),
    Operation(
        "GET",
        "/v1/checks/{id}/calls",
        get_calls,
        "getCalls",
        "The recorded calls of a check",
        "Oldest first, as they were recorded; a correction names what it supersedes.",
        "Checks",
        answer=CallList,
        parameters=(CHECK_ID,),
        problems=(problems.UNKNOWN_CHECK,),
        action="call.record",
    ),
    Operation(
        "POST",
        "/v1/checks/{id}/outcomes",
        post_outcomes,
        "postOutcomes",
        "Record what came of a check",
        "A claim that was paid or denied, or what a letter or call later said of a part. It feeds the accuracy figures.",
        "Checks",
        answer=OutcomeList,
        takes=Outcomes,
        parameters=(CHECK_ID,),
        problems=(problems.UNKNOWN_CHECK, *BODY, problems.REFUSED),
        action="outcome.record",
    ),
    Operation(
        "GET",
        "/v1/accuracy",
        get_accuracy,
        "getAccuracy",
        "How often decided answers were right",
        "Of answers `likely_covered` and `likely_not_covered` with a recorded outcome; a claim counts before a letter, a letter before a "
        "call. The interval is Wilson's at 95 percent; there is no figure under five cases.",
        "Checks",
        answer=AccuracyView,
        action="accuracy.read",
    ),
    Operation(
        "GET",
        "/v1/suggestions",
        get_suggestions,
        "getSuggestions",
        "What calls teach the keepers of the rules",
        "Plans and parts on which three members or more were told the same, in grade A or B, and nobody the opposite. Get the document.",
        "Checks",
        answer=SuggestionList,
        action="suggestion.read",
    ),
    Operation(
        "GET",
        "/v1/payers",
        get_payers,
        "getPayers",
        "List or search payers",
        "Every payer on file with its lines and states. With `q`: the one that is meant, then near misses. A payer is never guessed.",
        "Payers",
        answer=PayerList,
        parameters=(SEARCH,),
        cached=True,
        action="catalogue.read",
    ),
    Operation(
        "GET",
        "/v1/payers/{id}",
        get_payer,
        "getPayer",
        "One payer with everything on file",
        "Policies with editions, criteria, sources and the dates those show; contacts with where they were read; and what was not read.",
        "Payers",
        answer=PayerDetail,
        cached=True,
        action="catalogue.read",
        problems=(problems.UNKNOWN_PAYER,),
        parameters=(
            Parameter("id", "path", "the payer's id", {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}, "bcbs-massachusetts"),
        ),
    ),
    Operation(
        "GET",
        "/v1/coverage-matrix",
        get_matrix,
        "getCoverageMatrix",
        "What is on file, payer by part",
        "For each payer, line and part: decided, old (a text too old or undated to decide), unread, case by case, or no rule, with the "
        "newest date that its sources show. `basis` is `law` where the payer is silent and a rule for the whole line speaks.",
        "Payers",
        answer=Matrix,
        parameters=(ON,),
        cached=True,
        action="catalogue.read",
    ),
    Operation(
        "GET",
        "/v1/therapies",
        get_therapies,
        "getTherapies",
        "Therapies, parts, indications, lines of business",
        "The names that a question may use for what is asked.",
        "Catalogues",
        answer=Therapies,
        cached=True,
        action="catalogue.read",
    ),
    Operation(
        "GET",
        "/v1/facts",
        get_facts,
        "getFacts",
        "Facts that a question may state",
        "Type, limits, who knows it, and the question in words for clinic, patient and payer.",
        "Catalogues",
        answer=Facts,
        cached=True,
        action="catalogue.read",
    ),
    *RULE_OPERATIONS,
    *REPORT_OPERATIONS,
    Operation(
        "GET",
        "/metrics",
        get_metrics,
        "getMetrics",
        "Figures for Prometheus",
        "Requests, answered parts, questions to payers, breakers, the rulebook in force and writes that wait. Nothing of a patient.",
        "Service",
        media="text/plain",
        problems=(problems.NOT_FOUND,),
        action="metrics.read",
    ),
    Operation(
        "GET", "/healthz", healthz, "getHealth", "Does the process answer?", "For supervisors and containers.", "Service", answer=Health
    ),
    Operation(
        "GET",
        "/readyz",
        readyz,
        "getReadiness",
        "Which rulebook is in force?",
        "Version, digest, and how many payers and policies.",
        "Service",
        answer=Readiness,
    ),
    Operation(
        "GET",
        "/openapi.json",
        get_openapi,
        "getOpenApi",
        "This description",
        "OpenAPI 3.1, made from the code.",
        "Service",
        answer=dict[str, object],
        cached=True,
    ),
    Operation(
        "GET", "/docs", get_docs, "getDocs", "This description, to be read", "One page, no scripts.", "Pages", media=HTML, cached=True
    ),
    Operation(
        "GET",
        "/problems/{name}",
        get_problem,
        "getProblem",
        "What a kind of problem means",
        "The address in a problem's `type`.",
        "Pages",
        media=HTML,
        cached=True,
        problems=(problems.NOT_FOUND,),
        parameters=(
            Parameter("name", "path", "the kind of problem", {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}, "invalid-question"),
        ),
    ),
)
