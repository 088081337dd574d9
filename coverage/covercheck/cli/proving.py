"""`proof`: load the rule files, run their cases, tell what was found."""

from __future__ import annotations

from covercheck.cli.exits import FAILED, OK, Stop
from covercheck.cli.run import Run, day_of
from covercheck.cli.screen import clean
from covercheck.cli.show_proof import proof_data, prove_with_progress, show_proof
from covercheck.engine import Engine
from covercheck.rules import load_files, read_folder
from covercheck.rules.suggest import nearest


def proof(run: Run, on: str | None, *, fail_on_empty: bool, quiet: bool) -> int:
    """The exit code: 1 on errors, or when nothing was proved and that is to fail. Evidence is weighed by the standard limits."""
    day = day_of(on)
    files = read_folder(run.settings().payers)
    folders = sorted({folder for folder, slash, _ in (name.partition("/") for name in files) if slash})
    unknown = [name for name in run.names if name not in folders]
    if unknown:
        raise Stop(f"No such payer: {', '.join(clean(name, 80) for name in unknown)}.", *(_near(name, folders) for name in unknown))
    report = prove_with_progress(run.screen, Engine.of(load_files(files)), run.names, day)
    empty = fail_on_empty and not report.cases
    if run.as_json:
        run.write_json(proof_data(report))
    else:
        show_proof(run.screen, report, quiet)
    if empty:
        run.screen.err.print("There was no case to run.")
    return FAILED if report.errors or empty else OK


def _near(name: str, folders: list[str]) -> str:
    near = nearest(name, folders)
    return (
        f"{clean(name, 80)}: nearest {', '.join(near)}"
        if near
        else f"{clean(name, 80)}: nothing like it; there are {', '.join(folders[:40])}"
    )
