"""`stale`: which published texts to read again next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from covercheck.checks.memory.standing import Standing, standing_of
from covercheck.cli.exits import FAILED, OK, Stop
from covercheck.cli.remembered import memory_of
from covercheck.cli.run import Run, day_of
from covercheck.cli.screen import clean
from covercheck.proof.due import DueSource, sources_due, text_keys
from covercheck.records.database import FILE
from covercheck.rules.suggest import nearest


def stale(run: Run, on: str | None, within: int, payer: str | None, *, fail: bool) -> int:
    """List them; with `fail`, 1 where there is any."""
    day, book = day_of(on), run.book()
    owners = sorted({policy.payer for policy in book.policies()})
    if payer is not None and payer not in owners:
        raise Stop(f"No such payer: {clean(payer, 80)}.", f"Nearest: {', '.join(nearest(payer, owners)) or 'none'}")
    standing = _standing(run, text_keys(book))
    found = sources_due(book, day, within, payer, standing.answers if standing is not None else None)
    if run.as_json:
        run.write_json({"on": day, "within": within, "counted": _counted(standing), "sources": [_data(source) for source in found]})
    else:
        _show(run, found, standing)
    return FAILED if fail and found else OK


def _standing(run: Run, texts: frozenset[str]) -> Standing | None:
    """What stands on the texts; None where nothing was ever recorded here, which is left so."""
    settings = run.settings()
    if settings.database_url is None and not (settings.data_dir / FILE).exists():
        return None
    with memory_of(run) as records:
        return standing_of(records, texts, datetime.now(UTC))


def _counted(standing: Standing | None) -> dict[str, int] | None:
    return None if standing is None else {"days": standing.days, "checks": standing.checks, "counted": standing.counted}


def _data(source: DueSource) -> dict[str, Any]:
    names = ("id", "title", "url", "quality", "as_of", "read_on", "due", "days_overdue", "answers", "policies", "parts")
    return {name: getattr(source, name) for name in names}


def _show(run: Run, found: tuple[DueSource, ...], standing: Standing | None) -> None:
    out = run.screen.out
    if found:
        table = Table("Due", "Over", "Answers", "Text", "Policies", box=None, pad_edge=False)
        for source in found:
            over = f"{source.days_overdue} d" if source.days_overdue > 0 else ""
            answers = "" if source.answers is None else f"{source.answers:,}"
            text = Text(clean(source.title, 200) + (f"\n{clean(source.url, 300)}" if source.url else "") + f"\nread on {source.read_on}")
            table.add_row(Text(str(source.due)), Text(over), Text(answers), text, Text("\n".join(source.policies)))
        out.print(table)
    out.print(f"{len(found)} text{'' if len(found) == 1 else 's'} to read again.")
    if standing is None:
        out.print("Answers were not counted: nothing is recorded here.")
    elif not standing.is_exact:
        out.print(
            f"{standing.counted:,} of {standing.checks:,} checks of {standing.days} days were counted: each text has at least as many."
        )
