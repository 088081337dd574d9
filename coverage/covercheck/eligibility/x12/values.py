"""Dates, numbers and spans of an answer. What can't be read is absent and noted, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from covercheck.eligibility.report import Oddity, Span
from covercheck.eligibility.tables import OPEN_ENDS
from covercheck.eligibility.x12.segments import Segment

OPEN_BEGINS: Final = frozenset({"00010101"})
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_LONGEST_NUMBER: Final = 24


@dataclass(frozen=True, slots=True)
class Notes:
    """Collects what was not as it should be."""

    found: list[Oddity] = field(default_factory=list)

    def add(self, key: str, segment: Segment) -> None:
        """One oddity and where it stands."""
        self.found.append(Oddity(key, segment.where))


def read_date(text: str | None) -> date | None:
    """A day from `YYYYMMDD`, a time of day behind it passed over; None where it is no day."""
    if text is None or len(text) not in (8, 12, 14) or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def read_span(segment: Segment, notes: Notes) -> Span | None:
    """A DTP: one day as `begins`, a range as both. Days that stand for "open" are None; a DTP without a readable day is none."""
    qualifier, text = segment.get(1), segment.get(3)
    if qualifier is None or text is None:
        notes.add("date_missing", segment)
        return None
    first, dash, last = (part.strip() for part in text.partition("-"))
    begins, ends = _day(first), _day(last) if dash else None
    if _is_wrong(first, begins) or (dash and _is_wrong(last, ends)):
        notes.add("date_unreadable", segment)
        if begins is None and ends is None:
            return None
    if begins is not None and ends is not None and ends < begins:
        notes.add("dates_reversed", segment)
    return Span(qualifier, begins, ends)


def read_number(segment: Segment, index: int, key: str, notes: Notes) -> Decimal | None:
    """A number as it was written; one that is none is absent and noted under `key`."""
    text = segment.get(index)
    if text is None:
        return None
    if len(text) > _LONGEST_NUMBER or _NUMBER.fullmatch(text) is None:
        notes.add(key, segment)
        return None
    return Decimal(text)


def read_share(segment: Segment, index: int, notes: Notes) -> Decimal | None:
    """A fraction of 0 to 1. Outside of that it may be meant as percent or be wrong: absent and noted."""
    share = read_number(segment, index, "share_not_a_number", notes)
    if share is None or 0 <= share <= 1:
        return share
    notes.add("share_above_one" if share > 1 else "share_below_zero", segment)
    return None


def _day(text: str) -> date | None:
    return None if text in OPEN_ENDS or text in OPEN_BEGINS else read_date(text)


def _is_wrong(text: str, day: date | None) -> bool:
    return day is None and text not in OPEN_ENDS and text not in OPEN_BEGINS
