"""Everything proof has to say of a rulebook."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from covercheck.engine import Engine
from covercheck.proof.cases import CodesOf, Seen, run_cases
from covercheck.proof.finding import Finding
from covercheck.proof.limits import boundary_missing
from covercheck.proof.lint import lint
from covercheck.rules.policy import Coverage, Group, Node, Policy, Unread, walk


@dataclass(slots=True)
class ProofReport:
    """Counts and findings over the policies that were looked at."""

    policies: int = 0
    cases: int = 0
    criteria: int = 0
    seen_both_ways: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.findings) - self.errors


def prove(
    engine: Engine,
    codes_of: CodesOf,
    payers: Collection[str] = (),
    progress: Callable[[Policy], None] | None = None,
    *,
    on: date | None = None,
) -> ProofReport:
    """Run every case, look at every criterion, lint; with names, only of these payers (`federal` for the law).

    `on` is the day on which sources are due or not; without it none is called due.
    """
    report = ProofReport()
    seen = Seen()
    chosen = [policy for policy in engine.book.policies() if not payers or policy.payer in payers]
    for policy in chosen:
        report.policies += 1
        for outcome in run_cases(engine, policy, seen, codes_of):
            report.cases += 1
            place = engine.book.place(policy, ("cases", outcome.index))
            for difference in outcome.differences:
                message = f"case {outcome.case.name!r}: {difference}"
                report.findings.append(
                    Finding("case-fails", "error", place, message, "mend the rule, or the case if it demands the wrong thing")
                )
        if progress is not None:
            progress(policy)
    for policy in chosen:
        _look_at_criteria(engine, policy, seen, report)
        report.findings.extend(boundary_missing(engine, policy, seen))
    report.findings.extend(lint(engine, payers, on or date.min))
    report.findings.sort(key=lambda finding: (finding.place, finding.id, finding.message))
    return report


def _look_at_criteria(engine: Engine, policy: Policy, seen: Seen, report: ProofReport) -> None:
    for edition in policy.editions:
        if edition.superseded:
            continue
        for entry in edition.coverage:
            if id(entry) not in seen.entries:
                place = engine.book.place(policy, entry.path)
                report.findings.append(
                    Finding(
                        "stance-unseen", "error", place, "no case asks about this entry", "add a case for its part, indication and date"
                    )
                )
            _look_at_entry(engine, policy, entry, seen, report)


def _look_at_entry(engine: Engine, policy: Policy, entry: Coverage, seen: Seen, report: ProofReport) -> None:
    nodes: dict[int, Node] = {id(node): node for root in entry.roots() for node in walk(root)}
    for node in nodes.values():
        if isinstance(node, Unread) or _holds_unread(node) or (isinstance(node, Group) and node.id is None):
            continue
        report.criteria += 1
        missing = [word for word, by in (("true", seen.true), ("false", seen.false)) if id(node) not in by]
        if not missing:
            report.seen_both_ways += 1
            continue
        place = engine.book.place(policy, node.path)
        message = f"criterion {node.id!r} is never seen {' nor '.join(missing)}"
        report.findings.append(
            Finding("criterion-one-sided", "error", place, message, "add a case in which it is, with the other facts given")
        )


def _holds_unread(node: Node) -> bool:
    return isinstance(node, Group) and any(isinstance(leaf, Unread) for leaf in walk(node))
