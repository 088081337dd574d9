"""An eligibility answer for people: state, statements, who else to ask; and the wire with everything personal masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from covercheck.checks.eligibility_answer import EligibilityAnswer, EligibilityFailure, StatementAnswer
from covercheck.checks.learned import Learned
from covercheck.cli.screen import STANDINGS, Screen, heading
from covercheck.eligibility.outcome import Wire
from covercheck.eligibility.redact import redacted

FIGURES = ("amount", "share", "quantity")


def show_eligibility(screen: Screen, payer: str, on: date, learned: Learned) -> None:
    """Header, the failure with its remedy or the statements, hints."""
    shown = learned.shown
    how = "made-up members, no payer was asked" if shown.adapter == "mock" else f"asked by {shown.adapter}"
    screen.out.print(Text(screen.dot.join((payer, f"on {on.isoformat()}", how)), style="bold"))
    screen.out.print(Text.assemble(screen.mark(STANDINGS, shown.state), f": {shown.says}"))
    for line in _dates(shown):
        screen.out.print(Text(line))
    if shown.failure is not None:
        screen.out.print(_failure(shown.failure))
    if shown.statements:
        screen.out.print(heading("What the payer states"))
        screen.out.print(_table(screen, shown.statements))
    _notes(screen, shown, learned)


def show_wire(screen: Screen, wire: Wire | None, adapter: str) -> None:
    """What was sent and received, masked."""
    if wire is None:
        screen.out.print(Text(f"Nothing went over a line: the adapter is {adapter}."))
        return
    for title, text in (("Sent", wire.sent), ("Received", wire.received)):
        screen.out.print(heading(title))
        screen.out.print(Text(redacted(text) if text else "nothing"), soft_wrap=True)


def _dates(shown: EligibilityAnswer) -> Iterable[str]:
    for span in shown.dates:
        yield f"Coverage dates: from {span.begins or 'not stated'} to {span.ends or 'open or not stated'}"
    if shown.provider_network is not None:
        yield f"The clinic: {shown.provider_network} network"


def _failure(failure: EligibilityFailure) -> RenderableType:
    lines = [Text(f"What to do: {failure.remedy}")]
    lines += [Text(f"AAA {refused.code} at the {refused.level}: {refused.says}. {refused.remedy}") for refused in failure.rejections]
    return Padding(Group(*lines), (0, 0, 0, 2))


def _table(screen: Screen, statements: Iterable[StatementAnswer]) -> Table:
    table = Table(box=box.HORIZONTALS, padding=(0, 1), header_style="bold", expand=True)
    for name, ratio in (
        ("Statement", 3),
        ("About", 4),
        ("Figure", 3),
        ("Period", 2),
        ("Network", 2),
        ("In the payer's words, and beside", 5),
    ):
        table.add_column(name, ratio=ratio, overflow="fold")
    for said in statements:
        about = ", ".join(f"{coded.says} ({coded.code})" for coded in said.service_types) or "not stated"
        table.add_row(
            Text(f"{said.meaning.replace('_', ' ')} ({said.code})"),
            Text(about),
            Text(_figure(said)),
            Text(said.period or "-"),
            Text(said.network or "-"),
            Text("; ".join(_beside(said)) or "-"),
        )
    return table


def _figure(said: StatementAnswer) -> str:
    amount = f"${said.amount}" if said.amount is not None else ""
    share = f"{(Decimal(said.share) * 100).normalize():f} %" if said.share is not None else ""
    return ", ".join(piece for piece in (amount, share, said.quantity or "", *said.limits) if piece) or "-"


def _beside(said: StatementAnswer) -> Iterable[str]:
    if said.plan is not None:
        yield f"plan {said.plan}"
    if said.authorization is not None:
        yield f"authorization {said.authorization.replace('_', ' ')}"
    yield from said.messages
    yield from (f"see {name}" for name in said.names)
    yield from (f"refused: {refused.says} (AAA {refused.code})" for refused in said.rejections)


def _notes(screen: Screen, shown: EligibilityAnswer, learned: Learned) -> None:
    notes = [hint.says for hint in learned.hints] + [f"{odd.code}, {odd.says}" for odd in shown.oddities]
    if learned.administrator is not None:
        number = f", phone {learned.administrator.phone}" if learned.administrator.phone else ""
        notes.append(f"Run by {learned.administrator.name}{number}, says the payer.")
    if notes:
        screen.out.print(heading("Note"))
        for note in dict.fromkeys(notes):
            screen.out.print(Text(f"- {note}"))
