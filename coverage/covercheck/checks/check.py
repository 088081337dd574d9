"""One check from question to answer. Pure: the clock's reading, the id and the rulebook are handed in."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

import orjson

from covercheck import __version__
from covercheck.checks.answer import Answer, CodeAnswer, Note, PartAnswer, PayerName, Result
from covercheck.checks.call_gap import BEHAVIORAL
from covercheck.checks.codes import CodeBook
from covercheck.checks.find_payer import PayerDirectory, build_directory
from covercheck.checks.learned import Learned
from covercheck.checks.part import PartAnswers, Prepared
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

FIELDS = tuple(entry.name for entry in fields(Answer))
# Facts that count by their value though no criterion may test them: they word hints, authorization and the call.
VALUED = ("suicidal_ideation_acute", ON_FILE, *TOLD_FACTS)


@dataclass(frozen=True, slots=True)
class Worked:
    """A question with everything that was worked out for it."""

    question: Question
    parts: tuple[Prepared, ...]
    hints: tuple[Note, ...]
    codes_asked: tuple[CodeAnswer, ...]
    told: Told


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
    written: Memo[Hashable, bytes] = field(default_factory=lambda: Memo(400), repr=False, compare=False)
    candidates: Memo[tuple[tuple[str, ...], str | None], Candidates] = field(default_factory=lambda: Memo(2_000), repr=False, compare=False)

    @classmethod
    def of(cls, book: Rulebook, limits: EvidenceLimits = EvidenceLimits()) -> Checker:
        """Compile a rulebook for checks."""
        directory = build_directory(book)
        engine, codes = Engine.of(book, limits), CodeBook.of(book, limits)
        return cls(
            book, engine, codes, directory, QuestionReader(book, directory), PartAnswers(engine, codes), Tellings(book), bins_of(book)
        )

    def check(self, request: CheckRequest, *, check_id: str, now: datetime, learned: Learned | None = None) -> Answer:
        """The answer, the same for the same question, rulebook and `learned` but for id, time and `open_now`; raises QuestionRefused."""
        return self._assembled(self.work(request, now, learned), check_id, now)

    def check_json(self, request: CheckRequest, *, check_id: str, now: datetime, learned: Learned | None = None) -> bytes:
        """The same answer as JSON. What no rule can tell apart, within one minute, is written once."""
        if learned is not None:
            rest = self._write(self.reader.read(request, now.date()).with_learned(learned), now)
            return _headed(check_id, now, rest)
        same = same_but_facts(request)
        known = self.reader.facts_if_known(request, same, now.date())
        facts = known if known is not None else self.reader.read(request, now.date()).asked.facts
        key = (same, self.bins.key(facts, VALUED), now.replace(second=0, microsecond=0))
        rest = self.written.get(key, lambda: self._write(self.reader.read(request, now.date()), now))
        return _headed(check_id, now, rest)

    def _write(self, question: Question, now: datetime) -> bytes:
        """The answer's JSON after its id and time."""
        worked = self._work(question, now)
        answer = self._assembled(worked, "", now)
        written: dict[str, object] = {name: getattr(answer, name) for name in FIELDS[2:]}
        written["parts"] = [orjson.Fragment(prepared.json) for prepared in worked.parts]
        written["call"] = orjson.Fragment(worked.told.call_json)
        written["patient_view"] = orjson.Fragment(worked.told.patient_json)
        return orjson.dumps(written)[1:]

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

    def work(self, request: CheckRequest, now: datetime, learned: Learned | None = None) -> Worked:
        """Everything behind the answer; raises QuestionRefused."""
        question = self.reader.read(request, now.date())
        return self._work(question if learned is None else question.with_learned(learned), now)

    def _work(self, question: Question, now: datetime) -> Worked:
        asked = question.asked
        candidates = self._candidates(question)
        facts = facts_of(self.book.facts, asked)
        prepared = tuple(self._part(question, part, candidates, facts) for part in question.parts)
        answers: list[PartAnswer] = [part.answer for part in prepared]
        return Worked(
            question=question,
            parts=prepared,
            hints=tuple(self._hints(question, candidates)),
            codes_asked=self.codes.asked_alone(question.codes, [part.codes for part in answers], asked.line, asked.on),
            told=self.tellings.of(question, prepared, now),
        )

    def _part(self, question: Question, part: str, candidates: Candidates, facts: Mapping[str, Any]) -> Prepared:
        """One part, by the rules of whoever runs it for the plan where we have them."""
        learned = question.learned
        if learned is None:
            return self.parts.of(question, part, candidates, facts)
        known = learned.parts.get(part)
        runs = known.administrator.payer if known is not None and known.administrator is not None and part in BEHAVIORAL else None
        asked = question if runs is None else replace(question, asked=replace(question.asked, payer=runs))
        return with_eligibility(self.parts.of(asked, part, candidates, facts), learned, question.asked.on.isoformat())

    def findings(self, request: CheckRequest, today: date) -> tuple[Question, tuple[Finding, ...]]:
        """The engine's findings behind the answer, for explanations; raises QuestionRefused."""
        question = self.reader.read(request, today)
        candidates = self._candidates(question)
        facts = facts_of(self.book.facts, question.asked)
        return question, tuple(self.engine.decide(part_question(question.asked, part, candidates, facts)) for part in question.parts)

    def _candidates(self, question: Question) -> Candidates:
        diagnoses, indication = question.asked.diagnoses, question.asked.indication
        return self.candidates.get((diagnoses, indication), lambda: candidates_of(self.book.therapies, diagnoses, indication))

    def _hints(self, question: Question, candidates: Candidates) -> list[Note]:
        asked = question.asked
        hints = list(question.learned.hints) if question.learned is not None else []
        names = candidates.names or ()
        if asked.facts.get("suicidal_ideation_acute") is True and TRD in names and ACUTE not in names:
            hints.append(Note("ask_acute_suicidality", ASK_ACUTE))
        payer = self.book.payers[asked.payer].text
        if asked.line is not None and asked.line not in payer.lines:
            hints.append(Note("line_not_on_file", LINE_NOT_ON_FILE.format(payer=payer.name)))
        if asked.state is not None and payer.states is not None and asked.state not in payer.states:
            hints.append(Note("state_not_on_file", STATE_NOT_ON_FILE.format(payer=payer.name, states=", ".join(payer.states))))
        if not asked.diagnoses and asked.indication is None:
            hints.append(Note("diagnosis_missing", DIAGNOSIS_MISSING))
        return hints


def _headed(check_id: str, now: datetime, rest: bytes) -> bytes:
    """An answer's JSON with its id and time before the rest."""
    return b'{"id":"%b","asked_at":"%b",%b' % (check_id.encode(), now.isoformat(timespec="seconds").encode(), rest)
