"""Lint of dates: sources without one or past their review, gaps between editions, editions that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from covercheck.engine import Engine
from covercheck.proof.finding import Finding, error, warning
from covercheck.rules.policy import Edition, Policy


def source_undated(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """A text that shows no date can never carry a decision."""
    for key, source in policy.sources.items():
        if source.as_of is None:
            message = f"source {key} shows no date: it only ever lends a leaning"
            yield warning(
                "source-undated", engine, policy, ("sources", key), message, "look for a dated copy; if there is none, leave it so"
            )


def source_due(engine: Engine, policy: Policy, on: date) -> Iterator[Finding]:
    """A text that was last read longer ago than its review interval."""
    for key, source in policy.sources.items():
        if source.due < on:
            yield warning(
                "source-due",
                engine,
                policy,
                ("sources", key),
                f"source {key} was due to be read again on {source.due}",
                "read it again and move `read_on`",
            )


def edition_gap(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """Days between two dated editions on which nothing speaks."""
    dated = [edition for edition in policy.editions if edition.effective is not None]
    undated = [edition for edition in policy.editions if edition.effective is None and not edition.superseded]
    for newer, older in pairwise(dated):
        if any(_parts(older) <= _parts(filling) for filling in undated):
            continue
        if older.until is not None and newer.effective is not None and older.until + timedelta(days=1) < newer.effective:
            message = f"nothing is in force from {older.until + timedelta(days=1)} to {newer.effective - timedelta(days=1)}"
            yield warning(
                "edition-gap",
                engine,
                policy,
                newer.path,
                message,
                "leave `until` out where no text shows an end, or add the edition between",
            )


def edition_contradiction(engine: Engine, policy: Policy, _on: date) -> Iterator[Finding]:
    """Two live editions without a date that both speak of a part: nobody can tell which is in force."""
    undated = [edition for edition in policy.editions if edition.effective is None and not edition.superseded]
    for first, second in combinations(undated, 2):
        shared = _parts(first) & _parts(second)
        if shared:
            message = f"two undated editions speak of {', '.join(sorted(shared))}"
            yield error(
                "edition-contradiction",
                engine,
                policy,
                second.path,
                message,
                "mark the older `superseded: true`, or make them two policies that rival each other",
            )


def _parts(edition: Edition) -> set[str]:
    return {part for entry in edition.coverage for part in entry.parts}
