"""Which sources to read again: when each falls due, what stands on it, and how many recent answers do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from covercheck.rules.policy import Coverage, Edition, Policy, Source, walk
from covercheck.rules.rulebook import Rulebook

ID_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Use:
    """A policy that cites the text, under its own key; `parts` empty: only editions that are over cite it."""

    payer: str
    policy: str
    source: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueSource:
    """One text, read once for all that cite it; its dates are those of the reading that falls due first.

    `days_overdue` is 0 on the day it is due and negative before. `answers`: recent answers that stand on it, None where none were counted.
    """

    id: str
    title: str
    url: str | None
    quality: str
    as_of: date | None
    read_on: date
    review_days: int
    due: date
    days_overdue: int
    answers: int | None
    uses: tuple[Use, ...]

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies that cite it."""
        return tuple(dict.fromkeys(use.policy for use in self.uses))

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that editions not yet over decide by it."""
        return tuple(dict.fromkeys(part for use in self.uses for part in use.parts))


def text_key(url: str | None, title: str) -> str:
    """What tells texts apart: the address, or the title where there is none."""
    return url or title


def text_keys(book: Rulebook) -> frozenset[str]:
    """The texts of the book."""
    return frozenset(text_key(source.url, source.title) for policy in book.policies() for source in policy.sources.values())


def sources_due(
    book: Rulebook, on: date, within: int | None = 0, payer: str | None = None, answers: Mapping[str, int] | None = None
) -> tuple[DueSource, ...]:
    """Texts due by `on` or `within` so many days after it (None: all), of one payer or of all; what to read next comes first.

    `answers`: how many recent answers stand on each text, by `text_key`; the most come first, then the longest overdue.
    """
    cited: dict[str, list[tuple[Source, Use]]] = {}
    for policy in book.policies():
        for source in policy.sources.values():
            use = Use(policy.payer, policy.id, source.key, _parts(policy, source, on))
            cited.setdefault(text_key(source.url, source.title), []).append((source, use))
    found = (
        _due(key, uses, on, None if answers is None else answers.get(key, 0))
        for key, uses in cited.items()
        if payer is None or any(use.payer == payer for _, use in uses)
    )
    listed = [source for source in found if within is None or source.days_overdue >= -within]
    return tuple(sorted(listed, key=lambda source: (-(source.answers or 0), source.due, not source.parts, source.policies, source.id)))


def _due(key: str, uses: list[tuple[Source, Use]], on: date, answers: int | None) -> DueSource:
    first = min((source for source, _ in uses), key=lambda source: source.due)
    return DueSource(
        id=hashlib.sha256(key.encode()).hexdigest()[:ID_LENGTH],
        title=first.title,
        url=first.url,
        quality=first.quality.value,
        as_of=first.as_of,
        read_on=first.read_on,
        review_days=first.review_days,
        due=first.due,
        days_overdue=(on - first.due).days,
        answers=answers,
        uses=tuple(use for _, use in uses),
    )


def _parts(policy: Policy, source: Source, on: date) -> tuple[str, ...]:
    """The parts on which editions not yet over on that day cite the source."""
    live = (edition for edition in policy.editions if not edition.superseded and (edition.until is None or edition.until >= on))
    return tuple(dict.fromkeys(part for edition in live for entry in _citing(edition, source) for part in entry.parts))


def _citing(edition: Edition, source: Source) -> Iterator[Coverage]:
    by_silence = edition.other_indications == "not_covered" and source in edition.sources
    for entry in edition.coverage:
        if by_silence or source in entry.sources or any(source in node.sources for root in entry.roots() for node in walk(root)):
            yield entry
