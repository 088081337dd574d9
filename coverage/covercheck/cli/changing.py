"""`diff` and `impact`: what other rules mean, and which answers they would flip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from covercheck.checks.check import Checker
from covercheck.checks.diff.data import diff_data
from covercheck.checks.diff.report import diff as compare
from covercheck.checks.impact.cases import of_cases, of_schedule
from covercheck.checks.impact.compare import Books
from covercheck.checks.impact.progress import Progress as Kept
from covercheck.checks.impact.replay import Setup, Step, replay_all
from covercheck.checks.impact.tally import Tally
from covercheck.cli.exits import FAILED, OK, Stop
from covercheck.cli.remembered import memory_of
from covercheck.cli.rulebooks import read_rules
from covercheck.cli.run import Run, day_of
from covercheck.cli.screen import clean
from covercheck.cli.show_diff import show_diff
from covercheck.cli.show_impact import impact_data, show_impact
from covercheck.records.recent import asked, count_asked
from covercheck.rules import load_files
from covercheck.rules.load import SHARED
from covercheck.rules.suggest import nearest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `impact` is asked for; the option of each says more."""

    new: str
    before: str | None
    days: int | None
    schedule: Path | None
    flips: Path | None
    records: bool
    anew: bool
    processes: int


def diff(run: Run, old: str, new: str | None, on: str | None, *, exit_code: bool) -> int:
    """Compare two rulebooks; with `exit_code`, 1 where any answer differs."""
    day = day_of(on)
    before = load_files(read_rules(run, old))
    after = load_files(read_rules(run, new), before)
    folders = {name.partition("/")[0] for book in (before, after) for name in book.documents if "/" in name}
    for name in run.names:
        if name not in folders:
            raise Stop(f"No such payer: {clean(name, 80)}.", f"Nearest: {', '.join(nearest(name, sorted(folders))) or 'none'}")
    only = frozenset(run.names) or folders | set(SHARED)
    with run.screen.err.status("comparing") if run.screen.err.is_terminal else _quiet() as status:
        told = compare(
            Checker.of(before, run.limits()),
            Checker.of(after, run.limits()),
            day,
            only.__contains__,
            lambda name: status.update(f"comparing {clean(name)}") if status is not None else None,
        )
    if run.as_json:
        run.write_json(diff_data(told))
    else:
        show_diff(run.screen, told)
    return FAILED if exit_code and told.has_meaning else OK


@contextmanager
def _quiet() -> Iterator[None]:
    yield None


def impact(run: Run, wanted: Wanted, *, exit_code: bool) -> int:
    """Ask what was asked before of both rulebooks; with `exit_code`, 1 where anything flips."""
    old, new = read_rules(run, wanted.before), read_rules(run, wanted.new)
    before = load_files(old)
    books = Books.of(Checker.of(before, run.limits()), Checker.of(load_files(new, before), run.limits()))
    now = datetime.now(UTC)
    told: dict[str, Tally] = {"cases": of_cases(books)}
    if wanted.schedule is not None:
        told["schedule"] = _scheduled(books, wanted.schedule, now)
    if wanted.records:
        told["recorded checks"] = _recorded(run, wanted, (old, new), books, now)
    if run.as_json:
        run.write_json(impact_data(books, told))
    else:
        show_impact(run.screen, books, told)
    return FAILED if exit_code and any(tally.flipped for tally in told.values()) else OK


def _scheduled(books: Books, file: Path, now: datetime) -> Tally:
    try:
        with file.open("rb") as lines:
            return of_schedule(books, lines, now)
    except OSError as error:
        raise Stop(f"The schedule can't be read: {error.strerror}.") from None


def _recorded(run: Run, wanted: Wanted, files: tuple[dict[str, bytes], dict[str, bytes]], books: Books, now: datetime) -> Tally:
    settings = run.settings()
    # Whole days, so that a run that was stopped finds itself again.
    since = None if wanted.days is None else (now - timedelta(days=wanted.days)).replace(hour=0, minute=0, second=0, microsecond=0)
    key = settings.data_key.get_secret_value() if settings.data_key is not None else None
    setup = Setup(files[0], files[1], run.limits(), settings.data_dir, key)
    with memory_of(run) as records:
        kept = Kept.of(settings.data_dir, books.before.book.digest, books.after.book.digest, since, run.limits(), settings.database_url)
        if wanted.anew:
            kept.end()
        start, listed = kept.read() or (Step(0, Tally()), 0)
        if start.seq:
            run.screen.err.print(f"Going on after {start.tally.total:,} checks, where it was stopped; --anew begins again.")
        with _list(wanted.flips, listed) as write, _bar(run.screen.err, count_asked(records.database, since), start.tally.total) as advance:

            def done(step: Step) -> None:
                kept.write(step, write(step))
                advance(step.tally.total)

            told = replay_all(setup, asked(records.database, since, start.seq), done, start.tally, wanted.processes)
        kept.end()
    return told


@contextmanager
def _list(target: Path | None, listed: int) -> Iterator[Callable[[Step], int]]:
    """Writes the flips of a step; says how many bytes are written by then. What an earlier run wrote beyond its last step is cut off."""
    if target is None:
        yield lambda _: 0
        return
    try:
        out: IO[bytes] = target.open("r+b" if listed and target.exists() else "wb")
    except OSError as error:
        raise Stop(f"The list can't be written: {error.strerror}.") from None
    with out:
        out.truncate(listed)
        out.seek(listed)

        def write(step: Step) -> int:
            out.writelines(orjson.dumps(flip) + b"\n" for flip in step.flips)
            out.flush()
            return out.tell()

        yield write


@contextmanager
def _bar(console: Console, total: int, start: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; nothing elsewhere."""
    columns = (TextColumn("asking again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking again", total=total, completed=start)
        yield lambda count: bar.update(task, completed=count)
