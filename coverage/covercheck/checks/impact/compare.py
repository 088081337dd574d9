"""One question asked of two rulebooks, by the engine that answers questions: which parts flip, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from covercheck.checks.answer import PartAnswer
from covercheck.checks.check import Checker
from covercheck.checks.impact.tally import REFUSED, Flip
from covercheck.checks.memory.heard import Heard
from covercheck.checks.request import CheckRequest, QuestionRefused


@dataclass(frozen=True, slots=True)
class Books:
    """The rules in force and others."""

    before: Checker
    after: Checker

    def flips(self, name: str, request: CheckRequest, now: datetime, heard: Heard = Heard()) -> tuple[Flip, ...]:
        """The parts with another result, as of `now`; raises QuestionRefused where the rules in force refuse the question."""
        old = self.before.parts_of(request, now, heard.learned, heard.evidence)
        payer = self.before.directory.find(request.payer) or request.payer
        try:
            new = self.after.parts_of(request, now, heard.learned, heard.evidence)
        except QuestionRefused as refused:
            reason = refused.faults[0].detail if refused.faults else "the question is refused"
            return tuple(Flip(name, payer, part.part, part.result, REFUSED, reason) for part in old)
        return tuple(_flips(name, payer, old, new))


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
