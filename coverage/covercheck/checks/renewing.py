"""From one rulebook to the next: loaded, proved and compiled, or refused with every reason; the one before stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Literal, TypeAlias

from covercheck.checks.check import Checker
from covercheck.checks.codes import CodeBook
from covercheck.engine import Engine, EvidenceLimits
from covercheck.proof import prove
from covercheck.rules.load import SHARED, digest_of, load_files
from covercheck.rules.policy import LAW
from covercheck.rules.problems import RulebookRefused
from covercheck.rules.rulebook import Rulebook

State: TypeAlias = Literal["same", "renewed", "refused"]
MOST_TOLD: Final = 50


@dataclass(frozen=True, slots=True)
class Renewal:
    """How it ended. `checker` is there where it was renewed; `findings` say why it was refused, each with its place and remedy."""

    state: State
    digest: str
    seconds: float
    checker: Checker | None = None
    findings: tuple[str, ...] = ()


def renew(before: Checker, files: Mapping[str, bytes], limits: EvidenceLimits) -> Renewal:
    """The next checker from these files. What did not change is not loaded or proved again."""
    begun = perf_counter()
    given = dict(files)
    digest = digest_of(given)
    if digest == before.book.digest:
        return Renewal("same", digest, perf_counter() - begun)
    try:
        book = load_files(given, before.book)
    except RulebookRefused as refused:
        told = tuple(f"{problem.place}: {problem.message} ({problem.remedy})" for problem in refused.problems)
        return Renewal("refused", digest, perf_counter() - begun, findings=_bounded(told))
    failed = errors_of(book, changed_payers(before.book, book))
    if failed:
        return Renewal("refused", digest, perf_counter() - begun, findings=_bounded(failed))
    checker = Checker.of(book, limits)
    return Renewal("renewed", digest, perf_counter() - begun, checker)


def errors_of(book: Rulebook, payers: frozenset[str]) -> tuple[str, ...]:
    """What proof calls an error in these payers' folders."""
    if not payers:
        return ()
    codes = CodeBook.of(book, EvidenceLimits()).uses
    report = prove(Engine.of(book), codes, payers)
    return tuple(f"{finding.place}: {finding.message} ({finding.remedy})" for finding in report.findings if finding.level == "error")


def changed_payers(before: Rulebook, after: Rulebook) -> frozenset[str]:
    """The folders whose answers may differ: all, where a shared table or the law differs by more than form and comments."""
    names = {*before.documents, *after.documents}
    folders = {name.partition("/")[0] for name in names if not _says_the_same(before, after, name)}
    if folders & {*SHARED, LAW}:
        return frozenset(after.payers) | {LAW}
    return frozenset(folders & set(after.payers))


def _says_the_same(before: Rulebook, after: Rulebook, name: str) -> bool:
    old, new = before.documents.get(name), after.documents.get(name)
    return old is not None and new is not None and (old is new or old.data == new.data)


def _bounded(told: tuple[str, ...]) -> tuple[str, ...]:
    more = len(told) - MOST_TOLD
    return told if more <= 0 else (*told[:MOST_TOLD], f"and {more} more")
