"""The addresses by which rules are looked at and changed."""

from __future__ import annotations

from covercheck.web import problems
from covercheck.web.operation import Operation, Parameter
from covercheck.web.publishing.routes import PUBLISH_OPERATIONS
from covercheck.web.rulebook_handler import AttemptView, RulebookView, get_rulebook, post_reload
from covercheck.web.sources_handler import LONGEST_WITHIN, MOST, DueList, get_sources_due

TAG = "Rules"
RULE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET",
        "/v1/rulebook",
        get_rulebook,
        "getRulebook",
        "Which rules are in force here?",
        "Digest, where the rules come from (`files`: the folder; `releases`: what was published), how the last attempt at others ended.",
        TAG,
        answer=RulebookView,
        action="catalogue.read",
    ),
    Operation(
        "POST",
        "/v1/rulebook/reload",
        post_reload,
        "postReload",
        "Take the folder's files anew",
        "The files are loaded and proved beside the running service, then they come into force at once, for questions that begin then. "
        "Bad ones are refused with every reason, and the rules before stay in force. The same happens by itself when a file changes, "
        "and at `SIGHUP`.",
        TAG,
        answer=AttemptView,
        problems=(problems.RULES_REFUSED, problems.RULES_FROM_RELEASES),
        action="rulebook.change",
    ),
    Operation(
        "GET",
        "/v1/sources/due",
        get_sources_due,
        "getSourcesDue",
        "Which texts to read again",
        "Published texts whose review is due, or falls due within so many days. First those on which the most recent answers of your "
        "organisation stand, then the longest overdue. An answer whose text is past its age says so by itself.",
        TAG,
        answer=DueList,
        parameters=(
            Parameter(
                "within", "query", "Also those due within so many days.", {"type": "integer", "minimum": 0, "maximum": LONGEST_WITHIN}
            ),
            Parameter("payer", "query", "Only texts that this payer's policies cite, by its id.", {"type": "string", "maxLength": 200}),
            Parameter("limit", "query", "At most so many.", {"type": "integer", "minimum": 1, "maximum": MOST}),
        ),
        problems=(problems.PARAMETERS,),
        action="sources.review",
    ),
    *PUBLISH_OPERATIONS,
)
