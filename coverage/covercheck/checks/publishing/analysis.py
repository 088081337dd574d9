"""Whether changed rules are sound, and what the change means: everything a second person needs to approve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from covercheck.checks.check import Checker
from covercheck.checks.codes import CodeBook
from covercheck.checks.diff.report import Diff, diff
from covercheck.checks.renewing import changed_payers
from covercheck.engine import Engine, EvidenceLimits
from covercheck.proof import prove
from covercheck.rules.load import digest_of, load_files
from covercheck.rules.problems import Place, RulebookRefused
from covercheck.rules.rulebook import Rulebook

Level: TypeAlias = Literal["error", "warning"]
MOST_TOLD: Final = 300


@dataclass(frozen=True, slots=True)
class Told:
    """Something to mend (error) or to look at (warning), at its place."""

    level: Level
    id: str
    file: str
    line: int
    column: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """`checker`: what answers by the changed rules, None where they don't load; then there is no diff either."""

    digest: str
    told: tuple[Told, ...]
    checker: Checker | None
    diff: Diff | None

    @property
    def is_sound(self) -> bool:
        """They load, and nothing is to be mended."""
        return self.checker is not None and not any(told.level == "error" for told in self.told)


def analyse(before: Checker, files: Mapping[str, bytes], today: date, limits: EvidenceLimits) -> Analysis:
    """Load, prove and compare; takes some seconds at most, so not for the event loop."""
    given = dict(files)
    digest = digest_of(given)
    try:
        book = load_files(given, before.book)
    except RulebookRefused as refused:
        told = tuple(_told("error", p.key, p.place, p.message, p.remedy) for p in refused.problems[:MOST_TOLD])
        return Analysis(digest, told, None, None)
    checker = Checker.of(book, limits)
    return Analysis(digest, _proved(before.book, book), checker, diff(before, checker, today))


def unreadable(digest: str, file: str) -> Analysis:
    """For a change of rules that this release of the program, or this database, can't read any more."""
    says = f"the rules that the draft changes ({digest[:19]}) can't be read here any more"
    return Analysis("", (Told("error", "base-unreadable", file, 0, 0, says, "send its files as a new draft"),), None, None)


def _proved(before: Rulebook, after: Rulebook) -> tuple[Told, ...]:
    """What proof finds in the folders that changed, errors first."""
    payers = changed_payers(before, after)
    if not payers:
        return ()
    found = prove(Engine.of(after), CodeBook.of(after, EvidenceLimits()).uses, payers).findings
    told = (_told("error" if f.level == "error" else "warning", f.id, f.place, f.message, f.remedy) for f in found)
    return tuple(sorted(told, key=lambda one: one.level))[:MOST_TOLD]


def _told(level: Level, key: str, place: Place, message: str, remedy: str) -> Told:
    return Told(level, key, place.file, place.line, place.column, message, remedy)
