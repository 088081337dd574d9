"""The impact of other rules on the screen: what was asked, what flips, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from covercheck.checks.impact.compare import Books
from covercheck.checks.impact.tally import Tally
from covercheck.cli.screen import RESULTS, Screen, clean, heading

SHOWN_OF_EACH = 3


def impact_data(books: Books, told: Mapping[str, Tally]) -> dict[str, Any]:
    """As JSON data, by what was asked: `cases`, `schedule`, `recorded_checks`."""
    found = {name.replace(" ", "_"): tally.to_json() for name, tally in told.items()}
    return {"before": books.before.book.digest, "after": books.after.book.digest, **found}


def show_impact(screen: Screen, books: Books, told: Mapping[str, Tally]) -> None:
    """Each kind of question with its flips, the most frequent first."""
    if books.before.book.digest == books.after.book.digest:
        screen.out.print("Both are the same rules.")
    for name, tally in told.items():
        _tally(screen, name, tally)


def _tally(screen: Screen, name: str, tally: Tally) -> None:
    screen.out.print(heading(name.capitalize()))
    screen.out.print(f"{tally.asked:,} asked of both, {tally.flipped:,} flip.")
    for why, count in sorted(tally.unreplayed.items()):
        screen.out.print(f"{count:,} could not be asked again: {why.replace('_', ' ')}.")
    if not tally.counts:
        return
    table = Table("Payer", "Part", "Before", "After", "Count", "For example", box=None, pad_edge=False)
    table.columns[4].justify = "right"
    for (payer, part, before, after), count in sorted(tally.counts.items(), key=lambda item: (-item[1], item[0])):
        some = tally.some[payer, part, before, after][:SHOWN_OF_EACH]
        told = Text("\n".join(clean(f"{flip.name}: {flip.reason}", 160) for flip in some))
        marks = (screen.mark(RESULTS, before), screen.mark(RESULTS, after))
        table.add_row(Text(payer), Text(part.replace("_", " ")), *marks, Text(f"{count:,}"), told)
    screen.out.print(table)
