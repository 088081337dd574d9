"""One part from question to finding: texts, candidates, evidence, result, leaning, causes, deciding facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from covercheck.engine.authorization import authorization_key, authorization_of
from covercheck.engine.diagram import NO, OPEN, YES
from covercheck.engine.evidence import EvidenceLimits, Grade, weak_causes
from covercheck.engine.finding import Consequence, DecidingFact, Finding, Leaning, PartQuestion, PartResult, Statement
from covercheck.engine.index import Index, build_index
from covercheck.engine.memo import Memo
from covercheck.engine.selectors import decide_over_selectors, open_selectors
from covercheck.engine.statements import StatementKey, lend, set_aside, statements_for
from covercheck.engine.support import Support, support_of
from covercheck.logic import FALSE, TRUE, UNKNOWN, Truth, any_of
from covercheck.rules.facts import KnownBy
from covercheck.rules.policy_file import Stance
from covercheck.rules.rulebook import Rulebook

STUCK = frozenset({"no_rule", "policy_unread", "case_by_case", "sources_disagree"})
Ids: TypeAlias = tuple[int, ...]
FindingKey: TypeAlias = tuple[str, bool, tuple[Ids, ...], Ids, Ids, Ids, tuple[bytes, ...]]
CAUSES = (
    "no_rule", "policy_unread", "criteria_unread", "case_by_case", "payer_fact", "sources_disagree",
    "evidence_old", "evidence_undated", "evidence_secondary", "rule_failed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engine:
    """A rulebook compiled for questions. Pure: the same question gives the same finding."""

    book: Rulebook
    index: Index
    limits: EvidenceLimits
    statements: Memo[StatementKey, Statement] = field(default_factory=lambda: Memo(20_000), repr=False, compare=False)
    findings: Memo[FindingKey, Finding] = field(default_factory=lambda: Memo(20_000), repr=False, compare=False)

    @classmethod
    def of(cls, book: Rulebook, limits: EvidenceLimits = EvidenceLimits()) -> Engine:
        """Compile a rulebook."""
        return cls(book, build_index(book, limits), limits)

    def decide(self, question: PartQuestion) -> Finding:
        """The finding for one part; a rule that raises gives `uncertain` with cause `rule_failed` for this part alone."""
        try:
            unsaid = open_selectors(self.book, self.index, question)
            if unsaid:
                return decide_over_selectors(question, unsaid, self._decide)
            return self._decide(question)
        except Exception as error:
            return Finding(
                question.part, "uncertain", None, None, ("rule_failed",), None, "unknown", (), (), (), failure=type(error).__name__
            )

    def _decide(self, question: PartQuestion) -> Finding:
        candidates: list[list[Statement]] = []
        replaced: list[Statement] = []
        lending: list[Statement] = []
        advice: list[Statement] = []
        silent = False
        for indication in question.indications or ():
            speaking, aside = set_aside(statements_for(self.index, question, indication, self.limits, self.statements))
            deciding, lent = lend(speaking)
            if question.policy is None:
                advice += statements_for(self.index, question, indication, self.limits, self.statements, advisory=True)
            replaced += aside
            lending += lent
            if deciding:
                candidates.append(deciding)
            else:
                silent = True
        key = (
            question.part,
            silent,
            tuple(tuple(map(id, group)) for group in candidates),
            tuple(map(id, lending)),
            tuple(map(id, replaced)),
            tuple(map(id, advice)),
            authorization_key((s for group in (*candidates, lending) for s in group), question),
        )

        def make() -> Finding:
            return replace(self._weigh(question, candidates, lending, replaced, silent), advice=tuple(advice))

        return self.findings.get(key, make)

    def _weigh(
        self, question: PartQuestion, candidates: list[list[Statement]], lending: list[Statement], replaced: list[Statement], silent: bool
    ) -> Finding:
        if not candidates:
            return Finding(question.part, "uncertain", None, None, ("no_rule",), None, "unknown", (), tuple(replaced), ())
        truths = [_together(statements) for statements in candidates]
        truth = any_of([*truths, UNKNOWN] if silent else truths)
        support = support_of(self.book.facts, candidates, silent) if truth is UNKNOWN else None
        if support is not None and support.outcome != OPEN:
            truth = TRUE if support.outcome == YES else FALSE
        carrying = _carrying(candidates, truths, truth)
        grade = _grade(carrying, truth)
        causes = _weak_causes(carrying, grade, question, self.limits)
        leaning: Leaning | None = None
        deciding: tuple[DecidingFact, ...] = ()
        exact = True
        if truth is UNKNOWN and support is not None:
            leaning = _leaning(candidates, lending)
            causes |= self._open_causes(candidates, support, silent)
            deciding = self._deciding(support, grade, stuck=bool(causes & STUCK))
            exact = support.exact
            asked_of_payer = any(self.book.facts[d.fact].known_by is KnownBy.PAYER for d in deciding)
            result: PartResult = "uncertain" if causes or asked_of_payer or not deciding else "depends"
            if result == "uncertain":
                causes |= _too_weak_to_settle(candidates, question, self.limits)
        elif grade is Grade.WEAK:
            result, leaning = "uncertain", "covered" if truth is TRUE else "not_covered"
        else:
            result = "likely_covered" if truth is TRUE else "likely_not_covered"
        statements = (*(statement for group in candidates for statement in group), *lending)
        authorization = None if result == "likely_not_covered" else authorization_of(self.book.facts, statements, question, self.limits)
        ordered = tuple(cause for cause in CAUSES if cause in causes)
        benefit = _benefit(statements)
        return Finding(question.part, result, leaning, grade, ordered, authorization, benefit, statements, tuple(replaced), deciding, exact)

    def _open_causes(self, candidates: Sequence[Sequence[Statement]], support: Support, silent: bool) -> set[str]:
        causes = {"no_rule"} if silent else set()
        for statements in candidates:
            truths = {statement.truth for statement in statements}
            if TRUE in truths and FALSE in truths:
                causes.add("sources_disagree")
            for statement in statements:
                if statement.truth is UNKNOWN and statement.entry is not None:
                    if statement.entry.coverage.stance is Stance.CASE_BY_CASE:
                        causes.add("case_by_case")
                    if statement.entry.coverage.stance is Stance.UNREAD:
                        causes.add("policy_unread")
        stances = {f"unread:{id(s.entry)}" for statements in candidates for s in statements}
        if any(name not in stances for name in support.unread):
            causes.add("criteria_unread")
        if any(self.book.facts[fact].known_by is KnownBy.PAYER for fact in support.facts):
            causes.add("payer_fact")
        if not causes and not support.facts:
            causes.add("sources_disagree")
        return causes

    def _deciding(self, support: Support, grade: Grade, stuck: bool) -> tuple[DecidingFact, ...]:
        found = []
        for fact, effects in support.facts.items():
            then = tuple(
                Consequence(effect.region.when, effect.region.sample, *self._follows(effect.outcome, effect.left, grade, stuck))
                for effect in effects
            )
            alone = any(effect.outcome in (NO, YES) for effect in effects)
            found.append(DecidingFact(fact, then, alone, support.exact))
        return tuple(found)

    def _follows(self, outcome: int, left: tuple[str, ...], grade: Grade, stuck: bool) -> tuple[PartResult, Leaning | None]:
        """What an outcome means. `stuck`: while it stays open, something else than a fact keeps it so."""
        if outcome in (NO, YES):
            leaning: Leaning = "covered" if outcome == YES else "not_covered"
            if grade is Grade.WEAK:
                return "uncertain", leaning
            return ("likely_covered" if outcome == YES else "likely_not_covered"), None
        facts = self.book.facts
        asks_payer = any(name not in facts or facts[name].known_by is KnownBy.PAYER for name in left)
        return ("uncertain" if stuck or asks_payer or grade is Grade.WEAK or not left else "depends"), None


def _together(statements: Sequence[Statement]) -> Truth:
    """The same decision of all; else open."""
    first = statements[0].truth
    return first if all(statement.truth is first for statement in statements) else UNKNOWN


def _carrying(candidates: Sequence[Sequence[Statement]], truths: Sequence[Truth], truth: Truth) -> list[list[Statement]]:
    """The groups of statements that carry the decision: those that cover, all that refuse, or all while it is open."""
    if truth is TRUE:
        covering = [list(group) for group, said in zip(candidates, truths, strict=True) if said is TRUE]
        return covering or [list(group) for group in candidates]
    return [list(group) for group in candidates]


def _grade(groups: Sequence[Sequence[Statement]], truth: Truth) -> Grade:
    """Within a group the best-grounded text carries; a refusal needs every group, a cover one."""
    best = [max(statement.grade for statement in group) for group in groups]
    return max(best) if truth is TRUE else min(best)


def _weak_causes(groups: Sequence[Sequence[Statement]], grade: Grade, question: PartQuestion, limits: EvidenceLimits) -> set[str]:
    if grade is not Grade.WEAK:
        return set()
    return {
        cause
        for group in groups
        for statement in group
        if statement.grade is Grade.WEAK
        for source in statement.sources
        for cause in weak_causes((source,), question.on, limits)
    }


def _too_weak_to_settle(candidates: Sequence[Sequence[Statement]], question: PartQuestion, limits: EvidenceLimits) -> set[str]:
    """Why the payer's own text, which decides, could not set aside the law that leaves the part open: on better evidence it would have."""
    outweighed = []
    for statements in candidates:
        own = [statement for statement in statements if not statement.policy.policy.is_law]
        law = [statement for statement in statements if statement.policy.policy.is_law]
        if own and law and UNKNOWN not in {s.truth for s in own} and all(s.truth is UNKNOWN for s in law):
            outweighed.append(own)
    return _weak_causes(outweighed, Grade.WEAK, question, limits)


def _leaning(candidates: Sequence[Sequence[Statement]], lending: Sequence[Statement]) -> Leaning | None:
    """Covered where one candidate leans so; not covered where every candidate with a text does."""
    leanings = {_lean_of([*group, *(lent for lent in lending if lent.indication == group[0].indication)]) for group in candidates}
    if "covered" in leanings:
        return "covered"
    return "not_covered" if leanings == {"not_covered"} else None


def _lean_of(statements: Sequence[Statement]) -> Leaning | None:
    """One candidate: as the decided text leans; else covered where all that was read of some text is met and none refuses."""
    decided = {statement.truth for statement in statements} - {UNKNOWN}
    if len(decided) == 1:
        return "covered" if decided == {TRUE} else "not_covered"
    met = any(statement.leaning == "covered" for statement in statements)
    return "covered" if met and not decided else None


def _benefit(statements: Sequence[Statement]) -> str:
    known: Mapping[str, None] = dict.fromkeys(
        statement.speaker.coverage.benefit
        for statement in statements
        if statement.speaker is not None and statement.speaker.coverage.benefit != "unknown"
    )
    return next(iter(known)) if len(known) == 1 else "either" if known else "unknown"
