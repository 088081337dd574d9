"""`fmt`: bring rule files into their one form, or tell which are not in it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from covercheck.cli.exits import FAILED, OK, USAGE, Stop
from covercheck.cli.run import Run
from covercheck.cli.screen import LEVELS, clean
from covercheck.rules import Problem
from covercheck.rules.canonical import canonical
from covercheck.rules.canonical.files import form_file, rule_files
from covercheck.rules.text_yaml import MAX_BYTES

STDIN = "<stdin>"


def form(run: Run, paths: Sequence[Path], *, check: bool, stdin: bool) -> int:
    """The exit code: 2 when a file can't be brought into form, else 1 when `check` found one that is not in it."""
    if stdin:
        if paths:
            raise Stop("--stdin takes no PATH.", "Leave one of the two out.")
        return _form_stdin(run, check)
    folder = run.settings().payers
    if not paths and not folder.is_dir():
        raise Stop(f"No such folder of rule files: {clean(str(folder), 200)}.", "Give a PATH, --payers, or set COVERCHECK_PAYERS.")
    done = [form_file(path, write=not check) for path in rule_files(paths or [folder])]
    for file in done:
        if file.changed:
            run.screen.out.print(Text(clean(file.file, 1_000)), soft_wrap=True)
        _show(run, file.problems)
    changed, failed = sum(file.changed for file in done), sum(bool(file.problems) for file in done)
    told = [f"{changed} {'to be changed' if check else 'changed'}", f"{len(done) - changed - failed} in form"]
    run.screen.err.print(", ".join([*told, f"{failed} refused"] if failed else told))
    return USAGE if failed else FAILED if check and changed else OK


def _form_stdin(run: Run, check: bool) -> int:
    """One file from standard input to standard output, which stays empty when the file can't be brought into form."""
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    done = canonical(STDIN, raw)
    _show(run, done.problems)
    if done.raw is None:
        return USAGE
    if check:
        return FAILED if done.raw != raw else OK
    sys.stdout.buffer.write(done.raw)
    sys.stdout.buffer.flush()
    return OK


def _show(run: Run, problems: Sequence[Problem]) -> None:
    for problem in problems:
        place = Text(f" {clean(str(problem.place), 1_000)}: {clean(problem.message)} ")
        mark = run.screen.mark(LEVELS, "error", words=False)
        run.screen.err.print(Text.assemble(mark, place, (f"[{problem.key}]", "dim")), soft_wrap=True)
        run.screen.err.print(Text(f"    {clean(problem.remedy)}", style="dim"), soft_wrap=True)
