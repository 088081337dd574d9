"""The addresses by which rules are looked at and changed."""

from __future__ import annotations

from covercheck.web import problems
from covercheck.web.operation import Operation
from covercheck.web.publishing.routes import PUBLISH_OPERATIONS
from covercheck.web.rulebook_handler import AttemptView, RulebookView, get_rulebook, post_reload

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
    *PUBLISH_OPERATIONS,
)
