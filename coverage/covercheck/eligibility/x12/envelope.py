"""Which transaction of a text is the answer, what else it is where there is none, and what is wrong with its counts and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from covercheck.eligibility.report import Oddity
from covercheck.eligibility.x12.segments import Interchange, Segment, Separators
from covercheck.eligibility.x12.values import Notes

ANSWER: Final = "271"
_MARKS: Final = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})
_TOLD: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType({
    "TA1": (4, 5), "AK9": (1, 5, 6, 7, 8, 9), "IK5": (1, 2, 3, 4, 5, 6), "AK5": (1, 2, 3, 4, 5, 6),
    "IK3": (1, 4), "AK3": (1, 4), "IK4": (3,), "AK4": (3,),
})  # fmt: skip
_CODE: Final = re.compile(r"[A-Za-z0-9]{1,5}")
_TRANSACTION: Final = re.compile(r"[0-9]{3}")
MOST_CODES: Final = 50


@dataclass(frozen=True, slots=True)
class NotAnAnswer:
    """What came instead of a 271: `empty`, `noise`, `no_transaction`, `cut_short`, `ta1`, or the other transaction's number such as
    `999` or `270`. `codes` tell why, each with its element: `TA105 021`."""

    kind: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transaction:
    """The answer's segments behind its ST, and the oddities of the envelope around it."""

    separators: Separators
    segments: Sequence[Segment]
    oddities: tuple[Oddity, ...]


def find_answer(interchange: Interchange) -> Transaction | NotAnAnswer:
    """The first 271, chosen by ST01 whatever the group says; one that breaks off before any closing segment can't be trusted."""
    segments = interchange.segments
    marks = [segment for segment in segments if segment.id in _MARKS]
    begins = [mark for mark in marks if mark.id == "ST"]
    answer = next((mark for mark in begins if mark.get(1) == ANSWER), None)
    if answer is None:
        return _what_else(segments, begins)
    behind = next((mark for mark in marks if mark.number > answer.number), None)
    if behind is None:
        return NotAnAnswer("cut_short")
    walk = _Walk(Notes())
    for mark in marks:
        walk.take(mark)
    walk.end(marks[-1])
    for other in begins:
        if other is not answer:
            walk.notes.add("more_transactions", other)
    return Transaction(interchange.separators, segments[answer.number : behind.number - 1], tuple(walk.notes.found))


def _what_else(segments: Sequence[Segment], begins: Sequence[Segment]) -> NotAnAnswer:
    codes = tuple(f"{s.id}{index:02} {value}" for s in segments for index in _TOLD.get(s.id, ()) if (value := _code(s, index)))
    kind = "ta1" if any(segment.id == "TA1" for segment in segments) else "no_transaction"
    for begin in begins[:1]:
        number = begin.get(1) or ""
        kind = number if _TRANSACTION.fullmatch(number) else kind
    return NotAnAnswer(kind, codes[:MOST_CODES])


def _code(segment: Segment, index: int) -> str | None:
    """An element if it looks like a code; anything else may be personal and is not told."""
    value = segment.get(index)
    return value if value is not None and _CODE.fullmatch(value) else None


@dataclass(slots=True)
class _Walk:
    """Goes over the envelope's segments and compares ends with beginnings."""

    notes: Notes
    isa: Segment | None = None
    gs: Segment | None = None
    st: Segment | None = None
    groups: int = 0
    transactions: int = 0

    def take(self, mark: Segment) -> None:
        match mark.id:
            case "ISA":
                self.isa, self.groups = mark, 0
            case "GS":
                self.gs, self.transactions = mark, 0
                self.groups += 1
            case "ST":
                self._begin(mark)
            case "SE":
                count = mark.number - self.st.number + 1 if self.st is not None else None
                self._close("se", mark, count, self.st, 2)
                self.st = None
            case "GE":
                self._close("ge", mark, self.transactions, self.gs, 6)
                self.gs = None
            case "IEA":
                self._close("iea", mark, self.groups, self.isa, 13)
                self.isa = None

    def end(self, last: Segment) -> None:
        """What is still open at the end."""
        for key, begin in (("no_se", self.st), ("no_ge", self.gs), ("no_iea", self.isa)):
            if begin is not None:
                self.notes.add(key, last)

    def _begin(self, st: Segment) -> None:
        if self.st is not None:
            self.notes.add("no_se", self.st)
        self.st = st
        self.transactions += 1
        if st.get(1) == ANSWER and self.gs is not None:
            if self.gs.get(1) != "HB":
                self.notes.add("group_code", self.gs)
            if st.get(3) is None and (self.gs.get(8) or "").startswith("005"):
                self.notes.add("no_version", st)

    def _close(self, key: str, end: Segment, count: int | None, begin: Segment | None, number: int) -> None:
        if begin is None or count is None:
            self.notes.add(f"{key}_alone", end)
            return
        if not _equal(end.get(1), str(count)):
            self.notes.add(f"{key}_count", end)
        if not _equal(end.get(2), begin.get(number)):
            self.notes.add(f"{key}_number", end)


def _equal(one: str | None, other: str | None) -> bool:
    """Equal as written or but for leading zeros."""
    return one == other or (one is not None and other is not None and one.lstrip("0") == other.lstrip("0"))
