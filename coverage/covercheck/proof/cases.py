"""Run the cases beside the rules and watch which criteria they see true and false."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from covercheck.engine import Engine
from covercheck.engine.asking import Asked, candidates_of, facts_of, part_question
from covercheck.engine.finding import Finding
from covercheck.engine.reading import reason_ids
from covercheck.logic import FALSE, TRUE
from covercheck.rules.facts import parse_text
from covercheck.rules.policy import Node, Policy, Test
from covercheck.rules.policy_file import CaseText
from covercheck.rules.rulebook import Rulebook


@dataclass(slots=True)
class Seen:
    """Which criteria the cases saw true and which false, by identity of the node, and which entries spoke."""

    true: set[int] = field(default_factory=set)
    false: set[int] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)
    values: dict[int, set[float]] = field(default_factory=dict)

    def watch(self, nodes: Sequence[Node], trace: Sequence[Any], facts: Mapping[str, Any]) -> None:
        """Take in the trace of one program, and the values its tests saw."""
        for node, truth in zip(nodes, trace, strict=True):
            if truth is TRUE:
                self.true.add(id(node))
            elif truth is FALSE:
                self.false.add(id(node))
            if isinstance(node, Test) and isinstance(facts.get(node.fact), int | float):
                self.values.setdefault(id(node), set()).add(facts[node.fact])


class CodesOf(Protocol):
    """Tells the codes of a finding's part on a date and how to use each: the checks know them, so they hand this in."""

    def __call__(self, finding: Finding, line: str | None, facts: Mapping[str, Any], on: date) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What a case got, and where that differs from what it demands."""

    policy: Policy
    index: int
    case: CaseText
    finding: Finding | None
    differences: tuple[str, ...]


def run_cases(engine: Engine, policy: Policy, seen: Seen, codes_of: CodesOf) -> Iterator[CaseOutcome]:
    """Every case of a policy."""
    for index, case in enumerate(policy.cases):
        yield run_case(engine, policy, index, case, seen, codes_of)


def run_case(engine: Engine, policy: Policy, index: int, case: CaseText, seen: Seen, codes_of: CodesOf) -> CaseOutcome:
    """One case: a question to the whole rulebook, or to this policy alone."""
    try:
        asked = asked_by(engine.book, policy, case)
    except (ValueError, KeyError) as error:
        return CaseOutcome(policy, index, case, None, (f"the question itself is wrong: {error}",))
    candidates = candidates_of(engine.book.therapies, asked.diagnoses, asked.indication)
    facts = facts_of(engine.book.facts, asked)
    question = part_question(asked, case.part, candidates, facts)
    finding = engine.decide(question)
    for statement in (*finding.statements, *finding.set_aside):
        if statement.entry is not None:
            seen.watch(statement.entry.program.nodes, statement.trace, facts)
            seen.entries.add(id(statement.entry.coverage))
        if statement.speaker is not None:
            for program in (statement.speaker.authorization, *statement.speaker.codes):
                if program is not None:
                    seen.watch(program.nodes, program.evaluate(facts, asked.on)[2], facts)
    codes = codes_of(finding, asked.line, facts, asked.on) if case.expect.codes else {}
    return CaseOutcome(policy, index, case, finding, tuple(_differences(case, finding, codes)))


def asked_by(book: Rulebook, policy: Policy, case: CaseText) -> Asked:
    """The case as a question; raises ValueError where a fact or its value is unknown."""
    facts: dict[str, Any] = {}
    for name, text in case.facts.items():
        if name not in book.facts:
            raise ValueError(f"no fact is named {name!r}")
        written = text if isinstance(text, str) else ",".join(text)
        facts[name] = parse_text(book.facts[name], written)
    return Asked(
        payer=policy.payer,
        on=case.on,
        line=case.line or policy.lines[0],
        state=case.state or (policy.states[0] if policy.states else "ZZ"),
        plan_name=case.plan.name or (policy.plans[0] if policy.plans else "-"),
        market=case.plan.market,
        funding=case.plan.funding,
        diagnoses=case.diagnoses,
        indication=case.indication,
        phase=case.phase,
        facts=facts,
        policy=policy.id if case.alone or policy.is_law else None,
    )


def _differences(case: CaseText, finding: Finding, codes: Mapping[str, str]) -> Iterator[str]:
    expect = case.expect
    got: Mapping[str, Any] = {
        "result": finding.result,
        "leaning": finding.leaning or "none",
        "evidence": finding.evidence.word if finding.evidence is not None else None,
        "benefit": finding.benefit,
        "prior_authorization": finding.authorization.state if finding.authorization else "unknown",
    }
    for name in ("result", "leaning", "evidence", "benefit", "prior_authorization"):
        wanted = getattr(expect, name)
        if wanted is not None and wanted != got[name]:
            yield f"{name} is {got[name]}, expected {wanted}"
    if expect.causes is not None and set(expect.causes) != set(finding.causes):
        yield f"causes are {sorted(finding.causes)}, expected {sorted(expect.causes)}"
    deciding = [fact.fact for fact in finding.deciding]
    if expect.deciding_facts is not None and set(expect.deciding_facts) != set(deciding):
        yield f"deciding facts are {sorted(deciding)}, expected {sorted(expect.deciding_facts)}"
    for code, use in expect.codes.items():
        if codes.get(code) != use:
            yield f"code {code} is {codes.get(code, 'not among the codes')}, expected {use}"
    reasons = reason_ids(finding)
    for wanted in expect.because:
        if wanted not in reasons:
            yield f"{wanted!r} is not among the reasons {sorted(reasons)}"
