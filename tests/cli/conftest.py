"""A tiny rulebook on disk and the command line run against it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import CliRunner, Result

from covercheck.cli.app import app
from tests.books import TRD, entry, files_of, policy

ROOT = Path(__file__).resolve().parents[2]
Cli: TypeAlias = Callable[..., Result]

CRITERIA = {
    "all": [
        {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older"},
        {
            "id": "severe",
            "says": "a severe episode",
            "any": [
                {"id": "madrs-28", "fact": "madrs", "at_least": "28", "says": "MADRS of 28 or more"},
                {"id": "hamd-17", "fact": "hamd17", "at_least": "17", "says": "HAM-D of 17 or more"},
            ],
        },
    ]
}
PSYCHOSIS = {"id": "psychosis", "fact": "psychosis_history", "is": "true", "says": "psychosis now or in the past"}
CASE = {
    "name": "an adult with a severe episode is covered",
    "on": "2026-12-01",
    "part": "esketamine",
    "diagnoses": ["F33.2"],
    "facts": {"age_years": "41", "madrs": "30", "hamd17": "20", "psychosis_history": "false"},
    "expect": {"result": "likely_covered", "because": ["adult"]},
}


def write_book(root: Path, files: dict[str, bytes]) -> Path:
    """The files below a folder."""
    for name, raw in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Acme covers esketamine for adults in a severe episode without psychosis, and ketamine by vein on an old page."""
    main = policy("acme/101", entry(criteria=CRITERIA, excluded_when=[PSYCHOSIS], prior_authorization="required"), cases=[CASE])
    old = policy("acme/old", entry(parts=["ketamine_iv"], stance="covered", cite="OLD"))
    unread = policy("acme/unread", entry(parts=["psychotherapy"], indications=[TRD], stance="unread"))
    return write_book(tmp_path / "payers", files_of(main, old, unread))


@pytest.fixture
def cli(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command in this process; without a terminal, without colour."""
    monkeypatch.setenv("COVERCHECK_PAYERS", str(folder))
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(app, list(arguments), **more)  # type: ignore[arg-type]

    return run


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """The environment of a real process."""
    path = os.pathsep.join(filter(None, (str(ROOT / "coverage"), os.environ.get("PYTHONPATH"))))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**kept, "PYTHONPATH": path, "COVERCHECK_PAYERS": str(folder)}


@pytest.fixture
def process(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `python -m covercheck` as a process of its own."""

    def run(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "covercheck", *arguments]
        return subprocess.run(command, input=stdin, env={**environment, **more}, capture_output=True, text=True, timeout=60, check=False)

    return run
