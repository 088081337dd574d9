"""`fmt`: files on disk, a check for pipelines, and standard input for editors."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from covercheck.rules.text_yaml import read_text
from tests.cli.conftest import Cli


def test_the_folder_is_brought_into_form_once(cli: Cli, folder: Path) -> None:
    before = {path: read_text("f", path.read_bytes()).data for path in folder.rglob("*.yaml")}
    first = cli("fmt")
    assert first.exit_code == 0
    assert f"{folder / 'acme' / '101.yaml'}\n" in first.stdout
    assert {path: read_text("f", path.read_bytes()).data for path in folder.rglob("*.yaml")} == before
    second = cli("fmt")
    assert (second.exit_code, second.stdout) == (0, "")
    assert second.stderr.startswith(f"0 changed, {len(before)} in form")


def test_check_lists_and_changes_nothing(cli: Cli, folder: Path) -> None:
    cli("fmt")
    file = folder / "acme" / "101.yaml"
    file.write_bytes(file.read_bytes() + b"\n\n")
    raw = file.read_bytes()
    done = cli("fmt", "--check")
    assert (done.exit_code, done.stdout) == (1, f"{file}\n")
    assert file.read_bytes() == raw
    cli("fmt", str(file))
    assert cli("fmt", "--check").exit_code == 0


def test_a_broken_file_is_told_as_the_loader_tells_it_and_the_others_are_still_done(cli: Cli, folder: Path) -> None:
    broken, other = folder / "acme" / "101.yaml", folder / "acme" / "old.yaml"
    broken.write_bytes(b"policy: acme/101\nlines: [\n")
    other.write_bytes(b"# kept\n" + other.read_bytes() + b"\n\n")
    loader = cli("proof", "acme")
    done = cli("fmt", str(broken), str(other))
    assert done.exit_code == 2
    assert done.stdout == f"{other}\n"
    assert broken.read_bytes() == b"policy: acme/101\nlines: [\n"
    told = next(line for line in loader.stderr.splitlines() if "[yaml_syntax]" in line)
    assert told.strip().removeprefix("acme/101.yaml") in done.stderr
    assert f"{broken}:3:1: " in done.stderr


def test_a_path_that_is_not_there_is_told_and_fails(cli: Cli, folder: Path) -> None:
    done = cli("fmt", str(folder / "none.yaml"))
    assert done.exit_code == 2
    assert "file_unreadable" in done.stderr


def test_a_missing_folder_is_told(cli: Cli, tmp_path: Path) -> None:
    done = cli("fmt", "--payers", str(tmp_path / "none"))
    assert done.exit_code == 2
    assert "No such folder" in done.stderr


def test_standard_input_goes_to_standard_output(cli: Cli) -> None:
    done = cli("fmt", "--stdin", input="a:   1 # é\r\n")
    assert (done.exit_code, done.stdout_bytes) == (0, "a: 1  # é\n".encode())


def test_standard_input_that_is_broken_leaves_standard_output_empty(cli: Cli) -> None:
    done = cli("fmt", "--stdin", input="a: 1\na: 2\n")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "<stdin>:2:1: the key 'a' stands here twice [yaml_duplicate_key]" in done.stderr


def test_standard_input_can_be_checked_alone(cli: Cli) -> None:
    assert [
        (done.exit_code, done.stdout) for done in (cli("fmt", "--stdin", "--check", input=text) for text in ("a:   1\n", "a: 1\n"))
    ] == [
        (1, ""),
        (0, ""),
    ]


def test_standard_input_and_a_path_at_once_are_refused(cli: Cli, folder: Path) -> None:
    assert cli("fmt", "--stdin", str(folder), input="a: 1\n").exit_code == 2


def test_a_real_process_formats_as_an_editor_calls_it(process: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = process("fmt", "--stdin", stdin="cases:\n- on: 2026-12-01\n  name: n\npolicy: p/q\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "policy: p/q\ncases:\n  - name: n\n    on: 2026-12-01\n", "")
