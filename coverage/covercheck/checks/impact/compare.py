"""One question asked of two rulebooks, by the engine that answers questions: which parts flip, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from covercheck.checks.answer import PartAnswer
from covercheck.checks.check import Checker
from covercheck.checks.impact.tally import REFUSED, Flip
from covercheck.checks.memory.heard import Heard
from covercheck.checks.renewing import changed_payers
from covercheck.checks.request import CheckRequest, QuestionRefused

NOTHING: Final = Heard()


@dataclass(frozen=True, slots=True)
class Books:
    """The rules in force and others. `touched`: the payers whose answers may differ at all."""

    before: Checker
    after: Checker
    touched: frozenset[str]

    @classmethod
    def of(cls, before: Checker, after: Checker) -> Books:
        """Both, compared file by file."""
        return cls(before, after, changed_payers(before.book, after.book))

    def flips(self, name: str, request: CheckRequest, now: datetime, heard: Heard = NOTHING) -> tuple[Flip, ...]:
        """The parts with another result, as of `now`; raises QuestionRefused where the rules in force refuse the question."""
        payer = self.before.directory.find(request.payer) or request.payer
        # Who answers for a part may be another payer where something was heard; then both are asked.
        if payer not in self.touched and not heard and self.after.directory.find(request.payer) == payer:
            self.before.reader.read(request, now.date())
            return ()
        old = self.before.results_of(request, now, heard.learned, heard.evidence)
        try:
            new = self.after.results_of(request, now, heard.learned, heard.evidence)
        except QuestionRefused as refused:
            reason = refused.faults[0].detail if refused.faults else "the question is refused"
            return tuple(Flip(name, payer, part, result, REFUSED, reason) for part, result in old.items())
        if old == new:
            return ()
        answers = (book.parts_of(request, now, heard.learned, heard.evidence) for book in (self.before, self.after))
        return tuple(_flips(name, payer, *answers))


def _flips(name: str, payer: str, old: Sequence[PartAnswer], new: Sequence[PartAnswer]) -> Iterator[Flip]:
    mine, theirs = ({part.part: part for part in parts} for parts in (old, new))
    for part in dict.fromkeys((*mine, *theirs)):
        one, other = mine.get(part), theirs.get(part)
        if one is not None and other is not None:
            if one.result != other.result:
                yield Flip(name, payer, part, one.result, other.result, _reason(one, other))
        else:
            yield Flip(name, payer, part, one.result if one else "not asked", other.result if other else "not asked", "the therapy's parts")


def _reason(old: PartAnswer, new: PartAnswer) -> str:
    """The first thing that the new answer rests on and the old did not; else its sentence."""
    known = {(reason.says, reason.state) for reason in old.reasons}
    for reason in new.reasons:
        if (reason.says, reason.state) not in known:
            return f"{reason.says}: {reason.state.replace('_', ' ')}"
    gone = {(reason.says, reason.state) for reason in new.reasons}
    for reason in old.reasons:
        if (reason.says, reason.state) not in gone:
            return f"no longer: {reason.says}"
    return new.says
