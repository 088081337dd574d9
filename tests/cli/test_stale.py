"""`stale`: what to read again, with and without records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_changes import ask


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COVERCHECK_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize(("on", "due"), [("2027-05-20", False), ("2027-05-21", True), ("2027-05-22", True)])
def test_a_text_is_listed_from_its_day_on(cli: Cli, data_dir: Path, on: str, due: bool) -> None:
    """Read on 2026-11-22, to be read again after 180 days."""
    told = json.loads(cli("stale", "--on", on, "--json").stdout)
    assert bool(told["sources"]) is due
    assert cli("stale", "--on", on, "--fail").exit_code == (1 if due else 0)


def test_without_records_it_says_that_answers_were_not_counted_and_makes_none(cli: Cli, data_dir: Path) -> None:
    done = cli("stale", "--within", "400")
    assert done.exit_code == 0
    assert "https://acme.example/101" in done.stdout
    assert "Answers were not counted" in done.stdout
    assert not data_dir.exists()


def test_what_carries_most_answers_comes_first(cli: Cli, folder: Path, data_dir: Path) -> None:
    ask(folder, data_dir, [19] * 3)
    told = json.loads(cli("stale", "--within", "400", "--json").stdout)
    assert told["counted"] == {"days": 90, "checks": 3, "counted": 3}
    assert (told["sources"][0]["url"], told["sources"][0]["answers"]) == ("https://acme.example/101", 3)
    assert [source["answers"] for source in told["sources"][1:]] == sorted((s["answers"] for s in told["sources"][1:]), reverse=True)
    assert "acme/101" in cli("stale", "--within", "400").stdout


def test_an_unknown_payer_is_told_with_those_like_it(cli: Cli, data_dir: Path) -> None:
    done = cli("stale", "--payer", "acm")
    assert done.exit_code == 2
    assert "Nearest: acme" in done.stderr
