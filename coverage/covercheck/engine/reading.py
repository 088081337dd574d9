"""Findings read as reasons: each criterion that spoke, with its state and the texts it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from covercheck.engine.finding import Finding, Statement
from covercheck.logic import FALSE, TRUE, Truth
from covercheck.rules.policy import Group, Source, Test, Unread
from covercheck.rules.policy_file import Stance

ReasonState = Literal["met", "unmet", "unknown", "unread", "excluded", "not_excluded"]

_STANCE_STATE: dict[Stance, ReasonState] = {
    Stance.COVERED: "met",
    Stance.NOT_COVERED: "unmet",
    Stance.CASE_BY_CASE: "unknown",
    Stance.UNREAD: "unread",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion of a statement; `id` is unique within its policy's edition."""

    statement: Statement
    id: str
    state: ReasonState
    says: str
    sources: tuple[Source, ...]
    test: Test | None = None


def reasons_of(statement: Statement) -> Iterator[Reason]:
    """The stance where it speaks by itself, then every leaf and every named group in the order of the text."""
    entry = statement.entry
    if entry is None:
        says = "The text names the indications it covers and excludes all others."
        yield Reason(statement, "other_indications", "unmet", says, statement.sources)
        return
    coverage = entry.coverage
    if coverage.stance is not Stance.COVERED_WHEN:
        yield Reason(statement, coverage.stance.value, _STANCE_STATE[coverage.stance], coverage.says, coverage.sources)
    for index, (node, truth) in enumerate(zip(entry.program.nodes, statement.trace, strict=True)):
        if isinstance(node, Group) and node.id is None:
            continue
        state = _state(node, truth, index >= entry.excluded_from)
        yield Reason(statement, node.id or "", state, node.says or "", node.sources, node if isinstance(node, Test) else None)


def _state(node: Test | Unread | Group, truth: Truth, exclusion: bool) -> ReasonState:
    if isinstance(node, Unread):
        return "unread"
    if truth is TRUE:
        return "excluded" if exclusion else "met"
    if truth is FALSE:
        return "not_excluded" if exclusion else "unmet"
    return "unknown"


def reason_ids(finding: Finding) -> set[str]:
    """The ids of all reasons, with and without the policy before them."""
    found = set()
    for statement in finding.statements:
        for reason in reasons_of(statement):
            found |= {reason.id, f"{statement.policy.policy.id}#{reason.id}"}
    return found
