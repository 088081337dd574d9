"""The billing codes of an answer: in short by part, or each with what it is."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from covercheck.checks.answer import Answer, CodeAnswer
from covercheck.cli.screen import USES, Screen, heading

FEW = 6
ELSEWHERE = "not of these parts"


def codes_table(screen: Screen, answer: Answer, whole: bool) -> RenderableType | None:
    """Every code with its note when it is wanted, when codes were asked about or when there are few; else a line per part."""
    rows = [(part.part, code) for part in answer.parts for code in part.codes]
    known = {code for _, code in rows}
    rows += [(ELSEWHERE, code) for code in answer.codes_asked if code not in known]
    if not rows:
        return None
    if whole or answer.codes_asked or len(rows) <= FEW:
        return Group(heading("Codes"), _each(screen, rows))
    return Group(heading("Codes (--codes tells what each one is, and when it holds)"), _in_short(screen, rows))


def _table(*names: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name == "Code")
    return table


def _in_short(screen: Screen, rows: Sequence[tuple[str, CodeAnswer]]) -> Table:
    table = _table("Part", *(screen.mark(USES, use).plain for use in USES))
    for part in dict.fromkeys(part for part, _ in rows):
        codes = {use: [code.code for of, code in rows if of == part and code.use == use] for use in USES}
        table.add_row(Text(part), *(Text(", ".join(codes[use]) or "-") for use in USES))
    return table


def _each(screen: Screen, rows: Sequence[tuple[str, CodeAnswer]]) -> Table:
    table = _table("Code", "Use", "Part", "What it is")
    for part, code in rows:
        when = f"When: {code.when}." if code.when else None
        instead = f"Instead: {code.successor}." if code.successor and code.use == "do_not_bill" else None
        extra = " ".join(filter(None, (when, code.note, instead)))
        says = Text.assemble(code.says, (f"\n{extra}" if extra else "", "dim"))
        table.add_row(Text(code.code), screen.mark(USES, code.use), Text(part), says)
    return table
