"""`diff` and `impact`: two rulebooks compared by folder, git revision or digest, and asked what was asked before."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from covercheck.checks.check import Checker
from covercheck.rules import load_folder
from covercheck.settings import Settings
from covercheck.web.app import create_app
from tests.cli.conftest import Cli

FACTS = {"age_years": 19, "madrs": 30, "psychosis_history": False}
QUESTION = {
    "payer": "acme",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "parts": ["esketamine"],
    "indication": "treatment_resistant_depression",
    "facts": FACTS,
}


@pytest.fixture
def newer(folder: Path, tmp_path: Path) -> Path:
    """The same rules, but for adults of 21 or more."""
    copy = tmp_path / "newer"
    shutil.copytree(folder, copy)
    file = copy / "acme" / "101.yaml"
    file.write_text(file.read_text().replace("at_least: '18'", "at_least: '21'"))
    return copy


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COVERCHECK_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def ask(folder: Path, data_dir: Path, ages: list[int]) -> list[dict[str, Any]]:
    """Answers of the service itself, recorded."""
    app = create_app(Checker.of(load_folder(folder)), Settings(payers=folder, data_dir=data_dir, watch=False), lambda: datetime.now(UTC))

    async def asked() -> list[dict[str, Any]]:
        async with TestClient(TestServer(app)) as client:
            bodies = [{**QUESTION, "facts": {**FACTS, "age_years": age}} for age in ages]
            responses = [await client.post("/v1/checks", json=body) for body in bodies]
            assert {response.status for response in responses} == {200}
            return [await response.json() for response in responses]

    return asyncio.run(asked())


def git(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Keeper")}
    environment |= dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "keeper@clinic.example")
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=environment)


def test_two_folders_are_compared_in_words_with_a_question_that_differs(cli: Cli, folder: Path, newer: Path) -> None:
    done = cli("diff", str(folder), str(newer))
    assert done.exit_code == 0
    assert "acme/101.yaml" in done.stdout
    assert "adult: limit, at least 18 → 21" in done.stdout
    assert "For example acme; commercial" in done.stdout
    assert "age_years" in done.stdout
    assert "likely not covered" in done.stdout
    assert "1 of 1 changed files change what is answered" in done.stdout


def test_for_pipelines_the_exit_code_tells_whether_answers_differ(cli: Cli, folder: Path, newer: Path) -> None:
    assert cli("diff", str(folder), str(newer), "--exit-code").exit_code == 1
    assert cli("diff", str(folder), str(folder), "--exit-code").exit_code == 0
    assert cli("diff", str(folder), str(newer), "--payer", "federal", "--exit-code").exit_code == 2


def test_the_same_as_data(cli: Cli, folder: Path, newer: Path) -> None:
    told = json.loads(cli("diff", str(folder), str(newer), "--json").stdout)
    (file,) = told["files"]
    assert (file["file"], file["verdict"]) == ("acme/101.yaml", "meaning")
    assert file["examples"][0]["question"]["payer"] == "acme"


def test_files_that_say_the_same_are_said_to(cli: Cli, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "acme" / "old.yaml").write_bytes(b"# kept\n" + (other / "acme" / "old.yaml").read_bytes())
    assert "Both say the same" in cli("diff", str(folder), str(other)).stdout


def test_a_git_revision_is_compared_with_the_folder_as_it_is(cli: Cli, folder: Path) -> None:
    top = folder.parent
    git(top, "init", "-q")
    git(top, "add", "payers")
    git(top, "commit", "-qm", "rules")
    file = folder / "acme" / "101.yaml"
    file.write_text(file.read_text().replace("at_least: '18'", "at_least: '21'"))
    assert "adult: limit, at least 18 → 21" in cli("diff", "HEAD").stdout
    git(top, "commit", "-qam", "adults of 21")
    assert "adult: limit, at least 18 → 21" in cli("diff", "HEAD~1", "HEAD").stdout
    assert "Both say the same" in cli("diff", "HEAD").stdout


def test_rules_that_an_answer_was_given_by_are_found_by_their_digest(cli: Cli, folder: Path, newer: Path, data_dir: Path) -> None:
    (answer,) = ask(folder, data_dir, [19])
    assert "adult: limit, at least 18 → 21" in cli("diff", answer["rulebook"], str(newer)).stdout


@pytest.mark.parametrize("name", ["nosuch", "--output=x", "HEAD:payers", "sha256:" + "a" * 64, "a" * 64])
def test_what_names_no_rules_is_told(cli: Cli, name: str, data_dir: Path) -> None:
    done = cli("diff", "--", name)
    assert done.exit_code in (1, 2)
    assert "was not found" in done.stderr or "was ever used here" in done.stderr


def test_rules_that_do_not_load_are_told_with_their_place(cli: Cli, newer: Path) -> None:
    (newer / "acme" / "101.yaml").write_text("policy: acme/101\nlines: [\n")
    for command in ("diff", "impact"):
        done = cli(command, str(newer))
        assert done.exit_code == 3
        assert "acme/101.yaml:3:1" in done.stderr


def test_impact_asks_again_what_was_asked_and_names_what_flips(cli: Cli, folder: Path, newer: Path, data_dir: Path) -> None:
    answers = ask(folder, data_dir, [17, 18, 20, 21, 40])
    done = cli("impact", str(newer), "--json", "--processes", "1")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)["recorded_checks"]
    assert (told["asked"], told["flipped"], told["unreplayed"]) == (5, 2, {})
    (group,) = told["flips"]
    assert (group["payer"], group["part"], group["before"], group["after"]) == (
        "acme",
        "esketamine",
        "likely_covered",
        "likely_not_covered",
    )
    assert [one["name"] for one in group["some"]] == [answers[1]["id"], answers[2]["id"]]
    assert json.loads(done.stdout)["cases"]["asked"] == 1
    shown = cli("impact", str(newer), "--processes", "1", "--exit-code")
    assert shown.exit_code == 1
    assert "5 asked of both, 2 flip." in shown.stdout
    assert answers[1]["id"] in shown.stdout


def test_every_flip_can_be_listed_and_a_window_of_days_be_chosen(
    cli: Cli, folder: Path, newer: Path, data_dir: Path, tmp_path: Path
) -> None:
    ask(folder, data_dir, [19] * 25)
    target = tmp_path / "flips.jsonl"
    done = cli("impact", str(newer), "--days", "1", "--list", str(target), "--processes", "1")
    assert "25 asked of both, 25 flip." in done.stdout
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert len(lines) == 25
    assert set(lines[0]) == {"name", "payer", "part", "before", "after", "reason"}
    assert not list(data_dir.glob("impact-*"))


def test_visits_to_come_are_asked_too_and_records_may_be_left_out(cli: Cli, newer: Path, tmp_path: Path, data_dir: Path) -> None:
    schedule = tmp_path / "tomorrow.jsonl"
    schedule.write_text("\n".join([json.dumps(QUESTION), "{broken"]))
    done = cli("impact", str(newer), "--schedule", str(schedule), "--no-records", "--json")
    told = json.loads(done.stdout)
    assert [one["name"] for one in told["schedule"]["flips"][0]["some"]] == ["line 1"]
    assert told["schedule"]["unreplayed"] == {"not_a_question": 1}
    assert "recorded_checks" not in told
    missing = cli("impact", str(newer), "--schedule", str(tmp_path / "none"), "--no-records")
    assert missing.exit_code == 2
    assert "The schedule can't be read" in missing.stderr


def test_with_nothing_recorded_it_says_so_and_changes_nothing(cli: Cli, folder: Path, newer: Path, data_dir: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    done = cli("impact", str(newer), "--processes", "1")
    assert "0 asked of both, 0 flip." in done.stdout
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before
