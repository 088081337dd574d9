"""One run of a command: its screen, its rule files, and a clear end for everything that can go wrong."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from covercheck.cli.exits import BROKEN, FAILED, INTERRUPTED, RULEBOOK, USAGE, Stop

if TYPE_CHECKING:
    from covercheck.checks.check import Checker
    from covercheck.checks.request import QuestionRefused
    from covercheck.cli.screen import Screen
    from covercheck.engine import Engine, EvidenceLimits
    from covercheck.rules import Rulebook
    from covercheck.settings import Settings


@dataclass(frozen=True, slots=True)
class Common:
    """What may stand before the command's name."""

    payers: Path | None = None
    no_color: bool = False


@dataclass(slots=True)
class Run:
    """Hands out what commands need, loaded when first asked for."""

    screen: Screen
    payers: Path | None
    as_json: bool = False
    names: Sequence[str] = ()
    from_file: bool = False

    def settings(self, **given: Any) -> Settings:
        """The settings from the environment, with those given here before them."""
        from covercheck.settings import Settings

        chosen = {"payers": self.payers, **given}
        return Settings(**{name: value for name, value in chosen.items() if value is not None})

    def book(self) -> Rulebook:
        """The rulebook; raises RulebookRefused."""
        from covercheck.rules import load_folder

        return load_folder(self.settings().payers)

    def limits(self) -> EvidenceLimits:
        """The ages of evidence that the settings allow."""
        from covercheck.engine import EvidenceLimits

        settings = self.settings()
        return EvidenceLimits(settings.evidence_fresh_months, settings.evidence_aged_months)

    def engine(self) -> Engine:
        """The compiled rulebook."""
        from covercheck.engine import Engine

        return Engine.of(self.book(), self.limits())

    def checker(self) -> Checker:
        """Everything needed to answer."""
        from covercheck.checks.check import Checker

        return Checker.of(self.book(), self.limits())

    def write_json(self, data: Any) -> None:
        """JSON on standard output: the very bytes that are handed in, or data; indented for eyes on a terminal."""
        import orjson

        raw = data if isinstance(data, bytes) else orjson.dumps(data)
        if self.screen.out.is_terminal:
            raw = orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2)
        sys.stdout.flush()
        sys.stdout.buffer.write(raw + b"\n")
        sys.stdout.buffer.flush()


@contextmanager
def running(ctx: typer.Context, payers: Path | None = None, no_color: bool = False, **more: Any) -> Iterator[Run]:
    """The run of a command; whatever it raises ends as a message and an exit code."""
    from covercheck.cli.screen import open_screen

    common = ctx.obj if isinstance(ctx.obj, Common) else Common()
    run = Run(open_screen(no_color or common.no_color), payers or common.payers, **more)
    try:
        yield run
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        run.screen.err.print("\nStopped.")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except Exception as error:
        raise typer.Exit(_told(run, error)) from None


def _told(run: Run, error: Exception) -> int:
    """Say what went wrong; the exit code for it."""
    from pydantic import ValidationError

    from covercheck.rules import RulebookRefused

    if isinstance(error, Stop):
        _say(run.screen, error.message, error.remedies)
        return error.code
    if isinstance(error, RulebookRefused):
        from covercheck.cli.show_proof import problems_data, show_problems

        if run.as_json:
            run.write_json(problems_data(error, run.names))
        else:
            show_problems(run.screen, error, run.names)
        return RULEBOOK
    if isinstance(error, ValidationError) and error.title == "Settings":
        told = [f"COVERCHECK_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        _say(run.screen, "The settings are not right.", told)
        return USAGE
    if type(error).__name__ == "QuestionRefused":
        return _refused(run, error)  # type: ignore[arg-type]
    if os.environ.get("COVERCHECK_DEBUG"):
        traceback.print_exception(error)
    _say(
        run.screen,
        f"This should not have happened: {type(error).__name__}: {error}",
        ["Please report it. COVERCHECK_DEBUG=1 shows where it was."],
    )
    return BROKEN


def _refused(run: Run, refused: QuestionRefused) -> int:
    from covercheck.cli.draft import fault_words
    from covercheck.cli.screen import clean

    count = len(refused.faults)
    message = f"The question can't be asked: {count} thing{' is' if count == 1 else 's are'} wrong."
    if run.as_json:
        errors = [{"pointer": f.pointer, "key": f.key, "detail": f.detail, "nearest": list(f.nearest)} for f in refused.faults]
        run.write_json({"type": "/problems/invalid-question", "title": message, "status": 422, "errors": errors})
        return USAGE
    told = []
    for fault in refused.faults:
        where, what = fault_words(fault, run.from_file)
        told.append(f"{where}: {what}." + (f" Nearest: {', '.join(clean(name, 80) for name in fault.nearest)}." if fault.nearest else ""))
    _say(run.screen, message, told)
    return USAGE


def _say(screen: Screen, message: str, remedies: Sequence[str]) -> None:
    from rich.text import Text

    from covercheck.cli.screen import LEVELS, clean

    screen.err.print(Text.assemble(screen.mark(LEVELS, "error", words=False), " ", (clean(message, 2_000), "bold")), soft_wrap=True)
    for remedy in remedies:
        screen.err.print(Text(f"  {clean(remedy, 2_000)}"), soft_wrap=True)


def day_of(written: str | None) -> date:
    """The day of an option `--date`; today when it is left out."""
    if written is None:
        return datetime.now(UTC).date()
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
            raise ValueError
        return date.fromisoformat(written)
    except ValueError:
        raise Stop(f"--date: {written[:40]!r} is not a date; write YYYY-MM-DD.") from None
