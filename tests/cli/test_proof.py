"""`proof`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli


def test_findings_stand_by_file_with_counts_and_fail(cli: Cli) -> None:
    done = cli("proof")
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert lines[0] == "acme/101.yaml"
    assert "✘ error acme/101.yaml:" in done.stdout
    assert "never seen false [criterion-one-sided]" in done.stdout
    assert "3 policies, 1 case, 5 criteria, 0 seen both ways" in lines[-1]


def test_json_carries_the_same_counts(cli: Cli) -> None:
    done = cli("proof", "--json")
    told = json.loads(done.stdout)
    assert (told["policies"], told["cases"], done.exit_code) == (3, 1, 1)
    assert told["errors"] == sum(finding["level"] == "error" for finding in told["findings"]) > 0
    assert set(told["findings"][0]) == {"id", "level", "file", "line", "column", "message", "remedy"}


def test_an_unknown_payer_is_refused_with_near_misses(cli: Cli) -> None:
    done = cli("proof", "acne")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "acne: nearest acme" in done.stderr


def test_nothing_to_prove_fails_only_when_told_to(cli: Cli, folder: Path) -> None:
    for path in folder.glob("acme/*.yaml"):
        if path.name != "payer.yaml":
            path.unlink()
    plain, failing = cli("proof", "acme"), cli("proof", "acme", "--fail-on-empty")
    assert (plain.exit_code, plain.stderr) == (0, "")
    assert (failing.exit_code, failing.stderr) == (1, "There was no case to run.\n")
    assert cli("proof", "acme", "--quiet").stdout == ""


def test_every_problem_of_files_that_do_not_load_is_shown_those_asked_for_first(cli: Cli, folder: Path) -> None:
    (folder / "acme" / "101.yaml").write_text("policy: acme/101\n")
    (folder / "zeta").mkdir()
    (folder / "zeta" / "payer.yaml").write_text("payer: zeta\nsurprise: 1\n")
    plain, named = cli("proof"), cli("proof", "zeta")
    assert (plain.exit_code, named.exit_code) == (3, 3)
    assert plain.stderr.index("acme/101.yaml") < plain.stderr.index("zeta/payer.yaml")
    assert named.stderr.index("zeta/payer.yaml") < named.stderr.index("acme/101.yaml")
    assert "zeta/payer.yaml:2:1: unknown key `surprise`" in named.stderr
    told = json.loads(cli("proof", "zeta", "--json").stdout)
    assert told["problems"][0]["file"] == "zeta/payer.yaml"


def test_a_folder_that_is_not_there_is_told(cli: Cli) -> None:
    done = cli("--payers", "/nowhere", "proof")
    assert (done.exit_code, "no such folder" in done.stderr) == (3, True)
