"""A smoke test of the command line on the shipped rule files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

from tests.cli.conftest import ROOT

Process = Callable[..., "subprocess.CompletedProcess[str]"]
QUESTION = {
    "payer": "BCBS Massachusetts",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "parts": ["ketamine_iv"],
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 41, "failed_antidepressants": 3},
}


def test_intravenous_ketamine_at_bcbs_massachusetts_is_answered(process: Process) -> None:
    done = process("check", "--json", "--question", "-", stdin=json.dumps(QUESTION), COVERCHECK_PAYERS=str(ROOT / "payers"))
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (12, "")
    assert told["payer"]["id"] == "bcbs-massachusetts"
    assert [(part["result"], part["leaning"]) for part in told["parts"]] == [("uncertain", "not_covered")]


def test_the_same_is_explained_and_every_payer_stands_in_the_matrix(process: Process) -> None:
    book = {"COVERCHECK_PAYERS": str(ROOT / "payers"), "COLUMNS": "300"}
    said = process("explain", "--question", "-", stdin=json.dumps(QUESTION), **book).stdout
    assert "✘ unmet: four antidepressants did not work well enough [four-agents]" in said
    listed = {payer["id"] for payer in json.loads(process("payers", "--json", **book).stdout)["payers"]}
    rows = {row["payer"] for row in json.loads(process("payers", "--coverage", "--json", **book).stdout)["rows"]}
    assert listed == rows == {path.parent.name for path in (ROOT / "payers").glob("*/payer.yaml")}
