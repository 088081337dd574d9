"""How much a source is worth on a date of service."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache

from covercheck.rules.policy import Source
from covercheck.rules.policy_file import Quality


class Grade(IntEnum):
    """Weak evidence decides nothing; it only lends a leaning."""

    WEAK = 0
    FAIR = 1
    STRONG = 2

    @property
    def word(self) -> str:
        """The grade as answers write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class EvidenceLimits:
    """Ages in months: up to `fresh` a source counts in full, up to `aged` a step less, older is weak."""

    fresh_months: int = 18
    aged_months: int = 36


@dataclass(frozen=True, slots=True)
class Ages:
    """The last days, in order, before a grade of some of these sources falls. On days of the same age every grade is the same."""

    ends: tuple[date, ...]

    @classmethod
    def of(cls, sources: Iterable[Source], limits: EvidenceLimits) -> Ages:
        """The ages of these sources."""
        dated = {source.as_of for source in sources if source.as_of is not None}
        return cls(tuple(sorted({months_after(day, months) for day in dated for months in (limits.fresh_months, limits.aged_months)})))

    def at(self, on: date) -> int:
        """The age on a day: how many of those days are over."""
        return bisect_left(self.ends, on)


@lru_cache(maxsize=10_000)
def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (
        29
        if month == 1 and ((year % 4 == 0 and year % 100 != 0) or year % 400 == 0)
        else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month]
    )
    return date(year, month + 1, min(day.day, last))


def grade_of(source: Source, on: date, limits: EvidenceLimits) -> Grade:
    """The table of grades: quality against the age of the text on the date of service."""
    if source.as_of is None:
        return Grade.WEAK
    primary = source.quality is Quality.PRIMARY
    if on <= months_after(source.as_of, limits.fresh_months):
        return Grade.STRONG if primary else Grade.FAIR
    if on <= months_after(source.as_of, limits.aged_months):
        return Grade.FAIR if primary else Grade.WEAK
    return Grade.WEAK


def best_grade(sources: tuple[Source, ...], on: date, limits: EvidenceLimits) -> Grade:
    """The grade of one statement that several texts carry: the best of them."""
    return max((grade_of(source, on, limits) for source in sources), default=Grade.WEAK)


def weak_causes(sources: tuple[Source, ...], on: date, limits: EvidenceLimits) -> set[str]:
    """Why a statement is weak: empty when one of its sources is not."""
    if best_grade(sources, on, limits) is not Grade.WEAK:
        return set()
    causes = set()
    for source in sources:
        if source.as_of is None:
            causes.add("evidence_undated")
        elif on > months_after(source.as_of, limits.aged_months):
            causes.add("evidence_old")
        if source.quality is Quality.SECONDARY:
            causes.add("evidence_secondary")
    return causes
