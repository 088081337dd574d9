"""What an eligibility outcome teaches one check: standing, facts, administrators, authorization and cost per part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from covercheck.checks.answer import Cite, Note
from covercheck.checks.eligibility_answer import Administrator, Coded, CostShare, EligibilityAnswer, EligibilityFailure
from covercheck.checks.eligibility_words import cost_share, rejections, spans, statement
from covercheck.checks.find_payer import PayerDirectory
from covercheck.eligibility.outcome import Answered, Failure, Outcome
from covercheck.eligibility.report import Needed, Party
from covercheck.eligibility.standing import PartReport, Standing, covers, other_payers, part_report, plan_standing
from covercheck.engine.asking import Asked
from covercheck.rules.rulebook import Rulebook

MOST_STATEMENTS: Final = 300
STATE_WORDS: Final = {
    "active": "The payer says the coverage is active on {day}.",
    "inactive": "The payer says the coverage is not active on {day}.",
    "not_stated": "The payer answered, but does not say whether the plan as a whole is active on {day}.",
}
MADE_UP: Final = Note("made_up_member", "The mock adapter answered from made-up members: no payer was asked. Not for a real patient.")
LINES_OF: Final[Mapping[str, str]] = {"MA": "medicare_ffs", "MB": "medicare_ffs", "HN": "medicare_advantage", "MC": "medicaid"}
LINE_DIFFERS: Final = "The payer's answer speaks of {said}, the question of {asked}. Check which plan this is before relying on the answer."
CONTRADICTED: Final = "On `{fact}` the payer's answer and the question disagree; it was taken as unknown. Ask which is right."
OTHER_PAYER: Final = "The payer names another plan: {names}. It may have to be billed first; check it too."
SERVICE_INACTIVE: Final = "For {part} the payer reports its service type as not active or not covered, though the plan is active. Ask why."


@dataclass(frozen=True, slots=True)
class PartLearned:
    """What was stated of one part."""

    standing: Standing
    authorization: Needed | None
    not_covered: bool
    administrator: Administrator | None
    costs: tuple[CostShare, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """Everything an outcome teaches. After a failure only `shown` says anything."""

    shown: EligibilityAnswer
    parts: Mapping[str, PartLearned] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    contradicted: frozenset[str] = frozenset()
    hints: tuple[Note, ...] = ()
    cite: Cite | None = None

    @property
    def administrator(self) -> Administrator | None:
        """The first administrator named for any part."""
        return next((part.administrator for part in self.parts.values() if part.administrator is not None), None)


def learn(book: Rulebook, directory: PayerDirectory, asked: Asked, parts: tuple[str, ...], outcome: Outcome, adapter: str) -> Learned:
    """From an outcome to what the check may use; `parts` are those the payer may be told of."""
    if isinstance(outcome, Failure):
        return Learned(_failed(outcome, adapter))
    reader = _Reader(book, directory, asked, outcome)
    learned = {part: reader.part(part) for part in parts}
    facts, contradicted = reader.facts()
    return Learned(reader.shown(), learned, facts, contradicted, tuple(reader.hints(learned, contradicted)), reader.cite())


def _failed(failure: Failure, adapter: str) -> EligibilityAnswer:
    told = EligibilityFailure(failure.key, failure.says, failure.remedy, rejections(failure.rejections))
    says = f"{failure.says} This says nothing on the coverage."
    return EligibilityAnswer("not_determined", adapter, None, says, told)


@dataclass(frozen=True, slots=True)
class _Reader:
    book: Rulebook
    directory: PayerDirectory
    asked: Asked
    answered: Answered

    @property
    def on(self) -> date:
        return self.asked.on

    def part(self, part: str) -> PartLearned:
        found: PartReport = part_report(self.answered.person, self.book.therapies.parts[part].service_types, self.on)
        costs = tuple(dict.fromkeys(cost for benefit in found.costs if (cost := cost_share(benefit)) is not None))
        party = found.administrator
        administrator = self._administrator(party) if party is not None else None
        return PartLearned(found.standing, found.authorization, found.not_covered, administrator, costs)

    def _administrator(self, party: Party) -> Administrator | None:
        """Who runs the part; None where it is the payer itself under one of its names."""
        payer = self.directory.find(party.name or "")
        if payer == self.asked.payer:
            return None
        phone = next((channel.value for channel in party.channels if channel.by == "phone"), None)
        return Administrator(party.name or "", phone, payer)

    def facts(self) -> tuple[dict[str, Any], frozenset[str]]:
        """Facts of the catalogue that the answer states and the asker left open, and those on which the two disagree."""
        sources: Mapping[str, Callable[[], bool | None]] = {
            "network": lambda: None if self.answered.report.network is None else self.answered.report.network == "in",
            "benefits.mental_health": lambda: covers(self.answered.person, "MH", self.on),
        }
        stated: dict[str, Any] = {}
        for name, fact in self.book.facts.facts.items():
            value = sources[fact.eligibility]() if fact.eligibility is not None and fact.eligibility in sources else None
            if value is not None:
                stated[name] = value
        given = self.asked.facts
        contradicted = frozenset(name for name, value in stated.items() if given.get(name) is not None and given[name] != value)
        return {name: value for name, value in stated.items() if name not in contradicted}, contradicted

    def shown(self) -> EligibilityAnswer:
        person, report = self.answered.person, self.answered.report
        state = plan_standing(person, self.on)
        return EligibilityAnswer(
            state=state,
            adapter=self.answered.adapter,
            asked_at=self.answered.at.isoformat(timespec="seconds"),
            says=STATE_WORDS[state].format(day=self.on.isoformat()),
            failure=None,
            dates=spans(person.dates),
            provider_network=report.network,
            other_payers=tuple(party.name for party in other_payers(person) if party.name),
            statements=tuple(statement(benefit) for benefit in person.benefits[:MOST_STATEMENTS]),
            oddities=tuple(Coded(oddity.key, oddity.where) for oddity in report.oddities[:MOST_STATEMENTS]),
        )

    def hints(self, learned: Mapping[str, PartLearned], contradicted: frozenset[str]) -> Iterator[Note]:
        if self.answered.adapter == "mock":
            yield MADE_UP
        for fact in sorted(contradicted):
            yield Note("eligibility_contradicts", CONTRADICTED.format(fact=fact))
        names = [party.name for party in other_payers(self.answered.person) if party.name]
        if names:
            yield Note("other_payer", OTHER_PAYER.format(names=", ".join(dict.fromkeys(names))))
        types = {benefit.insurance_type for benefit in self.answered.person.benefits if benefit.meaning == "active"}
        said = {line for code, line in LINES_OF.items() if code in types}
        if said and self.asked.line is not None and self.asked.line not in said:
            yield Note("line_differs", LINE_DIFFERS.format(said=", ".join(sorted(said)), asked=self.asked.line))
        for part, found in learned.items():
            if found.not_covered or (found.standing == "not_stated" and plan_standing(self.answered.person, self.on) == "active"):
                yield Note("service_not_active", SERVICE_INACTIVE.format(part=self.book.therapies.parts[part].label))

    def cite(self) -> Cite:
        day = self.answered.at.date().isoformat()
        payer = self.book.payers[self.asked.payer].text.name
        return Cite(f"Eligibility answer of {payer}", None, day, day, "primary", "eligibility", day)
