"""The payers on file, and the matrix of what is on file for each part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from covercheck.checks.find_payer import build_directory
from covercheck.cli.screen import CELLS, Screen
from covercheck.proof.matrix import Cell, Matrix, Row
from covercheck.rules.rulebook import Payer, Rulebook

DATED_WIDTH = 165
LEAST_WIDTH = 62
WIDE = 100


def search(book: Rulebook, query: str | None) -> tuple[list[Payer], bool]:
    """The payers a query names: by any of their names, in whole or in part; else near misses, marked by False."""
    payers = list(book.payers.values())
    if not query:
        return payers, True
    directory = build_directory(book)
    exact = directory.find(query)
    if exact is not None:
        return [book.payers[exact]], True
    folded = query.casefold()
    holding = [p for p in payers if any(folded in name.casefold() for name in (p.id, p.text.name, *p.text.aliases, *p.text.edi_ids))]
    return (holding, True) if holding else ([book.payers[name] for name in directory.near(query)], False)


def payer_data(payer: Payer) -> dict[str, Any]:
    """A payer as JSON data; `states` null: all of them."""
    text = payer.text
    return {
        "id": payer.id,
        "name": text.name,
        "aliases": list(text.aliases),
        "edi_ids": list(text.edi_ids),
        "parent": text.parent,
        "lines": list(text.lines),
        "states": None if text.states is None else list(text.states),
        "policies": len(payer.policies),
        "newest_source": max((s.as_of.isoformat() for p in payer.policies for s in p.sources.values() if s.as_of), default=None),
    }


def show_payers(screen: Screen, payers: Iterable[Payer]) -> None:
    """A table of payers; a narrow window leaves out other names and states."""
    wide = screen.out.width >= WIDE
    names = ("Id", "Name", "Also known as", "Lines", "States", "Texts", "Newest")
    chosen = [place for place, name in enumerate(names) if wide or name not in ("Also known as", "States")]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), header_style="bold", pad_edge=False)
    for place in chosen:
        fixed = names[place] in ("Texts", "Newest")
        table.add_column(names[place], overflow="fold", no_wrap=fixed, justify="right" if names[place] == "Texts" else "left")
    for payer in payers:
        row = _payer_row(payer)
        table.add_row(*(Text(row[place]) for place in chosen))
    screen.out.print(table)


def _payer_row(payer: Payer) -> tuple[str, ...]:
    data = payer_data(payer)
    states = "all" if data["states"] is None else _some(data["states"], 6)
    known_as = _some([*data["aliases"], *data["edi_ids"]], 3)
    return (data["id"], data["name"], known_as, ", ".join(data["lines"]), states, str(data["policies"]), data["newest_source"] or "-")


def matrix_data(matrix: Matrix) -> dict[str, Any]:
    """The matrix as JSON data."""
    rows = [
        {
            "payer": row.payer,
            "name": row.name,
            "line": row.line,
            "newest": row.newest.isoformat() if row.newest else None,
            "parts": {
                cell.part: {"state": cell.state, "newest": cell.newest.isoformat() if cell.newest else None, "basis": cell.basis}
                for cell in row.cells
            },
        }
        for row in matrix.rows
    ]
    return {"on": matrix.on.isoformat(), "parts": list(matrix.parts), "rows": rows}


def show_matrix(screen: Screen, matrix: Matrix) -> None:
    """One row per payer, or more where its lines differ; a star marks what only the law of the land says."""
    with_dates = screen.out.width >= DATED_WIDTH
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("Payer", overflow="fold", min_width=8)
    table.add_column("Lines", overflow="fold", min_width=8)
    for number, part in enumerate(matrix.parts, 1):
        table.add_column(part.replace("_", " ") if with_dates else str(number), overflow="fold", no_wrap=not with_dates, min_width=2)
    table.add_column("Newest", no_wrap=True)
    for _, of_payer in groupby(matrix.rows, key=lambda row: row.payer):
        rows = list(of_payer)
        for alike in _alike(rows):
            lines = "all lines" if len(alike) == len(rows) > 1 else ", ".join(row.line for row in alike)
            newest = alike[0].newest
            cells = (_cell(screen, cell, with_dates) for cell in alike[0].cells)
            table.add_row(Text(rows[0].payer), Text(lines), *cells, Text(newest.isoformat() if newest else "-"))
    screen.out.print(Text(f"What is on file for a service on {matrix.on}", style="bold"))
    screen.out.print(table, width=max(screen.out.width, LEAST_WIDTH), crop=False)
    if not with_dates:
        screen.out.print(Text("Parts: " + ", ".join(f"{number} {part}" for number, part in enumerate(matrix.parts, 1))))
    legend = Text("Legend: ")
    for name in CELLS:
        legend.append_text(screen.mark(CELLS, name)).append("   ")
    screen.out.print(legend.append("* only the law of the land speaks; Newest: the newest date of the payer's own texts"))


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows whose cells are the same, together."""
    groups: dict[tuple[Cell, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row.cells, []).append(row)
    return list(groups.values())


def _cell(screen: Screen, cell: Cell, with_date: bool) -> Text:
    text = screen.mark(CELLS, cell.state, words=False)
    if cell.basis == "law":
        text.append("*")
    if with_date and cell.newest is not None:
        text.append(f" {cell.newest:%Y-%m}", style="dim")
    return text


def _some(items: Sequence[str], limit: int) -> str:
    return ", ".join(items[:limit]) + (f" and {len(items) - limit} more" if len(items) > limit else "")
