"""What a service begins with that takes its rules from releases: the newest one in force, before anything listens."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime

from covercheck.checks.check import Checker
from covercheck.checks.memory.books import unpacked
from covercheck.engine import EvidenceLimits
from covercheck.records.database import open_database
from covercheck.records.releases import is_any_published, kept_in_force
from covercheck.rules.problems import RulebookRefused
from covercheck.settings import Settings


class NoRelease(Exception):
    """No release that is in force can be served: the service does not begin."""

    def __init__(self, why: Iterable[str]) -> None:
        reasons = "".join(f"\n  {reason}" for reason in why)
        super().__init__(f"No release can be served.{reasons}\n  COVERCHECK_RULES=files serves the folder meanwhile.")


def released_checker(settings: Settings, now: datetime) -> Checker | None:
    """The newest release in force that loads; None where nothing is published yet. Raises NoRelease and RecordsUnavailable."""
    limits = EvidenceLimits(settings.evidence_fresh_months, settings.evidence_aged_months)
    database = open_database(settings.database_url, settings.data_dir)
    try:
        if not is_any_published(database):
            return None
        why: list[str] = []
        kept = kept_in_force(database, now)
        while kept is not None:
            try:
                return Checker.of(unpacked(kept.files), limits)
            except RulebookRefused as refused:
                why.append(f"release {kept.release.number}: {refused.problems[0]}")
            except (zlib.error, ValueError):
                why.append(f"release {kept.release.number}: its rulebook can't be read from the database")
            kept = kept_in_force(database, now, below=kept.release.number)
        raise NoRelease(why)
    finally:
        database.close()
