"""`check`: the answer, its exit code, and every refusal at once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from covercheck.checks.check import Checker
from covercheck.checks.request import parse_request
from covercheck.checks.serialise import answer_bytes
from covercheck.rules import load_folder
from tests.cli.conftest import Cli

Process = Callable[..., "subprocess.CompletedProcess[str]"]
PLAN = ("--payer", "acme", "--line", "commercial", "--state", "MA", "--date", "2026-12-01", "--diagnosis", "F33.2")
MET = ("--fact", "age_years=41", "--fact", "madrs=30", "--fact", "psychosis_history=no")
QUESTION: dict[str, Any] = {
    "payer": "acme",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "therapy": "spravato",
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41, "madrs": 30, "psychosis_history": False},
}
RESULTS: list[tuple[int, tuple[str, ...]]] = [
    (0, ("--part", "esketamine", *MET)),
    (10, ("--part", "esketamine", "--fact", "age_years=17")),
    (11, ("--part", "esketamine", "--fact", "age_years=41")),
    (12, ("--part", "ketamine_iv")),
    (13, ("--part", "esketamine", "--part", "ketamine_iv", *MET)),
    (14, ("--part", "esketamine", "--restrict", "esketamine")),
]


@pytest.mark.parametrize(("code", "arguments"), RESULTS)
def test_the_exit_code_tells_the_result(cli: Cli, code: int, arguments: tuple[str, ...]) -> None:
    assert cli("check", *PLAN, *arguments).exit_code == code


@pytest.mark.parametrize(("code", "arguments"), [RESULTS[0], RESULTS[1], RESULTS[3]])
def test_a_real_process_ends_with_the_same_code(process: Process, code: int, arguments: tuple[str, ...]) -> None:
    done = process("check", *PLAN, *arguments)
    assert (done.returncode, done.stderr) == (code, "")
    assert "Acme Health" in done.stdout


def test_json_is_the_answer_of_the_library(cli: Cli, folder: Path) -> None:
    got = json.loads(cli("check", "--json", "--question", "-", input=json.dumps(QUESTION)).stdout)
    checker = Checker.of(load_folder(folder))
    answer = checker.check(parse_request(QUESTION), check_id="chk_x", now=datetime.now(UTC))
    wanted = json.loads(answer_bytes(answer))
    assert {**got, "id": "", "asked_at": ""} == {**wanted, "id": "", "asked_at": ""}


def test_options_ask_the_same_as_a_whole_question(cli: Cli) -> None:
    whole = json.loads(cli("check", "--json", "--question", "-", input=json.dumps(QUESTION)).stdout)
    options = json.loads(cli("check", "--json", *PLAN, "--therapy", "spravato", *MET).stdout)
    assert {**whole, "id": "", "asked_at": ""} == {**options, "id": "", "asked_at": ""}


def test_options_go_before_the_whole_question(cli: Cli) -> None:
    text = json.dumps(QUESTION)
    assert cli("check", "--question", "-", "--part", "esketamine", "--fact", "age_years=17", input=text).exit_code == 10
    assert cli("check", "--question", "-", "--part", "esketamine", "--fact", "age_years=", input=text).exit_code == 11


def test_facts_are_read_from_a_file_and_typed(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"age_years": 41, "madrs": 30, "psychosis_history": None}))
    assert cli("check", *PLAN, "--part", "esketamine", "--facts", str(path)).exit_code == 11
    assert cli("check", *PLAN, "--part", "esketamine", "--facts", str(path), "--fact", "psychosis_history=no").exit_code == 0


def test_without_a_terminal_everything_missing_or_wrong_is_told_at_once(cli: Cli) -> None:
    done = cli(
        "check",
        "--state",
        "ZZ",
        "--line",
        "comercial",
        "--fact",
        "age_year=4",
        "--fact",
        "madrs=high",
        "--fact",
        "hamd17",
        "--diagnosis",
        "?",
    )
    assert done.exit_code == 2
    assert done.stdout == ""
    for said in ("--payer: is missing", "--date: is missing", "--therapy:", "--state:", "--line:", "--diagnosis:"):
        assert said in done.stderr
    for said in ("--fact age_year: no fact has this name. Nearest: age_years", "--fact madrs: 'high' is not a number", "name=value"):
        assert said in done.stderr
    assert "/v1/" not in done.stderr


def test_a_refused_question_is_json_too_when_json_is_asked_for(cli: Cli) -> None:
    done = cli("check", "--json", "--payer", "acne")
    told = json.loads(done.stdout)
    assert done.exit_code == 2
    assert {"/payer", "/date_of_service", "/therapy"} == {error["pointer"] for error in told["errors"]}
    assert next(error for error in told["errors"] if error["pointer"] == "/payer")["nearest"] == ["acme"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not valid JSON"),
        ("[]", "a JSON object"),
        ('{"payer": "acme", "payer": "acme"}', "twice"),
        ('{"payer": NaN}', "not valid JSON"),
        ('{"payer": 5, "plan": 3, "facts": [], "surprise": 1}', "/surprise: no such key"),
        ('{"plan": {"market": "x", "colour": 1}}', "/plan/colour: no such key"),
        ("[" * 100_000, "not valid JSON"),
        ("\ud800", "UTF-8"),
    ],
)
def test_a_broken_question_is_refused_with_its_place(cli: Cli, text: str, said: str) -> None:
    done = cli("check", "--question", "-", input=text.encode("utf-8", "surrogatepass"))
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_told_and_nothing_more(cli: Cli) -> None:
    done = cli("check", "--question", "/nowhere/question.json")
    assert (done.exit_code, done.stderr) == (2, "✘ Can't read /nowhere/question.json: No such file or directory.\n")


def test_the_table_names_result_authorization_source_and_next_step(cli: Cli) -> None:
    said = cli("check", *PLAN, "--part", "esketamine", "--part", "ketamine_iv", *MET).stdout
    for words in ("± mixed", "✔ likely covered", "? uncertain", "leans to covered", "● needed", "Policy 101 (text of 2026-06-01)"):
        assert words in said
    for words in ("start the authorization", "call the insurer", "not a promise of payment", "https://acme.example/101"):
        assert words in said


def test_deciding_facts_stand_with_what_follows(cli: Cli) -> None:
    said = cli("check", *PLAN, "--part", "esketamine", "--fact", "madrs=30", "--fact", "psychosis_history=no").stdout
    assert "[age_years]" in said
    assert "17 or less → ✘ likely not covered; 18 or more → ✔ likely covered" in said


def test_every_result_has_a_shape_of_its_own_without_colour(cli: Cli) -> None:
    shapes = {code: cli("--no-color", "check", *PLAN, *arguments).stdout.splitlines()[1][0] for code, arguments in RESULTS}
    assert len(set(shapes.values())) == len(shapes)


def test_an_ended_code_is_marked_with_its_successor(cli: Cli) -> None:
    said = cli("check", *PLAN, "--code", "S0013", *MET).stdout
    assert "✘ do not bill" in said
    assert "Instead: J0013." in said


def test_the_patient_view_is_added_when_asked_for(cli: Cli) -> None:
    assert "For the patient" not in cli("check", *PLAN, "--part", "esketamine", *MET).stdout
    assert "For the patient" in cli("check", *PLAN, "--part", "esketamine", *MET, "--patient").stdout


@pytest.mark.parametrize("columns", ["20", "60", "99", "200"])
def test_no_line_is_wider_than_the_window(cli: Cli, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = cli("check", *PLAN, "--therapy", "kap_iv", "--patient", "--codes").stdout
    assert max(len(line) for line in said.splitlines() if "https://" not in line) <= max(40, int(columns))


def test_an_ascii_stream_gets_ascii_shapes(process: Process) -> None:
    done = process("check", *PLAN, "--part", "esketamine", *MET, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "+ likely covered" in done.stdout
    assert done.stdout.isascii()


def test_control_characters_in_options_never_reach_the_terminal(cli: Cli) -> None:
    done = cli("check", *PLAN, "--therapy", "\x1b[31mred", "--fact", "\x1b]0;x=1", "--payer", "\x07")
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr + done.stdout


def test_ten_thousand_codes_are_refused_not_suffered(cli: Cli) -> None:
    text = json.dumps({**QUESTION, "therapy": None, "codes": ["J0013"] * 10_000})
    done = cli("check", "--question", "-", input=text)
    assert done.exit_code == 2
    assert "/codes:" in done.stderr


def test_a_huge_file_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    path.write_bytes(b" " * 10_000_000)
    done = cli("check", "--question", str(path))
    assert done.exit_code == 2
    assert "larger than 1,000,000 bytes" in done.stderr


def test_refused_rule_files_end_with_three(cli: Cli, folder: Path) -> None:
    (folder / "acme" / "101.yaml").write_text("policy: acme/101\nsurprise: 1\n")
    done = cli("check", *PLAN, "--part", "esketamine")
    assert done.exit_code == 3
    assert "acme/101.yaml:2:1: unknown key `surprise`" in done.stderr


def test_a_fault_of_ours_ends_with_a_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr(Checker, "check", breaks)
    done = cli("check", *PLAN, "--part", "esketamine")
    assert (done.exit_code, "RuntimeError: no luck" in done.stderr, "Traceback" in done.stderr) == (70, True, False)


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version").stdout.startswith("covercheck ")


def test_start_up_imports_nothing_heavy(process: Process, environment: dict[str, str]) -> None:
    import sys

    probe = "import sys, covercheck.cli.app; print([m for m in ('pydantic', 'aiohttp', 'yaml', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n"


def test_exit_codes_are_in_the_help(cli: Cli) -> None:
    said = " ".join(cli("check", "--help").stdout.split())
    assert "0 likely covered; 10 likely not covered; 11 depends; 12 uncertain; 13 mixed; 14 not asked" in said
