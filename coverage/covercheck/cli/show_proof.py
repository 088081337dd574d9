"""What proof found, grouped by file, and the problems of rule files that can't be used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from covercheck.checks.codes import CodeBook
from covercheck.cli.screen import LEVELS, Screen, clean
from covercheck.engine import Engine
from covercheck.proof import Finding, ProofReport, prove
from covercheck.rules import Place, Problem, RulebookRefused
from covercheck.rules.policy import Policy

PATIENCE = 1.0


def proof_data(report: ProofReport) -> dict[str, Any]:
    """The report as JSON data."""
    counts = ("policies", "cases", "criteria", "seen_both_ways", "errors", "warnings")
    return {
        **{name: getattr(report, name) for name in counts},
        "findings": [{"id": f.id, "level": f.level, **_place(f.place), "message": f.message, "remedy": f.remedy} for f in report.findings],
    }


def problems_data(refused: RulebookRefused, names: Collection[str] = ()) -> dict[str, Any]:
    """The problems of a refused rulebook as JSON data."""
    problems = nearest_first(refused.problems, names)
    return {"problems": [{"id": p.key, **_place(p.place), "message": p.message, "remedy": p.remedy} for p in problems]}


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line or None, "column": place.column or None}


def show_proof(screen: Screen, report: ProofReport, quiet: bool) -> None:
    """Findings by file, then the counts; quiet: errors alone."""
    shown = [finding for finding in report.findings if not quiet or finding.level == "error"]
    for file, found in groupby(shown, key=lambda finding: finding.place.file):
        screen.out.print(Text(clean(file), style="bold"))
        for finding in found:
            _finding(screen, finding)
    if quiet and not shown:
        return
    told = (
        _count(report.policies, "policy", "policies"),
        _count(report.cases, "case"),
        _count(report.criteria, "criterion", "criteria"),
        f"{report.seen_both_ways:,} seen both ways",
        _count(report.errors, "error"),
        _count(report.warnings, "warning"),
    )
    worst = "error" if report.errors else "warning" if report.warnings else "ok"
    screen.out.print(Text.assemble(screen.mark(LEVELS, worst, words=False), f" {', '.join(told)}"))


def _finding(screen: Screen, finding: Finding) -> None:
    where = f"{finding.place.file}:{finding.place.line}:{finding.place.column}"
    line = Text.assemble("  ", screen.mark(LEVELS, finding.level), f" {where}: {finding.message} ", (f"[{finding.id}]", "dim"))
    screen.out.print(line, soft_wrap=True)
    screen.out.print(Text(f"      {finding.remedy}", style="dim"), soft_wrap=True)


def show_problems(screen: Screen, refused: RulebookRefused, names: Collection[str] = ()) -> None:
    """Every problem of rule files that don't load, by file; those of the named payers and the shared files first."""
    problems = nearest_first(refused.problems, names)
    mine = sum(_is_near(problem, names) for problem in problems)
    total = f"{_count(len(problems), 'problem')} in the rule files" + (
        f", {mine} of them in the files you named or in shared ones" if names else ""
    )
    screen.err.print(Text.assemble(screen.mark(LEVELS, "error", words=False), f" {total}. Nothing was loaded."))
    for file, found in groupby(problems, key=lambda problem: problem.place.file):
        screen.err.print(Text(clean(file), style="bold"))
        for problem in found:
            screen.err.print(
                Text.assemble(f"  {clean(str(problem.place))}: {clean(problem.message)} ", (f"[{problem.key}]", "dim")), soft_wrap=True
            )
            screen.err.print(Text(f"      {clean(problem.remedy)}", style="dim"), soft_wrap=True)


def nearest_first(problems: Sequence[Problem], names: Collection[str]) -> list[Problem]:
    """Problems by file; those of the named payers and the shared files before the others."""
    return sorted(problems, key=lambda problem: (not _is_near(problem, names), problem))


def _is_near(problem: Problem, names: Collection[str]) -> bool:
    folder, slash, _ = problem.place.file.partition("/")
    return not names or not slash or folder in names


def prove_with_progress(screen: Screen, engine: Engine, names: Iterable[str], on: date) -> ProofReport:
    """Run proof as of a day; on a terminal a bar appears once it has taken longer than a second."""
    chosen = list(names)
    codes_of = CodeBook.of(engine.book, engine.limits).uses
    if not screen.err.is_terminal:
        return prove(engine, codes_of, chosen, on=on)
    total = sum(1 for policy in engine.book.policies() if not chosen or policy.payer in chosen)
    bar = _LateBar(screen.err, total)
    try:
        return prove(engine, codes_of, chosen, bar.step, on=on)
    finally:
        bar.progress.stop()


class _LateBar:
    def __init__(self, console: Console, total: int) -> None:
        columns = (TextColumn("Proving"), BarColumn(), MofNCompleteColumn(), TextColumn("policies"))
        self.progress = Progress(*columns, console=console, transient=True)
        self.task = self.progress.add_task("proof", total=total)
        self.begun = monotonic()
        self.shown = False

    def step(self, _: Policy) -> None:
        """One policy is done."""
        self.progress.advance(self.task)
        if not self.shown and monotonic() - self.begun > PATIENCE:
            self.shown = True
            self.progress.start()


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
