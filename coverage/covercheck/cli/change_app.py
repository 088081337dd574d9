"""The commands about changes of the rules: what a change means, and which answers it would flip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from covercheck.cli import options as o
from covercheck.cli.run import running

RULES = "A folder of rule files, a git revision, or the digest of a rulebook that was ever used"
Only = Annotated[list[str] | None, typer.Option("--payer", metavar="ID", help="Only this payer's folder, or `federal`; may be repeated.")]


def add_change_commands(app: typer.Typer) -> None:
    """Hang the commands into the program."""
    app.command("diff")(diff)
    app.command("impact")(impact)
    app.command("stale")(stale)


def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(help=f"{RULES}.")],
    new: Annotated[str | None, typer.Argument(help="The same; left out: the folder of rule files.")] = None,
    payer: Only = None,
    date: Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Asked on this day; else today.")] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 when any answer differs.")] = False,
    as_json: o.AsJson = False,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """What changed between two rulebooks, in words, each with the plainest question whose answer differs."""
    with running(ctx, payers, no_color, as_json=as_json, names=payer or ()) as run:
        from covercheck.cli.changing import diff as compare

        raise typer.Exit(compare(run, old, new, date, exit_code=exit_code))


def impact(
    ctx: typer.Context,
    new: Annotated[str, typer.Argument(help=f"{RULES}.")],
    before: Annotated[
        str | None, typer.Option("--before", metavar="OLD", help="The rules in force; else the folder of rule files.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="Checks of the last so many days; else all.")] = None,
    schedule: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Visits to come: a question of the API on each line, as JSON.")
    ] = None,
    flips: Annotated[
        Path | None, typer.Option("--list", metavar="FILE", help="Write every flip of a recorded check there, as JSON lines.")
    ] = None,
    records: Annotated[bool, typer.Option("--records/--no-records", help="Ask the recorded checks again.")] = True,
    anew: Annotated[bool, typer.Option("--anew", help="Begin anew where an earlier run was stopped.")] = False,
    processes: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0: one for each core.")] = 0,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 when anything flips.")] = False,
    as_json: o.AsJson = False,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Which recorded checks, shipped cases and visits to come the NEW rules would answer otherwise, and why. Nothing is changed."""
    with running(ctx, payers, no_color, as_json=as_json) as run:
        from covercheck.cli import changing

        wanted = changing.Wanted(new, before, days, schedule, flips, records, anew, processes)
        raise typer.Exit(changing.impact(run, wanted, exit_code=exit_code))


def stale(
    ctx: typer.Context,
    on: Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="As of this day; else today.")] = None,
    within: Annotated[int, typer.Option(min=0, max=36_500, help="Also what falls due within so many days.")] = 0,
    payer: Annotated[str | None, typer.Option(metavar="ID", help="Only texts that this payer's policies cite.")] = None,
    fail: Annotated[bool, typer.Option("--fail", help="Exit 1 when anything is due.")] = False,
    as_json: o.AsJson = False,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Which published texts to read again next: those due, first those on which the most recent answers stand."""
    with running(ctx, payers, no_color, as_json=as_json) as run:
        from covercheck.cli.stale import stale as list_stale

        raise typer.Exit(list_stale(run, on, within, payer, fail=fail))
