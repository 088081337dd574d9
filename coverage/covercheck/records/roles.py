"""Who may do what. Nothing is allowed that is not named here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal["billing", "portal", "ops", "auditor", "admin"]
Action: TypeAlias = Literal[
    "check.create", "check.read", "check.list", "check.export", "check.hold", "call.record", "outcome.record", "accuracy.read",
    "catalogue.read", "sources.review", "rulebook.change", "rulebook.review", "suggestion.read",
    "report.write", "report.read", "report.close", "audit.read", "token.manage", "metrics.read",
]  # fmt: skip
ROLES: Final[tuple[Role, ...]] = ("billing", "portal", "ops", "auditor", "admin")
_READS: Final[frozenset[Action]] = frozenset({"catalogue.read"})
ALLOWED: Final[Mapping[Role, frozenset[Action]]] = MappingProxyType(
    {
        "billing": _READS
        | {
            "check.create", "check.read", "check.list", "check.export", "call.record", "outcome.record", "accuracy.read", "sources.review",
            "report.write",
        },
        "portal": _READS | {"check.create", "check.read", "check.list", "report.write"},
        "ops": _READS
        | {
            "sources.review", "rulebook.change", "rulebook.review", "suggestion.read", "report.write", "report.read", "report.close",
            "accuracy.read", "metrics.read",
        },
        "auditor": _READS
        | {"check.read", "check.list", "accuracy.read", "sources.review", "rulebook.review", "report.read", "audit.read"},
        "admin": frozenset(
            {
                "catalogue.read", "check.create", "check.read", "check.list", "check.export", "check.hold", "call.record", "outcome.record",
                "accuracy.read", "sources.review", "rulebook.change", "rulebook.review", "suggestion.read",
                "report.write", "report.read", "report.close", "audit.read", "token.manage", "metrics.read",
            }
        ),
    }
)  # fmt: skip


# What is of all organisations alike: a role in one of them is not enough for it.
SHARED: Final[frozenset[Action]] = frozenset({"rulebook.change", "rulebook.review", "report.read", "report.close"})


def may(role: Role, action: Action) -> bool:
    """Whether a role is allowed an action."""
    return action in ALLOWED[role]


def sees_own_only(role: Role) -> bool:
    """A portal sees what it asked itself, and nothing else of its organisation."""
    return role == "portal"
