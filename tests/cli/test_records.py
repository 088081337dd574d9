"""Commands on the memory: tokens, audit, replay, export, hold, keys, backup."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from covercheck.records.vault import FILE
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.serve import load_checker, now
from tests.cli.conftest import Cli
from tests.web.serving import Log

MEMBER = {"id": "ZQX99110042", "first_name": "Wilhelmina", "date_of_birth": "1961-07-09"}
QUESTION = {"payer": "acme", "plan": {"line": "commercial", "state": "MA"}, "date_of_service": "2026-12-01", "parts": ["esketamine"]}


def asked(**changes: Any) -> str:
    """A check that the service recorded; its id."""
    return asyncio.run(_asked(changes))


async def _asked(changes: dict[str, Any]) -> str:
    settings = Settings()
    async with TestClient(TestServer(create_app(load_checker(settings), settings, now, Log().stream, pause=0))) as client:
        response = await client.post("/v1/checks", json={**QUESTION, **changes})
        answer = await response.json()
    return str(answer["id"])


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(cli: Cli) -> None:
    made = json.loads(cli("token", "create", "--role", "billing", "--name", "front desk", "--json").stdout)
    assert made["token"].startswith(f"cck_{made['id']}_")
    listed = cli("token", "list")
    assert made["id"] in listed.output
    assert made["token"] not in listed.output
    assert cli("token", "revoke", made["id"]).exit_code == 0
    assert cli("token", "revoke", made["id"]).exit_code == 1
    assert "revoked" in cli("token", "list").output


def test_without_a_token_the_list_says_who_is_let_in(cli: Cli) -> None:
    assert "this machine alone" in cli("token", "list").output


def test_a_check_is_replayed_with_the_rules_of_its_day_though_they_changed_since(cli: Cli, folder: Path) -> None:
    check = asked(member=MEMBER)
    policy = folder / "acme" / "101.yaml"
    policy.write_text(policy.read_text().replace("at_least: '18'", "at_least: '65'").replace('at_least: "18"', 'at_least: "65"'))
    result = cli("replay", check)
    assert result.exit_code == 0, result.output
    assert "the same bytes again" in result.stderr
    assert json.loads(result.stdout)["id"] == check


def test_an_unknown_check_is_told_as_such(cli: Cli) -> None:
    assert cli("replay", "chk_none").exit_code == 1


def test_the_audit_names_the_deed_and_verifies(cli: Cli) -> None:
    asked()
    result = json.loads(cli("audit", "verify", "--json").stdout)
    assert result["whole"] is True
    assert result["entries"] == 1
    cli("token", "list")
    cli("token", "create", "--role", "ops", "--name", "x")
    assert json.loads(cli("audit", "verify", "--json").stdout)["entries"] == 2


def test_everything_of_one_member_is_exported_and_nothing_of_another(cli: Cli) -> None:
    mine = asked(member=MEMBER)
    asked(member={**MEMBER, "id": "ZQX99110043"})
    told = json.loads(cli("records", "export", "--payer", "Acme Health", "--member", "zqx 9911-0042").stdout)
    assert [check["answer"]["id"] for check in told["checks"]] == [mine]
    assert told["checks"][0]["question"]["member"]["first_name"] == "Wilhelmina"


def test_a_check_is_put_on_hold_and_let_go(cli: Cli) -> None:
    check = asked()
    assert cli("records", "hold", check).exit_code == 0
    assert cli("records", "hold", check, "--off").exit_code == 0
    assert cli("records", "hold", "chk_none").exit_code == 1
    assert cli("records", "hold", check, "--org", "lighthouse").exit_code == 1


def test_a_backup_holds_what_was_recorded_and_opens_with_the_key(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = asked()
    old, new = Settings().data_dir, tmp_path / "restored"
    assert cli("records", "backup", str(tmp_path / "copy.sqlite3")).exit_code == 0
    assert cli("records", "backup", str(tmp_path / "copy.sqlite3")).exit_code == 2
    new.mkdir()
    (tmp_path / "copy.sqlite3").rename(new / "covercheck.sqlite3")
    monkeypatch.setenv("COVERCHECK_DATA_DIR", str(new))
    lost = cli("replay", check)
    assert lost.exit_code == 1
    assert "key file" in lost.output
    (new / FILE).write_bytes((old / FILE).read_bytes())
    (new / FILE).chmod(0o600)
    assert cli("replay", check).exit_code == 0


def test_after_a_rotation_old_checks_are_still_opened(cli: Cli) -> None:
    check = asked(member=MEMBER)
    assert cli("key", "rotate").exit_code == 0
    newer = asked(member=MEMBER)
    assert [cli("replay", name).exit_code for name in (check, newer)] == [0, 0]


def test_a_correction_stands_beside_the_check_which_stays_as_it_was_given(cli: Cli) -> None:
    check = asked(member=MEMBER)
    before = cli("replay", check).stdout
    assert cli("records", "correct", check, "--note", "Another Wilhelmina: the card was misread.").exit_code == 0
    assert cli("replay", check).stdout == before
    told = json.loads(cli("records", "export", "--payer", "acme", "--member", MEMBER["id"]).stdout)
    assert [one["note"] for one in told["checks"][0]["corrections"]] == ["Another Wilhelmina: the card was misread."]
    assert b"Wilhelmina" not in b"".join(path.read_bytes() for path in Settings().data_dir.iterdir())
    assert cli("records", "correct", "chk_none", "--note", "x").exit_code == 1
    assert cli("audit", "verify").exit_code == 0
