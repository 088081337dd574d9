"""`covercheck eligibility` and `mock-payer`: a payer's answer as a page, as JSON and as it went over the line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, write_book
from tests.processes import free_port, server

EDI = {"payer": "acme", "name": "Acme Health", "aliases": ["Acme"], "lines": ["commercial"], "states": ["MA"], "edi_ids": ["ACME1"]}
MEMBERS = {
    "members": [
        {
            "id": "DEMO1",
            "says": "active",
            "first_name": "Ada",
            "last_name": "Marlow",
            "date_of_birth": "1985-03-02",
            "statements": [
                {"is": "active", "service_types": ["30"], "plan": "Acme PPO"},
                {"is": "copay", "service_types": ["MH"], "amount": "30", "period": "27", "network": "in"},
            ],
        },
        {
            "id": "DEMO2",
            "says": "refused",
            "first_name": "Bo",
            "last_name": "Marlow",
            "date_of_birth": "1990-01-01",
            "reject": "72",
        },
    ]
}


@pytest.fixture(autouse=True)
def members(folder: Path) -> None:
    """Acme has two made-up members."""
    write_book(folder, {"acme/members.yaml": json.dumps(MEMBERS).encode(), "acme/payer.yaml": json.dumps(EDI).encode()})


def test_a_report_is_a_page_with_the_plans_standing_and_costs(cli: Cli) -> None:
    result = cli("eligibility", "--payer", "acme", "--member", "DEMO1", "--date", "2026-12-01")
    assert result.exit_code == 0
    assert "active" in result.output
    assert "Acme PPO" in result.output
    assert "$30" in result.output


def test_json_holds_the_same_with_the_payers_own_codes(cli: Cli) -> None:
    result = cli("eligibility", "--payer", "acme", "--member", "DEMO1", "--date", "2026-12-01", "--json")
    shown = json.loads(result.output)
    assert (shown["state"], shown["adapter"]) == ("active", "mock")
    assert {"1", "B"} <= {statement["code"] for statement in shown["statements"]}


def test_a_refusal_ends_with_a_failure_in_plain_words_and_what_to_do(cli: Cli) -> None:
    result = cli("eligibility", "--payer", "acme", "--member", "DEMO2")
    assert result.exit_code == 1
    assert "the member id is wrong or missing" in result.output


def test_without_a_member_the_command_says_what_to_name(cli: Cli) -> None:
    result = cli("eligibility", "--payer", "acme")
    assert result.exit_code == 2
    assert "--member" in result.output


def test_a_check_with_a_member_asks_the_payer(cli: Cli) -> None:
    asked = (
        "check",
        "--payer",
        "acme",
        "--line",
        "commercial",
        "--part",
        "esketamine",
        "--date",
        "2026-12-01",
        "--json",
        "--member",
        "DEMO1",
    )
    assert json.loads(cli(*asked).output)["eligibility"]["state"] == "active"


@pytest.fixture
def clearinghouse(folder: Path) -> Iterator[int]:
    """`covercheck mock-payer` as a process."""
    port = free_port()
    with server("covercheck", "mock-payer", "--port", str(port), "--payers", str(folder), port=port):
        yield port


@pytest.mark.parametrize(("path", "adapter"), [("x12", "x12"), ("json", "json"), ("fhir", "fhir")])
def test_the_wire_is_shown_with_everything_personal_masked(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, clearinghouse: int, path: str, adapter: str
) -> None:
    monkeypatch.setenv("COVERCHECK_ELIGIBILITY_ADAPTER", adapter)
    monkeypatch.setenv("COVERCHECK_ELIGIBILITY_ENDPOINT", f"http://127.0.0.1:{clearinghouse}/{path}")
    monkeypatch.setenv("COVERCHECK_CLINIC_NPI", "1234567893")
    monkeypatch.setenv("COVERCHECK_CLINIC_NAME", "HARBOR CLINIC")
    asked = (
        "eligibility",
        "--payer",
        "acme",
        "--member",
        "DEMO1",
        "--first-name",
        "Ada",
        "--last-name",
        "Marlow",
        "--date-of-birth",
        "1985-03-02",
    )
    told = cli(*asked, "--date", "2026-12-01")
    assert told.exit_code == 0, told.output
    raw = cli(*asked, "--date", "2026-12-01", "--raw").output
    assert len(raw) > 300
    for personal in ("DEMO1", "Marlow", "MARLOW", "1985-03-02", "19850302"):
        assert personal not in raw


def test_an_unknown_fault_is_refused_with_the_known_ones(cli: Cli) -> None:
    result = cli("mock-payer", "--fault", "gremlins")
    assert result.exit_code == 2
    assert "throttled" in result.output
