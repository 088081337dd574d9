"""One part of a check: from the engine's finding to the answer for staff, kept once worked out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

import orjson

from covercheck.checks.answer import AuthorizationAnswer, Cite, Consequence, DecidingFact, LabelAnswer, NextStep, PartAnswer, Reason
from covercheck.checks.codes import CodeBook
from covercheck.checks.question import Question
from covercheck.checks.wording import AUTHORIZATION_WORDS, LABEL_WORDS, why
from covercheck.engine import DecidingFact as EngineDecidingFact
from covercheck.engine import Engine, Finding, Grade, Statement
from covercheck.engine.asking import INSURED_MARKETS, Candidates, part_question
from covercheck.engine.evidence import grade_of
from covercheck.engine.memo import Memo
from covercheck.engine.reading import Reason as EngineReason
from covercheck.engine.reading import reasons_of
from covercheck.engine.statements import OTHER
from covercheck.logic import TRUE, UNKNOWN
from covercheck.rules.policy import Source, Test
from covercheck.rules.policy_file import Stance, day_text

KEPT = 1_000
LabelState: TypeAlias = Literal["allows", "forbids", "off_label", "unknown"]
_LABEL_ORDER: tuple[LabelState, ...] = ("allows", "unknown", "forbids", "off_label")
PLAN_EXCLUDES = "plan_excludes_service"
MENTAL_HEALTH = "plan_covers_mental_health"
_NETWORK_ASSUMED: Mapping[bool | None, tuple[str, ...]] = {None: ("provider_in_network",), False: ("out_of_network_benefit",)}
_EXCLUSION_ASSUMED: Mapping[bool | None, tuple[str, ...]] = {None: ("no_plan_exclusion",), True: ("exclusion_not_of_this_part",)}
SELECTOR_QUESTIONS = {
    "plan.line": ("clinic", "the plan's line of business", "Is this a commercial, exchange, Medicare, Medicaid or other plan?"),
    "plan.state": ("clinic", "the plan's state", "In which state was the plan issued?"),
    "plan.name": ("patient", "the plan's name", "What is the plan's name on the card?"),
    "indication": ("clinic", "the diagnosis", "Which diagnosis is treated? Give the ICD-10-CM code."),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A part's answer, its JSON, and the finding it follows from."""

    answer: PartAnswer
    json: bytes
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class PartAnswers:
    """Answers parts of questions. The same finding, codes, network and exclusion get the same answer, worked out once."""

    engine: Engine
    codes: CodeBook
    kept: Memo[Hashable, Prepared] = field(default_factory=lambda: Memo(KEPT), repr=False, compare=False)

    def of(self, question: Question, part: str, candidates: Candidates, facts: Mapping[str, Any]) -> Prepared:
        """The part's answer; a restricted part is not asked."""
        if part in question.restricted:
            return prepare(self._not_asked(question, part))
        asked = question.asked
        finding = self.engine.decide(part_question(asked, part, candidates, facts))
        mine = tuple(code for code in question.codes if part in self.engine.book.codes.codes[code].parts)
        key = (
            id(finding),
            part,
            candidates,
            mine,
            asked.line,
            asked.on,
            asked.phase,
            facts.get("provider_in_network"),
            facts.get(PLAN_EXCLUDES),
            asked.funding is None,
            self.codes.key(finding, asked.line, facts, asked.on),
        )

        def make() -> Prepared:
            return prepare(self._answer(question, candidates, facts, finding, mine), finding)

        return self.kept.get(key, make) if finding.settled else make()

    def _answer(
        self, question: Question, candidates: Candidates, facts: Mapping[str, Any], finding: Finding, mine: tuple[str, ...]
    ) -> PartAnswer:
        asked = question.asked
        part = finding.part
        reasons = tuple(self._reason(reason, asked.on) for statement in finding.statements for reason in reasons_of(statement))
        failing = [reason.says for reason in reasons if reason.state in ("unmet", "excluded")]
        deciding = tuple(self._deciding(fact) for fact in finding.deciding)
        codes = self.codes.for_part(finding, question.codes, asked.line, facts, asked.on)
        cite = self._main_cite(finding, asked.on)
        return PartAnswer(
            part=part,
            label=self.engine.book.therapies.parts[part].label,
            result=finding.result,
            leaning=finding.leaning,
            evidence=_evidence(finding.evidence),
            causes=finding.causes,
            says=why(finding, cite, failing, deciding),
            prior_authorization=self._authorization(finding, asked.on, asked.phase),
            benefit=_benefit(finding.benefit),
            codes=codes,
            traps=self.codes.traps(codes, mine, part, asked.line),
            reasons=reasons,
            set_aside=tuple(self._reason(reason, asked.on) for statement in finding.set_aside for reason in reasons_of(statement)),
            deciding_facts=deciding,
            label_says=self._label(finding, asked.on),
            assumes=self._assumes(finding, candidates, facts, asked.funding is None),
            next_step=_next_step(finding),
            valid_until=_valid_until(finding, asked.on),
        )

    def _not_asked(self, question: Question, part: str) -> PartAnswer:
        says = "The patient asked that the plan not be told of this part: nothing was asked, and nothing may be sent."
        year_end = date(question.asked.on.year, 12, 31).isoformat()
        return PartAnswer(
            part=part,
            label=self.engine.book.therapies.parts[part].label,
            result="not_asked",
            leaning=None,
            evidence=None,
            causes=(),
            says=says,
            prior_authorization=None,
            benefit="unknown",
            codes=(),
            traps=(),
            reasons=(),
            set_aside=(),
            deciding_facts=(),
            label_says=None,
            assumes=(),
            next_step="none",
            valid_until=year_end,
        )

    def _reason(self, reason: EngineReason, on: date) -> Reason:
        policy = reason.statement.policy.policy
        edition = day_text(reason.statement.edition.edition.effective)
        limits = self.engine.limits
        ordered = sorted(reason.sources, key=lambda s: (-grade_of(s, on, limits), -(s.as_of.toordinal() if s.as_of else 0)))
        cites = tuple(_cite(source, policy.id, edition) for source in ordered)
        fact = reason.test.fact if reason.test is not None else None
        return Reason(f"{policy.id}#{reason.id}", reason.state, reason.says, cites[0] if cites else None, fact, cites[1:])

    def _label(self, finding: Finding, on: date) -> LabelAnswer | None:
        """The label on the candidate it speaks best of; a use ruled out for the patient counts before a use not approved."""
        if not finding.advice:
            return None
        reasons = {id(s): tuple(self._reason(reason, on) for reason in reasons_of(s)) for s in finding.advice}
        ranked = sorted(finding.advice, key=lambda s: _LABEL_ORDER.index(label_state(s, reasons[id(s)])))
        best = ranked[0]
        state = label_state(best, reasons[id(best)])
        missing = tuple(dict.fromkeys(r.fact for r in reasons[id(best)] if r.state == "unknown" and r.fact)) if state == "unknown" else ()
        return LabelAnswer(state, LABEL_WORDS[state], reasons[id(best)], missing)

    def _main_cite(self, finding: Finding, on: date) -> Cite | None:
        if not finding.statements:
            return None
        best = max(finding.statements, key=lambda s: (s.grade, not s.policy.policy.is_law))
        return self._source_cite(best, on)

    def _source_cite(self, statement: Statement, on: date) -> Cite | None:
        limits = self.engine.limits
        source = max(statement.sources, key=lambda s: (grade_of(s, on, limits), s.as_of or date.min), default=None)
        policy = statement.policy.policy
        return _cite(source, policy.id, day_text(statement.edition.edition.effective)) if source is not None else None

    def _deciding(self, fact: EngineDecidingFact) -> DecidingFact:
        then = tuple(Consequence(c.when, c.result, c.leaning) for c in fact.then)
        if fact.fact in SELECTOR_QUESTIONS:
            known_by, label, ask = SELECTOR_QUESTIONS[fact.fact]
            return DecidingFact(fact.fact, "patient" if known_by == "patient" else "clinic", label, ask, then, fact.alone, fact.exact)
        entry = self.engine.book.facts[fact.fact]
        return DecidingFact(fact.fact, entry.known_by.value, entry.label, entry.question(entry.known_by), then, fact.alone, fact.exact)

    def _authorization(self, finding: Finding, on: date, phase: str) -> AuthorizationAnswer | None:
        if finding.result == "likely_not_covered":
            return None
        found = finding.authorization
        if found is None:
            return AuthorizationAnswer("unknown", AUTHORIZATION_WORDS["unknown"])
        approval = None
        for statement in finding.statements:
            if statement.speaker is not None and statement.speaker.coverage.approval is not None and approval is None:
                terms = statement.speaker.coverage.approval
                days = terms.renewal_days if phase == "continuation" else terms.initial_days
                approval = " ".join(filter(None, (f"{days} days." if days else None, terms.note))) or None
        cite = self._source_cite(found.statements[0], on) if found.statements else None
        return AuthorizationAnswer(found.state, AUTHORIZATION_WORDS[found.state], found.open_facts, approval, cite)

    def _assumes(self, finding: Finding, candidates: Candidates, facts: Mapping[str, Any], funding_taken: bool) -> tuple[str, ...]:
        deciding = {fact.fact for fact in finding.deciding}
        network = () if "provider_in_network" in deciding else _NETWORK_ASSUMED.get(facts.get("provider_in_network"), ())
        taken = tuple(f"indication:{name}" for name in candidates.names or () if name != OTHER) if candidates.taken else ()
        tested = {node.fact for s in finding.statements if s.entry is not None for node in s.entry.program.nodes if isinstance(node, Test)}
        by_law = "plan_market" in tested and facts.get("plan_market") in INSURED_MARKETS
        market = (*(("plan_insured",) if funding_taken else ()), "plan_not_grandfathered") if by_law else ()
        exclusion = _EXCLUSION_ASSUMED.get(facts.get(PLAN_EXCLUDES), ())
        return ("coverage_active", *network, *exclusion, *market, *taken)


def prepare(answer: PartAnswer, finding: Finding | None = None) -> Prepared:
    """A part's answer with its JSON."""
    return Prepared(answer, orjson.dumps(answer), finding)


def label_state(statement: Statement, reasons: Sequence[Reason]) -> LabelState:
    """How a label stands to a use."""
    if statement.truth is TRUE:
        return "allows"
    if statement.truth is UNKNOWN:
        return "unknown"
    plain = statement.entry is None or statement.entry.coverage.stance is Stance.NOT_COVERED
    return "off_label" if plain and not any(reason.state == "excluded" for reason in reasons) else "forbids"


def _cite(source: Source, policy: str, edition: str) -> Cite:
    as_of = source.as_of.isoformat() if source.as_of else None
    return Cite(source.title, source.url, as_of, source.read_on.isoformat(), source.quality.value, policy, edition)


def _evidence(grade: Grade | None) -> Any:
    return None if grade is None else grade.word


def _benefit(word: str) -> Any:
    return word


def _next_step(finding: Finding) -> NextStep:
    match finding.result:
        case "uncertain":
            return "call_insurer"
        case "depends":
            return "gather_facts"
        case "likely_not_covered":
            return "discuss_self_pay"
        case "likely_covered" if finding.authorization is not None and finding.authorization.state == "needed":
            return "start_authorization"
    return "none"


def _valid_until(finding: Finding, on: date) -> str:
    """The end of the plan year (taken as the calendar year), or of an edition it stands on."""
    ends: Sequence[date] = [statement.edition.ends for statement in finding.statements if statement.edition.ends is not None]
    return min([date(on.year, 12, 31), *ends]).isoformat()
