"""Pieces of a JSON answer: text, numbers, dates. What can't be read is absent and noted, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from covercheck.eligibility.json_api.names import Path
from covercheck.eligibility.report import Oddity, Span
from covercheck.eligibility.tables import OPEN_ENDS

OPEN_BEGINS: Final = frozenset({"00010101"})
MOST_NOTES: Final = 200
MOST_IN_LIST: Final = 1_000
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_LONGEST_NUMBER: Final = 24
_DAY: Final = r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}"
_DAYS: Final = re.compile(rf"({_DAY})(?:T[0-9:.,Z+-]{{2,30}})?(?:\s*[-/]\s*({_DAY}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Notes:
    """Collects what was not as it should be, up to a number that is plenty for telling."""

    found: list[Oddity] = field(default_factory=list)

    def add(self, key: str, where: str) -> None:
        """One oddity and where it stands."""
        if len(self.found) < MOST_NOTES:
            self.found.append(Oddity(key, where))


def at(data: Any, path: Path | None) -> Any:
    """What stands at a path; None where anything on the way is missing or no object."""
    if path is None:
        return None
    for step in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(step)
    return data


def text_at(data: Any, path: Path | None) -> str | None:
    """Text without spaces around it, or a whole number as text; None for anything else and for nothing but spaces."""
    found = at(data, path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return found.strip() or None if isinstance(found, str) else None


def objects_at(data: Any, path: Path | None, where: str, notes: Notes) -> Iterator[tuple[str, Any]]:
    """Each element of a list with its place; an object that should be in a list counts as one, too long lists are cut and noted."""
    found = at(data, path)
    if found is None or path is None:
        return
    place = f"{where}.{path[-1]}" if where else path[-1]
    if not isinstance(found, list):
        if isinstance(found, Mapping):
            yield place, found
        else:
            notes.add("not_a_list", place)
        return
    if len(found) > MOST_IN_LIST:
        notes.add("list_cut", place)
    for index, element in enumerate(found[:MOST_IN_LIST]):
        yield f"{place}[{index}]", element


def texts_at(data: Any, path: Path | None, element: Path, where: str, notes: Notes) -> tuple[str, ...]:
    """The texts of a list, each at `element` within its object; a text that should be in a list counts as one."""
    found = at(data, path)
    if isinstance(found, str):
        return (found.strip(),) if found.strip() else ()
    texts = (text_at(each, element) for _, each in objects_at(data, path, where, notes))
    return tuple(text for text in texts if text is not None)


def number_at(data: Any, path: Path | None, key: str, where: str, notes: Notes) -> Decimal | None:
    """A number as it was written, as text or as a number; one that is none is absent and noted under `key`."""
    found = at(data, path)
    if found is None or (isinstance(found, str) and not found.strip()):
        return None
    written = found.strip() if isinstance(found, str) else repr(found) if isinstance(found, int | float) else ""
    if len(written) > _LONGEST_NUMBER or _NUMBER.fullmatch(written) is None:
        notes.add(key, where)
        return None
    return Decimal(written)


def share_at(data: Any, path: Path | None, where: str, notes: Notes) -> Decimal | None:
    """A fraction of 0 to 1. Outside of that it may be meant as percent or be wrong: absent and noted."""
    share = number_at(data, path, "share_not_a_number", where, notes)
    if share is None or 0 <= share <= 1:
        return share
    notes.add("share_above_one" if share > 1 else "share_below_zero", where)
    return None


def read_day(text: str | None) -> date | None:
    """A day from `YYYYMMDD` or `YYYY-MM-DD`, a time of day behind it passed over; None where it is no day."""
    found = _DAYS.fullmatch(text.strip()) if text is not None and len(text) <= 80 else None
    return _day(found[1]) if found is not None and found[2] is None else None


def read_span(qualifier: str, text: str, where: str, notes: Notes) -> Span | None:
    """One day as `begins`, a range as both. Days that stand for "open" are None; text without a readable day is no span."""
    found = _DAYS.fullmatch(text) if len(text) <= 80 else None
    if found is None:
        notes.add("date_unreadable", where)
        return None
    return checked_span(qualifier, found[1], found[2], where, notes)


def checked_span(qualifier: str, first: str | None, last: str | None, where: str, notes: Notes) -> Span | None:
    """A span of two written days; one that is not given or stands for "open" is None, one that is no day is noted."""
    begins, ends = _day(first), _day(last)
    if _is_wrong(first, begins) or _is_wrong(last, ends):
        notes.add("date_unreadable", where)
        if begins is None and ends is None:
            return None
    if begins is not None and ends is not None and ends < begins:
        notes.add("dates_reversed", where)
    return Span(qualifier, begins, ends)


def _day(text: str | None) -> date | None:
    found = _DAYS.fullmatch(text.strip()) if text is not None else None
    digits = found[1].replace("-", "") if found is not None else ""
    if len(digits) != 8 or digits in OPEN_ENDS or digits in OPEN_BEGINS:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _is_wrong(text: str | None, day: date | None) -> bool:
    return text is not None and day is None and text.strip().replace("-", "") not in OPEN_ENDS | OPEN_BEGINS
