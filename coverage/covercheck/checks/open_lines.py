"""Which phone lines of a rulebook are open: all that an answer owes to the time of day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from covercheck.checks.call_contacts import open_now
from covercheck.engine.memo import Memo
from covercheck.rules.rulebook import Rulebook

TimeKey: TypeAlias = tuple[date, tuple[bool | None, ...]]
MINUTES_KEPT = 10


@dataclass(frozen=True, slots=True)
class OpenLines:
    """The different opening hours of a rulebook. Moments with equal keys give equal answers."""

    hours: tuple[str, ...]
    minutes: Memo[datetime, TimeKey] = field(default_factory=lambda: Memo(MINUTES_KEPT), repr=False, compare=False)

    @classmethod
    def of(cls, book: Rulebook) -> OpenLines:
        """The hours of every payer's contacts."""
        found = {contact.hours for payer in book.payers.values() for contact in payer.text.contacts if contact.hours}
        return cls(tuple(sorted(found)))

    def key(self, now: datetime) -> TimeKey:
        """The day, and which lines are open in this minute."""
        minute = now.replace(second=0, microsecond=0)
        return self.minutes.get(minute, lambda: (now.date(), tuple(open_now(text, minute) for text in self.hours)))
