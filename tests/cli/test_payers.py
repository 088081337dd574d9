"""`payers`: the list, the search, and what is on file for each part."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from covercheck.engine import Engine
from covercheck.proof.matrix import matrix_of
from tests.books import book_of, entry, policy
from tests.cli.conftest import Cli

ON = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("changes", "state", "newest"),
    [
        ({}, "decided", date(2026, 6, 1)),
        ({"stance": "covered"}, "decided", date(2026, 6, 1)),
        ({"stance": "not_covered"}, "decided", date(2026, 6, 1)),
        ({"stance": "not_covered", "cite": "OLD"}, "old", date(2019, 1, 1)),
        ({"cite": "OLD"}, "old", date(2019, 1, 1)),
        ({"stance": "unread"}, "unread", date(2026, 6, 1)),
        ({"criteria": {"unread": "all of it"}}, "unread", date(2026, 6, 1)),
        ({"stance": "case_by_case"}, "case_by_case", date(2026, 6, 1)),
    ],
)
def test_a_cell_tells_what_speaks(changes: dict[str, Any], state: str, newest: date) -> None:
    matrix = matrix_of(Engine.of(book_of(policy("acme/101", entry(**changes)))), ON)
    cell = next(cell for cell in matrix.rows[0].cells if cell.part == "esketamine")
    assert (cell.state, cell.newest, cell.basis) == (state, newest, "payer")
    assert {cell.state for cell in matrix.rows[0].cells if cell.part != "esketamine"} == {"no_rule"}


def test_the_better_of_two_texts_is_shown_and_a_line_without_text_has_no_rule() -> None:
    book = book_of(policy("acme/101", entry(stance="unread")), policy("acme/102", entry()))
    commercial, exchange = matrix_of(Engine.of(book), ON).rows
    assert [cell.state for cell in commercial.cells if cell.part == "esketamine"] == ["decided"]
    assert {cell.state for cell in exchange.cells} == {"no_rule"}
    assert (commercial.newest, exchange.newest) == (date(2026, 6, 1), None)


def test_what_is_decided_today_is_old_in_ten_years_and_not_there_before_its_edition() -> None:
    engine = Engine.of(book_of(policy()))

    def state(on: date) -> str:
        return next(cell.state for cell in matrix_of(engine, on).rows[0].cells if cell.part == "esketamine")

    assert [state(ON), state(date(2036, 12, 1)), state(date(2024, 12, 31))] == ["decided", "old", "no_rule"]


def test_the_law_speaks_where_the_payer_is_silent() -> None:
    book = book_of(policy(), policy("federal/law", entry(parts=["psychotherapy", "esketamine"], stance="covered")))
    cells = {cell.part: cell.basis for cell in matrix_of(Engine.of(book), ON).rows[0].cells}
    assert (cells["psychotherapy"], cells["esketamine"], cells["monitoring"]) == ("law", "payer", None)


def test_the_matrix_has_a_legend_and_the_newest_date(cli: Cli) -> None:
    said = cli("payers", "--coverage", "--date", "2026-12-01").stdout
    for words in ("acme", "●", "◐", "○", "·", "2026-06-01", "Legend: ● decided", "◇ case by case"):
        assert words in said


def test_the_matrix_is_json_too(cli: Cli) -> None:
    told = json.loads(cli("payers", "acme", "--coverage", "--date", "2026-12-01", "--json").stdout)
    assert told["on"] == "2026-12-01"
    row = told["rows"][0]
    assert (row["payer"], row["line"], row["newest"]) == ("acme", "commercial", "2026-06-01")
    assert row["parts"]["esketamine"] == {"state": "decided", "newest": "2026-06-01", "basis": "payer"}
    assert row["parts"]["ketamine_iv"]["state"] == "old"


@pytest.mark.parametrize("query", ["acme", "ACME health", "cme Hea", ""])
def test_a_payer_is_found_by_any_of_its_names(cli: Cli, query: str) -> None:
    told = json.loads(cli("payers", query, "--json").stdout)
    assert [payer["id"] for payer in told["payers"]] == ["acme"]


def test_near_misses_are_offered_and_never_taken(cli: Cli) -> None:
    done = cli("payers", "acne")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Nearest: acme" in done.stderr


@pytest.mark.parametrize("written", ["2026-13-01", "tomorrow", "20261201", "2026-W10-1"])
def test_a_date_that_is_none_is_refused(cli: Cli, written: str) -> None:
    done = cli("payers", "--coverage", "--date", written)
    assert (done.exit_code, "write YYYY-MM-DD" in done.stderr) == (2, True)


@pytest.mark.parametrize("columns", ["40", "62", "110", "200"])
def test_no_column_is_lost_in_a_narrow_window(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = cli("payers", "--coverage", "--date", "2026-12-01").stdout
    row = next(line for line in said.splitlines() if "2026-06-01" in line)
    assert sum(row.count(shape) for shape in "●◐○◇·") == 6
    assert "2026-06-01" in cli("payers").stdout
