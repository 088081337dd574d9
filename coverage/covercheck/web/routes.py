"""Every address of the service."""

from __future__ import annotations

from covercheck.checks.answer import Answer
from covercheck.checks.request import CheckRequest
from covercheck.proof.matrix import Matrix
from covercheck.web import problems
from covercheck.web.catalogue import MAX_QUERY, get_facts, get_matrix, get_payer, get_payers, get_therapies
from covercheck.web.catalogue_view import Facts, Therapies
from covercheck.web.check_handler import post_check
from covercheck.web.health import Health, Readiness, healthz, readyz
from covercheck.web.idempotency import MAX_KEY
from covercheck.web.operation import Operation, Parameter
from covercheck.web.pages import get_docs, get_landing, get_openapi, get_problem
from covercheck.web.payer_view import PayerDetail, PayerList

HTML = "text/html"
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "A name of your own for this question, such as a UUID. Sent again with the same body, it gets the first answer again, byte for byte, "
    "with `Idempotency-Replayed: true`. Kept in memory: a restart of the service forgets it.",
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
Branch on codes (`result`, `causes`, `next_step`, `state`), never on wording. Nothing of the question is stored in this release."""

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
        problems=(
            problems.MALFORMED,
            problems.BROKEN,
            problems.TOO_SLOW,
            problems.TOO_LARGE,
            problems.WRONG_TYPE,
            problems.REFUSED,
            problems.BAD_KEY,
            problems.KEY_REUSED,
        ),
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
        "GET", "/", get_landing, "getLanding", "Where to begin", "What this is, with one call to copy.", "Pages", media=HTML, cached=True
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
