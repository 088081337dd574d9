"""Which texts speak of a part, and what each says: the first three steps of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from covercheck.engine.compile import Entry, Trace
from covercheck.engine.evidence import EvidenceLimits, Grade, best_grade
from covercheck.engine.finding import Leaning, PartQuestion, Statement
from covercheck.engine.index import EditionOfPart, Index, PolicyOfPart, Speaker, plan_key
from covercheck.engine.memo import Memo
from covercheck.logic import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, negate
from covercheck.rules.policy import LAW, Group, Node, Source, Test
from covercheck.rules.policy_file import Stance

OTHER = "other"
StatementKey: TypeAlias = tuple[int, int, str, int, bytes]


def policies_for(index: Index, question: PartQuestion, advisory: bool = False) -> Iterator[tuple[PolicyOfPart, EditionOfPart]]:
    """Every policy with an edition in force that speaks of line, state, plan, part and date; those that only advise, if so asked."""
    plan = plan_key(question.plan_name) if question.plan_name else ""
    owners = (question.payer, LAW) if question.policy is None else (question.policy.partition("/")[0],)
    for policy in (policy for owner in owners for policy in index.policies(owner, question.part)):
        if policy.policy.advisory is not advisory if question.policy is None else policy.policy.id != question.policy:
            continue
        if question.line not in policy.lines:
            continue
        if question.policy is None and not policy.policy.binds(question.payer):
            continue
        if policy.states is not None and question.state not in policy.states:
            continue
        if (policy.plans and plan not in policy.plans) or plan in policy.except_plans:
            continue
        edition = policy.edition_on(question.on)
        if edition is not None:
            yield policy, edition


def statements_for(
    index: Index,
    question: PartQuestion,
    indication: str,
    limits: EvidenceLimits,
    memo: Memo[StatementKey, Statement],
    advisory: bool = False,
) -> list[Statement]:
    """What each text says on one candidate indication; texts silent on it are left out."""
    found = []
    for policy, edition in policies_for(index, question, advisory):
        speaker = edition.by_indication.get(indication) or edition.for_all
        if speaker is not None:
            found.append(_spoken(policy, edition, speaker, indication, question, limits, memo))
        elif edition.edition.other_indications == "not_covered":
            key = (id(edition), 0, indication, edition.ages.at(question.on), b"")
            found.append(memo.get(key, lambda p=policy, e=edition: _unnamed(p, e, indication, question, limits)))  # type: ignore[misc]
    return found


def _unnamed(policy: PolicyOfPart, edition: EditionOfPart, indication: str, question: PartQuestion, limits: EvidenceLimits) -> Statement:
    """The edition's refusal of every indication it doesn't name."""
    sources = edition.edition.sources
    grade = best_grade(sources, question.on, limits)
    return Statement(policy, edition, None, None, indication, FALSE, grade, [], None, sources, grade)


def _spoken(
    policy: PolicyOfPart,
    edition: EditionOfPart,
    speaker: Speaker,
    indication: str,
    question: PartQuestion,
    limits: EvidenceLimits,
    memo: Memo[StatementKey, Statement],
) -> Statement:
    entry = speaker.continuation if question.phase == "continuation" else speaker.initial
    truth, grade, trace = entry.program.evaluate(question.facts, question.on)

    def make() -> Statement:
        leaning: Leaning | None = None
        if truth is UNKNOWN and informs(entry) and _covered_but_for_unread(entry, trace) is TRUE:
            leaning = "covered"
        sources = carrying(entry, truth, grade, trace, question, limits)
        standing = best_grade(entry.coverage.sources, question.on, limits)
        return Statement(policy, edition, speaker, entry, indication, truth, Grade(grade), trace, leaning, sources, standing)

    return memo.get((id(edition), id(entry), indication, edition.ages.at(question.on), bytes(trace)), make)


def informs(entry: Entry) -> bool:
    """Something of the text was read: a stance by itself, or at least one test."""
    if entry.coverage.stance is Stance.COVERED_WHEN:
        return any(isinstance(node, Test) for node in entry.program.nodes)
    return entry.coverage.stance is Stance.COVERED


def _covered_but_for_unread(entry: Entry, trace: Trace) -> Truth:
    """The decision on what was read alone, as if every unread criterion turned out well and no unread alternative existed."""
    place = {id(node): index for index, node in enumerate(entry.program.nodes)}

    def read(node: Node) -> Truth | None:
        if isinstance(node, Test):
            return trace[place[id(node)]]
        if not isinstance(node, Group):
            return None
        told = [truth for child in node.children if (truth := read(child)) is not None]
        if not told:
            return None
        return negate(told[0]) if node.kind == "not" else (all_of if node.kind == "all" else any_of)(told)

    met = read(entry.criteria) if entry.criteria is not None else None
    excluded = [truth for exclusion in entry.exclusions if (truth := read(exclusion)) is not None]
    return all_of([TRUE if met is None else met, *map(negate, excluded)])


def carrying(entry: Entry, truth: Truth, grade: int, trace: Trace, question: PartQuestion, limits: EvidenceLimits) -> tuple[Source, ...]:
    """The sources behind the statement: for a refusal those of what failed, else its own and those of what is met or still open."""
    found: dict[str, Source] = {}
    if truth is FALSE:
        failing = [
            node.sources for node, state in zip(entry.program.nodes, trace, strict=True) if state is FALSE and not isinstance(node, Group)
        ]
        failing += [exclusion.sources for exclusion in entry.exclusions]
        chosen = [sources for sources in failing if best_grade(sources, question.on, limits) == grade] or [entry.coverage.sources]
    else:
        pairs = enumerate(zip(entry.program.nodes, trace, strict=True))
        leaves = [(node, state, index) for index, (node, state) in pairs if not isinstance(node, Group)]
        counted = [node for node, state, index in leaves if state is not FALSE or index >= entry.excluded_from]
        chosen = [entry.coverage.sources, *(node.sources for node in counted)]
    for sources in chosen:
        found.update((source.key, source) for source in sources)
    return tuple(found.values())


def set_aside(statements: list[Statement]) -> tuple[list[Statement], list[Statement]]:
    """Part the texts that speak from those a more specific text of at least the same standing replaces."""
    speaking: list[Statement] = []
    replaced: list[Statement] = []
    for statement in statements:
        mine = statement.policy.specificity
        beaten = any(other.policy.specificity > mine and other.standing >= statement.standing and _was_read(other) for other in statements)
        (replaced if beaten else speaking).append(statement)
    return speaking, replaced


def _was_read(statement: Statement) -> bool:
    """A text whose decision was not read replaces nothing: what it would replace still lends its leaning."""
    return statement.entry is None or statement.entry.coverage.stance is not Stance.UNREAD or statement.truth is not UNKNOWN


def lend(statements: list[Statement]) -> tuple[list[Statement], list[Statement]]:
    """Part the texts that decide from weak accounts of a whole line, which beside better law lend a leaning only."""
    better_law = any(s.policy.policy.is_law and s.standing is not Grade.WEAK for s in statements)
    deciding: list[Statement] = []
    lending: list[Statement] = []
    for statement in statements:
        lends = better_law and statement.policy.policy.is_law and statement.standing is Grade.WEAK
        (lending if lends else deciding).append(statement)
    return deciding, lending
