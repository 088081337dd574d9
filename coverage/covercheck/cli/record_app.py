"""The commands about what is remembered: tokens, audit, replay, keys, one member's records, backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from covercheck.cli import options as o
from covercheck.cli.run import running

Org = Annotated[str, typer.Option("--org", help="The organisation; one clinic alone needs no other than this.")]
LOCAL = "local"

token_app = typer.Typer(no_args_is_help=True, help="API tokens: who may ask and see what.")
audit_app = typer.Typer(no_args_is_help=True, help="Who did what and when.")
key_app = typer.Typer(no_args_is_help=True, help="The keys that seal patient data.")
records_app = typer.Typer(no_args_is_help=True, help="Recorded checks and calls as a whole.")


def add_record_commands(app: typer.Typer) -> None:
    """Hang the commands into the program."""
    for name, group in (("token", token_app), ("audit", audit_app), ("key", key_app), ("records", records_app)):
        app.add_typer(group, name=name)
    app.command("replay")(replay)


@token_app.command("create")
def token_create(
    ctx: typer.Context,
    role: Annotated[Literal["billing", "portal", "ops", "auditor", "admin"], typer.Option(help="What it may do.")],
    name: Annotated[str, typer.Option(help="Who will use it.")],
    org: Org = LOCAL,
    days: Annotated[int | None, typer.Option(min=1, max=3_650, help="Ends after so many days.")] = None,
    as_json: o.AsJson = False,
    no_color: o.NoColor = False,
) -> None:
    """Make a token and show it, this once."""
    with running(ctx, None, no_color, as_json=as_json) as run:
        from covercheck.cli import remembered

        remembered.token_create(run, org, role, name, days)


@token_app.command("list")
def token_list(ctx: typer.Context, as_json: o.AsJson = False, no_color: o.NoColor = False) -> None:
    """All tokens, without their secrets."""
    with running(ctx, None, no_color, as_json=as_json) as run:
        from covercheck.cli import remembered

        remembered.token_list(run)


@token_app.command("revoke")
def token_revoke(
    ctx: typer.Context, token: Annotated[str, typer.Argument(help="The id, as the list shows it.")], no_color: o.NoColor = False
) -> None:
    """End a token; services notice within seconds."""
    with running(ctx, None, no_color) as run:
        from covercheck.cli import remembered

        raise typer.Exit(remembered.token_revoke(run, token))


@audit_app.command("verify")
def audit_verify(ctx: typer.Context, as_json: o.AsJson = False, no_color: o.NoColor = False) -> None:
    """Walk the chain of the audit from its beginning. Exit 1 at the first entry that is not as it was written."""
    with running(ctx, None, no_color, as_json=as_json) as run:
        from covercheck.cli import remembered

        raise typer.Exit(remembered.audit_verify(run))


@key_app.command("rotate")
def key_rotate(ctx: typer.Context, no_color: o.NoColor = False) -> None:
    """Add a new key to the key file. It seals from the next start on; the older ones still open."""
    with running(ctx, None, no_color) as run:
        from covercheck.cli import remembered

        remembered.key_rotate(run)


@records_app.command("export")
def records_export(
    ctx: typer.Context,
    payer: Annotated[str, typer.Option(help="The payer's id or name.")],
    member: Annotated[str, typer.Option(prompt=True, help="The member's id; asked for where it is left out.")],
    org: Org = LOCAL,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Everything on record about one member, as JSON: for the person's own request."""
    with running(ctx, payers, no_color, as_json=True) as run:
        from covercheck.cli import remembered

        remembered.export_member(run, org, payer, member)


@records_app.command("hold")
def records_hold(
    ctx: typer.Context,
    check: Annotated[str, typer.Argument(help="The check's id.")],
    org: Org = LOCAL,
    off: Annotated[bool, typer.Option("--off", help="Let it go again.")] = False,
    no_color: o.NoColor = False,
) -> None:
    """Keep a check whatever the retention says, for a dispute."""
    with running(ctx, None, no_color) as run:
        from covercheck.cli import remembered

        raise typer.Exit(remembered.hold(run, org, check, on=not off))


@records_app.command("correct")
def records_correct(
    ctx: typer.Context,
    check: Annotated[str, typer.Argument(help="The check's id.")],
    note: Annotated[str, typer.Option(prompt=True, help="What is wrong with it; asked for where it is left out.")],
    org: Org = LOCAL,
    end_calls: Annotated[bool, typer.Option("--end-calls", help="What calls about this check said counts no more.")] = False,
    no_color: o.NoColor = False,
) -> None:
    """Write beside a check what is wrong with it, at the person's request. The check stays as it was given."""
    with running(ctx, None, no_color) as run:
        from covercheck.cli import remembered

        raise typer.Exit(remembered.correct(run, org, check, note, ends_evidence=end_calls))


@records_app.command("backup")
def records_backup(
    ctx: typer.Context, target: Annotated[Path, typer.Argument(help="A file that does not exist yet.")], no_color: o.NoColor = False
) -> None:
    """A consistent copy of the SQLite file while the service runs. Keep the key file elsewhere: both together open everything."""
    with running(ctx, None, no_color) as run:
        from covercheck.cli import remembered

        remembered.backup(run, target)


def replay(
    ctx: typer.Context,
    check: Annotated[str, typer.Argument(help="The check's id.")],
    org: Org = LOCAL,
    no_color: o.NoColor = False,
) -> None:
    """The answer as it was sent, and whether the rules of its day give the same bytes again. Exit 1 where they do not."""
    with running(ctx, None, no_color, as_json=True) as run:
        from covercheck.cli import remembered

        raise typer.Exit(remembered.replay(run, org, check))
