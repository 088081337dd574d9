"""Rules are of all organisations alike: who keeps them is said by organisation and role, and nobody learns of another's checks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from covercheck.records.roles import ROLES, SHARED, Role, may
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.routes import OPERATIONS
from tests.cli.conftest import write_book
from tests.web.conftest import Client
from tests.web.keepers import FILE, Desk, desk
from tests.web.serving import Clock, Log
from tests.web.test_reloading import rules

SHARED_ROUTES = [operation for operation in OPERATIONS if operation.action in SHARED]


@pytest.fixture
async def one(tmp_path: Path, log: Log) -> AsyncIterator[Desk]:
    folder = write_book(tmp_path / "payers", rules("18"))
    async with desk(folder, tmp_path / "data", Clock(), log) as opened:
        yield opened


def stranger(one: Desk, role: Role) -> dict[str, str]:
    """Somebody of an organisation that does not keep the rules."""
    assert one.client.app is not None
    text = one.client.app[MEMORY].records.tokens.create("lighthouse", role, "stranger", one.client.app[CLOCK]())[1]
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", SHARED_ROUTES, ids=lambda operation: operation.id)
async def test_no_role_of_another_organisation_reaches_what_all_share(one: Desk, operation: Any, role: Role) -> None:
    path = operation.path.replace("{id}", "drf_1").replace("{number}", "1")
    response = await one.client.request(operation.method, path, json={}, headers=stranger(one, role))
    assert response.status == 403
    if may(role, operation.action):
        assert "COVERCHECK_RULE_KEEPERS" in (await response.json())["detail"]


async def test_another_organisations_admins_can_not_publish_for_everybody(one: Desk) -> None:
    head = stranger(one, "admin")
    written = await one.client.post("/v1/rulebook/drafts", json={"note": "x", "written": {FILE: "x"}}, headers=head)
    assert written.status == 403
    name = await one.approved("65")
    assert (await one.client.post(f"/v1/rulebook/drafts/{name}/publish", json={}, headers=head)).status == 403
    assert await one.result(20) == "likely_covered"


async def test_pages_are_kept_from_them_too(one: Desk) -> None:
    client: Client = one.client
    token = stranger(one, "admin")["Authorization"].removeprefix("Bearer ")
    await client.post("/sign-in", data={"token": token}, headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False)
    for path in ("/rules/drafts", "/rules/releases", "/payers/reports"):
        assert (await client.get(path)).status == 403
    assert "Drafts of rules" not in await (await client.get("/payers")).text()


async def test_everybody_may_still_ask_and_see_which_rules_are_in_force(one: Desk) -> None:
    told = await one.client.get("/v1/rulebook", headers=stranger(one, "billing"))
    assert (told.status, (await told.json())["release"]) == (200, 1)


async def test_a_replay_names_checks_to_the_organisation_that_asked_for_it_alone(tmp_path: Path, log: Log) -> None:
    folder = write_book(tmp_path / "payers", rules("18"))
    async with desk(folder, tmp_path / "data", Clock(), log, rule_keepers="harbor,lighthouse") as opened:
        await opened.result(20)
        name = (await opened.write("21"))["draft"]["id"]
        assert (await opened.post("ann", f"drafts/{name}/impact", days=7)).status == 200
        await opened.replayed(name)
        for headers, names_it in (({"Authorization": f"Bearer {opened.tokens['bob']}"}, True), (stranger(opened, "auditor"), False)):
            text = await (await opened.client.get(f"/v1/rulebook/drafts/{name}", headers=headers)).text()
            assert ("chk_" in text) is names_it
            assert '"flipped":1' in text
