"""The commands. Everything heavy is imported when its command runs, so that `--version` and `--help` stay quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from covercheck import __version__
from covercheck.cli import options as o
from covercheck.cli.change_app import add_change_commands
from covercheck.cli.exits import CHECK_HELP
from covercheck.cli.record_app import add_record_commands
from covercheck.cli.run import Common, running

app = typer.Typer(
    name="covercheck",
    help="Which parts of ketamine therapy a plan likely covers, on what published grounds, and whom to ask when that is uncertain.",
    epilog=CHECK_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Kind = Literal["policy", "payer", "facts", "therapies", "codes", "members"]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"covercheck {__version__}")
        raise typer.Exit


@app.callback()
def common(
    ctx: typer.Context,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")] = False,
) -> None:
    """Options that may stand before every command."""
    ctx.obj = Common(payers, no_color)


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on; else COVERCHECK_HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port to listen on; else COVERCHECK_PORT, else 8080.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes that share the port.")] = None,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Run the web service: the API and its pages."""
    with running(ctx, payers, no_color) as run:
        from covercheck.web.workers import run_workers

        raise typer.Exit(run_workers(run.settings(host=host, port=port, workers=workers)))


@app.command("mock-payer")
def mock_payer(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = 8090,
    latency: Annotated[float, typer.Option(min=0, max=600, metavar="SECONDS", help="How long every answer takes.")] = 0.0,
    fault: Annotated[str | None, typer.Option(help="How the system fails, such as throttled, reset or garbled.")] = None,
    reject: Annotated[str | None, typer.Option(metavar="CODE", help="The AAA code it refuses with, such as 42 or 75.")] = None,
    every: Annotated[int, typer.Option(min=1, help="On each how-many-th question it fails.")] = 1,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Run a mock clearinghouse: the made-up members of the rule files over HTTP, as X12, JSON and FHIR."""
    with running(ctx, payers, no_color) as run:
        from covercheck.cli.mocking import mock_payer as serve_mock

        serve_mock(run, host, port, latency, fault, reject, every)


@app.command(epilog=CHECK_HELP)
def check(
    ctx: typer.Context,
    therapy: o.TherapyName = None,
    part: o.PartNames = None,
    code: o.CodeNames = None,
    question: o.QuestionFile = None,
    payer: o.PayerName = None,
    line: o.LineName = None,
    state: o.StateName = None,
    plan: o.PlanName = None,
    market: o.Market = None,
    funding: o.Funding = None,
    date: o.ServiceDate = None,
    diagnosis: o.Diagnoses = None,
    indication: o.Indication = None,
    phase: o.Phase = None,
    fact: o.Facts = None,
    facts: o.FactsFile = None,
    restrict: o.Restricted = None,
    member: o.MemberId = None,
    date_of_birth: o.BirthDate = None,
    first_name: o.FirstName = None,
    last_name: o.LastName = None,
    group: o.Group = None,
    npi: o.Npi = None,
    tax_id: o.TaxId = None,
    as_json: o.AsJson = False,
    call: o.WholeCall = False,
    codes: o.AllCodes = False,
    patient: o.ForPatient = False,
    ask: o.Ask = None,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Answer one question: what is likely covered, why, and what to do next. The exit code tells the result."""
    with running(ctx, payers, no_color, as_json=as_json, from_file=question is not None) as run:
        from covercheck.cli import asked

        raise typer.Exit(asked.check(run, asked.Given.of(ctx.params), ask=ask, whole_call=call, patient=patient, all_codes=codes))


@app.command()
def explain(
    ctx: typer.Context,
    therapy: o.TherapyName = None,
    part: o.PartNames = None,
    code: o.CodeNames = None,
    question: o.QuestionFile = None,
    payer: o.PayerName = None,
    line: o.LineName = None,
    state: o.StateName = None,
    plan: o.PlanName = None,
    market: o.Market = None,
    funding: o.Funding = None,
    date: o.ServiceDate = None,
    diagnosis: o.Diagnoses = None,
    indication: o.Indication = None,
    phase: o.Phase = None,
    fact: o.Facts = None,
    facts: o.FactsFile = None,
    restrict: o.Restricted = None,
    ask: o.Ask = None,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Show every text that spoke on a question, and each of its criteria with its state."""
    with running(ctx, payers, no_color, from_file=question is not None) as run:
        from covercheck.cli import asked

        raise typer.Exit(asked.explain(run, asked.Given.of(ctx.params), ask=ask))


@app.command()
def eligibility(
    ctx: typer.Context,
    payer: o.PayerName = None,
    member: o.MemberId = None,
    date_of_birth: o.BirthDate = None,
    first_name: o.FirstName = None,
    last_name: o.LastName = None,
    group: o.Group = None,
    date: o.ServiceDate = None,
    part: o.PartNames = None,
    npi: o.Npi = None,
    tax_id: o.TaxId = None,
    deadline: o.Deadline = None,
    raw: Annotated[bool, typer.Option("--raw", help="What went over the line, everything personal masked.")] = False,
    as_json: o.AsJson = False,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Ask a payer's systems about one member: active or not, who runs what, cost, authorization. Exit 1 when there is no answer."""
    with running(ctx, payers, no_color, as_json=as_json) as run:
        from covercheck.cli import eligible

        raise typer.Exit(eligible.eligibility(run, ctx.params, seconds=deadline, raw=raw))


@app.command("payers")
def list_payers(
    ctx: typer.Context,
    query: Annotated[str | None, typer.Argument(help="A name, alias, id or EDI id, in whole or in part.")] = None,
    matrix: Annotated[bool, typer.Option("--coverage", help="What is on file for each part: payer by part.")] = False,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="With --coverage: for a service on this day; else today.")
    ] = None,
    as_json: o.AsJson = False,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """List or search the payers on file, or show what is on file for each part."""
    with running(ctx, payers, no_color, as_json=as_json) as run:
        from covercheck.cli import listing

        raise typer.Exit(listing.payers(run, query, matrix, date))


@app.command()
def schema(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="Which rule file.")] = "policy",
    no_color: o.NoColor = False,
) -> None:
    """Print the JSON Schema (2020-12) of a kind of rule file, for editors and validators."""
    with running(ctx, None, no_color, as_json=True) as run:
        from covercheck.rules.schema import schema_of

        run.write_json(schema_of(kind))


@app.command("fmt")
def form(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files or folders; else the folder of rule files.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; list the files that are not in form. Exit 1 if there are any.")
    ] = False,
    stdin: Annotated[bool, typer.Option("--stdin", help="Standard input to standard output, for editors.")] = False,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Bring rule files into their one form; values and comments stay. Exit 2 when a file can't be read; the others are still done."""
    with running(ctx, payers, no_color) as run:
        from covercheck.cli import forming

        raise typer.Exit(forming.form(run, paths or [], check=check, stdin=stdin))


@app.command()
def proof(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PAYER]...", help="Only these payers; federal for the law of the land.")
    ] = None,
    as_json: o.AsJson = False,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day on which sources are due or not; else today.")
    ] = None,
    fail_on_empty: Annotated[bool, typer.Option("--fail-on-empty", help="Fail when there is no case to run.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors alone; nothing when there are none.")] = False,
    payers: o.PayersFolder = None,
    no_color: o.NoColor = False,
) -> None:
    """Run the cases of the rule files and look at every criterion. Exit 1 on errors, 3 when the files don't load."""
    with running(ctx, payers, no_color, as_json=as_json, names=tuple(names or ())) as run:
        from covercheck.cli import proving

        raise typer.Exit(proving.proof(run, date, fail_on_empty=fail_on_empty, quiet=quiet))


add_change_commands(app)
add_record_commands(app)


def main() -> None:
    """The entry point."""
    app()
