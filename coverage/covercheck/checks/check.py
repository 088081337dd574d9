"""One check from question to answer. Pure: the clock's reading, the id and the rulebook are handed in."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, TypeAlias

import orjson

from covercheck import __version__
from covercheck.checks.answer import Answer, CheckResult, CodeAnswer, Leaning, Note, PartAnswer, PayerName, Result
from covercheck.checks.call_gap import BEHAVIORAL
from covercheck.checks.codes import CodeBook
from covercheck.checks.eligibility_answer import Administrator
from covercheck.checks.evidence.apply import with_evidence
from covercheck.checks.evidence.conflicts import conflicts
from covercheck.checks.evidence.facts import merged, told_facts
from covercheck.checks.evidence.items import Evidence, still_valid, strongest
from covercheck.checks.find_payer import PayerDirectory, build_directory
from covercheck.checks.learned import Learned
from covercheck.checks.part import MENTAL_HEALTH, PLAN_EXCLUDES, PartAnswers, Prepared, prepare
from covercheck.checks.question import Question, QuestionReader, same_but_facts
from covercheck.checks.request import CheckRequest
from covercheck.checks.telling import FACTS as TOLD_FACTS
from covercheck.checks.telling import Tellings, Told
from covercheck.checks.with_eligibility import with_eligibility
from covercheck.checks.wording import (
    ASK_ACUTE,
    DIAGNOSIS_MISSING,
    DISCLAIMER,
    LINE_NOT_ON_FILE,
    NO_MENTAL_HEALTH,
    PLAN_EXCLUSION,
    STATE_NOT_ON_FILE,
    common_result,
    summary_of,
)
from covercheck.engine import Engine, EvidenceLimits, Finding
from covercheck.engine.asking import ACUTE, TRD, Candidates, candidates_of, facts_of, part_question
from covercheck.engine.authorization import ON_FILE
from covercheck.engine.bins import Bins, bins_of
from covercheck.engine.memo import Memo
from covercheck.rules.rulebook import Rulebook

Recorded: TypeAlias = tuple[Evidence, ...]
FIELDS = tuple(entry.name for entry in fields(Answer))
# Facts that count by their value though no criterion may test them: they word hints, authorization and the call.
VALUED = ("suicidal_ideation_acute", ON_FILE, PLAN_EXCLUDES, MENTAL_HEALTH, *TOLD_FACTS)


@dataclass(frozen=True, slots=True)
class Worked:
    """A question with everything that was worked out for it."""

    question: Question
    parts: tuple[Prepared, ...]
    hints: tuple[Note, ...]
    codes_asked: tuple[CodeAnswer, ...]
    told: Told


@dataclass(frozen=True, slots=True)
class Rest:
    """An answer's JSON after its id and time, and what it says in brief: part, result, leaning and evidence of each."""

    json: bytes
    result: CheckResult
    valid_until: str
    parts: tuple[tuple[str, Result, Leaning | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it is sent: `head` holds id and time, `rest` is shared by all who ask the same."""

    head: bytes
    rest: Rest

    @property
    def json(self) -> bytes:
        """The whole."""
        return self.head + self.rest.json


@dataclass(frozen=True, slots=True)
class Checker:
    """Everything needed to answer questions from one rulebook."""

    book: Rulebook
    engine: Engine
    codes: CodeBook
    directory: PayerDirectory
    reader: QuestionReader
    parts: PartAnswers
    tellings: Tellings
    bins: Bins
    written: Memo[Hashable, Rest] = field(default_factory=lambda: Memo(400), repr=False, compare=False)
    candidates: Memo[tuple[tuple[str, ...], str | None], Candidates] = field(default_factory=lambda: Memo(2_000), repr=False, compare=False)

    @classmethod
    def of(cls, book: Rulebook, limits: EvidenceLimits = EvidenceLimits()) -> Checker:
        """Compile a rulebook for checks."""
        directory = build_directory(book)
        engine, codes = Engine.of(book, limits), CodeBook.of(book, limits)
        return cls(
            book,
            engine,
            codes,
            directory,
            QuestionReader(book, directory),
            PartAnswers(engine, codes),
            Tellings.of_book(book),
            bins_of(book),
        )

    def check(
        self, request: CheckRequest, *, check_id: str, now: datetime, learned: Learned | None = None, evidence: Recorded = ()
    ) -> Answer:
        """The answer, the same for the same question, rulebook, `learned` and recorded evidence but for id, time and `open_now`.

        Raises QuestionRefused.
        """
        return self._assembled(self.work(request, now, learned, evidence), check_id, now)

    def check_json(
        self, request: CheckRequest, *, check_id: str, now: datetime, learned: Learned | None = None, evidence: Recorded = ()
    ) -> bytes:
        """The same answer as JSON."""
        return self.write(request, check_id=check_id, now=now, learned=learned, evidence=evidence).json

    def write(
        self, request: CheckRequest, *, check_id: str, now: datetime, learned: Learned | None = None, evidence: Recorded = ()
    ) -> Written:
        """The same answer, ready to be sent and kept. What no rule can tell apart is written once, until a phone line opens or closes."""
        if learned is not None or evidence:
            return Written(_head(check_id, now), self._write(self._heard(request, now, learned, evidence), now))
        same = same_but_facts(request)
        known = self.reader.facts_if_known(request, same, now.date())
        facts = known if known is not None else self.reader.read(request, now.date()).asked.facts
        key = (same, self.bins.key(facts, VALUED), self.tellings.lines.key(now))
        rest = self.written.get(key, lambda: self._write(self.reader.read(request, now.date()), now))
        return Written(_head(check_id, now), rest)

    def _write(self, question: Question, now: datetime) -> Rest:
        worked = self._work(question, now)
        answer = self._assembled(worked, "", now)
        written: dict[str, object] = {name: getattr(answer, name) for name in FIELDS[2:]}
        written["parts"] = [orjson.Fragment(prepared.json) for prepared in worked.parts]
        written["call"] = orjson.Fragment(worked.told.call_json)
        written["patient_view"] = orjson.Fragment(worked.told.patient_json)
        brief = tuple((part.part, part.result, part.leaning, part.evidence) for part in answer.parts)
        return Rest(orjson.dumps(written)[1:], answer.result, answer.valid_until, brief)

    def _assembled(self, worked: Worked, check_id: str, now: datetime) -> Answer:
        parts = tuple(prepared.answer for prepared in worked.parts)
        results: list[Result] = [part.result for part in parts]
        payer = self.book.payers[worked.question.asked.payer]
        return Answer(
            id=check_id,
            asked_at=now.isoformat(timespec="seconds"),
            valid_until=min(part.valid_until for part in parts),
            result=common_result(results),
            summary=summary_of(results),
            payer=PayerName(payer.id, payer.text.name),
            date_of_service=worked.question.asked.on.isoformat(),
            parts=parts,
            hints=worked.hints,
            codes_asked=worked.codes_asked,
            eligibility=worked.question.learned.shown if worked.question.learned is not None else None,
            call=worked.told.call,
            patient_view=worked.told.patient,
            disclaimer=DISCLAIMER,
            rulebook=self.book.digest,
            version=__version__,
        )

    def parts_of(
        self, request: CheckRequest, now: datetime, learned: Learned | None = None, evidence: Recorded = ()
    ) -> tuple[PartAnswer, ...]:
        """The answer's parts alone, for comparing; raises QuestionRefused."""
        question = self._heard(request, now, learned, evidence)
        _, prepared = self._parts(question, self._candidates(question), facts_of(self.book.facts, question.asked))
        return tuple(part.answer for part in prepared)

    def results_of(
        self, request: CheckRequest, now: datetime, learned: Learned | None = None, evidence: Recorded = ()
    ) -> dict[str, Result]:
        """The result of each part, and nothing else; raises QuestionRefused."""
        question = self._heard(request, now, learned, evidence)
        candidates, facts = self._candidates(question), facts_of(self.book.facts, question.asked)
        if question.learned is not None or question.evidence:
            return {part.answer.part: part.answer.result for part in self._parts(question, candidates, facts)[1]}
        return {
            part: "not_asked"
            if part in question.restricted
            else self.engine.decide(part_question(question.asked, part, candidates, facts)).result
            for part in question.parts
        }

    def work(self, request: CheckRequest, now: datetime, learned: Learned | None = None, evidence: Recorded = ()) -> Worked:
        """Everything behind the answer; raises QuestionRefused."""
        return self._work(self._heard(request, now, learned, evidence), now)

    def _heard(self, request: CheckRequest, now: datetime, learned: Learned | None, evidence: Recorded) -> Question:
        """The question with what the payer's systems and earlier calls said, as far as that is still valid."""
        question = self.reader.read(request, now.date())
        if learned is not None:
            question = question.with_learned(learned)
        return replace(question, evidence=still_valid(evidence, now.date(), question.asked.on)) if evidence else question

    def _work(self, question: Question, now: datetime) -> Worked:
        asked = question.asked
        candidates = self._candidates(question)
        facts = facts_of(self.book.facts, asked)
        before, prepared = self._parts(question, candidates, facts)
        answers: list[PartAnswer] = [part.answer for part in prepared]
        return Worked(
            question=question,
            parts=prepared,
            hints=tuple(self._hints(question, candidates, before, facts)),
            codes_asked=self.codes.asked_alone(question.codes, [part.codes for part in answers], asked.line, asked.on),
            told=self.tellings.of(question, prepared, now),
        )

    def _parts(
        self, question: Question, candidates: Candidates, facts: Mapping[str, Any]
    ) -> tuple[tuple[Prepared, ...], tuple[Prepared, ...]]:
        """Every part by the texts alone, and with what calls and letters say."""
        before = tuple(self._part(question, part, candidates, facts) for part in question.parts)
        if not question.evidence:
            return before, before
        return before, tuple(self._with_evidence(question, part, candidates, facts) for part in question.parts)

    def _with_evidence(self, question: Question, part: str, candidates: Candidates, facts: Mapping[str, Any]) -> Prepared:
        """One part with what calls and letters say of it: facts first, then the answers themselves."""
        known = merged(facts, told_facts(question.evidence, part, self.book.facts))
        item = strongest(question.evidence, "administrator", part)
        named = None
        if item is not None and item.value == "other" and item.company is not None and part in BEHAVIORAL:
            named = Administrator(item.company, None, self.directory.find(item.company))
        found = with_evidence(self._part(question, part, candidates, known, named), question.evidence)
        if named is None or found.answer.administrator is not None:
            return found
        return prepare(replace(found.answer, administrator=named), found.finding)

    def _part(
        self, question: Question, part: str, candidates: Candidates, facts: Mapping[str, Any], named: Administrator | None = None
    ) -> Prepared:
        """One part, by the rules of whoever runs it for the plan where we have them; `named` as a call named them."""
        learned = question.learned
        known = learned.parts.get(part) if learned is not None else None
        company = (known.administrator if known is not None else None) or named
        runs = company.payer if company is not None and part in BEHAVIORAL else None
        asked = question if runs is None else replace(question, asked=replace(question.asked, payer=runs))
        found = self.parts.of(asked, part, candidates, facts)
        return found if learned is None else with_eligibility(found, learned, question.asked.on.isoformat())

    def findings(self, request: CheckRequest, today: date) -> tuple[Question, tuple[Finding, ...]]:
        """The engine's findings behind the answer, for explanations; raises QuestionRefused."""
        question = self.reader.read(request, today)
        candidates = self._candidates(question)
        facts = facts_of(self.book.facts, question.asked)
        return question, tuple(self.engine.decide(part_question(question.asked, part, candidates, facts)) for part in question.parts)

    def _candidates(self, question: Question) -> Candidates:
        diagnoses, indication = question.asked.diagnoses, question.asked.indication
        return self.candidates.get((diagnoses, indication), lambda: candidates_of(self.book.therapies, diagnoses, indication))

    def _hints(self, question: Question, candidates: Candidates, before: tuple[Prepared, ...], facts: Mapping[str, Any]) -> list[Note]:
        asked = question.asked
        hints = list(question.learned.hints) if question.learned is not None else []
        found = conflicts(question.evidence, [part.answer for part in before], facts, self.book.facts) if question.evidence else ()
        hints += [Note("evidence_conflict", conflict.says) for conflict in found]
        names = candidates.names or ()
        if asked.facts.get("suicidal_ideation_acute") is True and TRD in names and ACUTE not in names:
            hints.append(Note("ask_acute_suicidality", ASK_ACUTE))
        if asked.facts.get(PLAN_EXCLUDES) is True:
            hints.append(Note("plan_exclusion", PLAN_EXCLUSION))
        if facts.get(MENTAL_HEALTH) is False and any(part.answer.part in BEHAVIORAL for part in before):
            hints.append(Note("no_mental_health_benefit", NO_MENTAL_HEALTH))
        payer = self.book.payers[asked.payer].text
        if asked.line is not None and asked.line not in payer.lines:
            hints.append(Note("line_not_on_file", LINE_NOT_ON_FILE.format(payer=payer.name)))
        if asked.state is not None and payer.states is not None and asked.state not in payer.states:
            hints.append(Note("state_not_on_file", STATE_NOT_ON_FILE.format(payer=payer.name, states=", ".join(payer.states))))
        if not asked.diagnoses and asked.indication is None:
            hints.append(Note("diagnosis_missing", DIAGNOSIS_MISSING))
        return hints


def _head(check_id: str, now: datetime) -> bytes:
    """An answer's JSON up to its time."""
    return b'{"id":"%b","asked_at":"%b",' % (check_id.encode(), now.isoformat(timespec="seconds").encode())
