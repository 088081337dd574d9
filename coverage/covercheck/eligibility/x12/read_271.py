"""Any 271, of version 5010 or 4010, to a report. Wrong counts, missing pieces and unknown codes are noted, not refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from covercheck.eligibility.report import Rejection, Report
from covercheck.eligibility.x12.benefits import read_rejection
from covercheck.eligibility.x12.envelope import NotAnAnswer, Transaction, find_answer
from covercheck.eligibility.x12.parties import PartyDraft
from covercheck.eligibility.x12.persons import PersonDraft
from covercheck.eligibility.x12.segments import NoX12, Segment, read_segments
from covercheck.eligibility.x12.values import Notes

Place: TypeAlias = Literal["payer", "provider", "subscriber", "dependent"]
LEVELS: Final[Mapping[str, Place]] = MappingProxyType({"20": "payer", "21": "provider", "22": "subscriber", "23": "dependent"})
BY_NAME: Final[Mapping[str, Place]] = MappingProxyType({"PR": "payer", "1P": "provider", "IL": "subscriber", "03": "dependent"})
OUT_OF_NETWORK: Final = "35"


def read_271(raw: bytes | str) -> Report | NotAnAnswer:
    """The first 271 of a text as a report, or what the text is instead. Never raises, whatever the text."""
    found = read_segments(raw)
    if isinstance(found, NoX12):
        return NotAnAnswer(found.kind)
    transaction = find_answer(found)
    if isinstance(transaction, NotAnAnswer):
        return transaction
    return _Answer(transaction).read()


@dataclass(slots=True)
class _Answer:
    """The levels of one 271, walked from top to bottom."""

    transaction: Transaction
    notes: Notes = field(default_factory=Notes)
    level: Place | None = None
    number: str | None = None
    payer: PartyDraft | None = None
    receiver: PartyDraft | None = None
    rejections: list[Rejection] = field(default_factory=list)
    persons: list[PersonDraft] = field(default_factory=list)

    def read(self) -> Report:
        for segment in self.transaction.segments:
            if segment.id == "HL":
                self._enter(LEVELS.get(segment.get(3) or ""), segment)
            elif segment.id == "BHT":
                self.number = segment.get(3)
            else:
                self._take(segment)
        persons = tuple(person.finish() for person in self.persons)
        refusals = (*self.rejections, *(rejection for person in persons for rejection in person.rejections))
        return Report(
            self.payer.party() if self.payer is not None else None,
            persons,
            tuple(self.rejections),
            self.receiver.party() if self.receiver is not None else None,
            "out" if any(rejection.code == OUT_OF_NETWORK for rejection in refusals) else None,
            self.number,
            (*self.transaction.oddities, *self.notes.found),
        )

    def _enter(self, level: Place | None, segment: Segment) -> None:
        """A new level; one that HL03 does not name may still be told by the name that follows."""
        self.level = level
        if level is None:
            self.notes.add("unknown_level", segment)
        elif level in ("subscriber", "dependent"):
            self.persons.append(PersonDraft(level, self.transaction.separators, self.notes))

    def _take(self, segment: Segment) -> None:
        if self.level is None and segment.id == "NM1" and (segment.get(1) or "") in BY_NAME:
            self._enter(BY_NAME[segment.get(1) or ""], segment)
            self.notes.add("name_without_level", segment)
        match self.level:
            case "subscriber" | "dependent":
                self.persons[-1].take(segment)
            case "payer":
                self.payer = self._organization(self.payer, segment, "payer")
            case "provider":
                self.receiver = self._organization(self.receiver, segment, "provider")
            case None:
                if segment.id in ("EB", "AAA"):
                    self.notes.add("outside_of_levels", segment)

    def _organization(self, known: PartyDraft | None, segment: Segment, level: Literal["payer", "provider"]) -> PartyDraft | None:
        match segment.id:
            case "NM1" if known is None:
                return PartyDraft(segment)
            case "PER" if known is not None:
                known.take_channels(segment)
            case "AAA":
                self.rejections.append(read_rejection(segment, level, self.notes))
            case "EB":
                self.notes.add("outside_of_levels", segment)
        return known
