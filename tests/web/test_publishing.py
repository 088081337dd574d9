"""Rules come into force by being published: written by one, approved by another, followed by every instance, never half."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from sqlalchemy import select, text

from covercheck.checks.check import Checker
from covercheck.records.tables import audit
from covercheck.rules import load_files
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from covercheck.web.publishing.starting import NoRelease
from covercheck.web.serve import load_checker
from tests.cli.conftest import write_book
from tests.web.keepers import FILE, Desk, desk
from tests.web.serving import Clock, Log
from tests.web.test_reloading import rules


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path / "payers", rules("18"))


@pytest.fixture
async def one(folder: Path, tmp_path: Path, clock: Clock, log: Log) -> AsyncIterator[Desk]:
    async with desk(folder, tmp_path / "data", clock, log) as opened:
        yield opened


async def problem(response: ClientResponse) -> tuple[int, str]:
    return response.status, str((await response.json())["type"]).removeprefix("/problems/")


async def test_the_folder_is_the_first_release_and_then_not_looked_at(one: Desk, folder: Path) -> None:
    told = await one.get("/v1/rulebook/releases")
    assert [(release["number"], release["author"], release["is_in_force"]) for release in told["releases"]] == [(1, "first start", True)]
    write_book(folder, rules("65"))
    assert await problem(await one.post("ann", "reload")) == (409, "rules-from-releases")
    assert await one.result() == "likely_covered"
    rulebook = await one.get("/v1/rulebook")
    assert (rulebook["mode"], rulebook["release"], rulebook["refused_release"]) == ("releases", 1, None)


async def test_a_draft_tells_whether_it_is_sound_and_what_it_means(one: Desk) -> None:
    told = await one.write("21")
    assert (told["is_sound"], told["is_outdated"], told["draft"]["state"], told["draft"]["base"]) == (True, False, "open", 1)
    (file,) = told["diff"]["files"]
    assert file["verdict"] == "meaning"
    assert "limit, at least 18 → 21" in file["changes"][0]["text"]
    assert file["examples"][0]["before"] == "likely_covered"
    assert told["next"].startswith("Somebody else")
    assert await one.get(told["draft"]["href"]) == told
    assert [draft["id"] for draft in (await one.get("/v1/rulebook/drafts"))["drafts"]] == [told["draft"]["id"]]


async def test_what_one_wrote_and_another_approved_comes_into_force(one: Desk) -> None:
    assert await one.result(20) == "likely_covered"
    release = await one.published("21")
    assert (release["number"], release["is_in_force"], release["reason"]) == (2, True, "adults of 21")
    assert await one.result(20) == "likely_not_covered"
    rulebook = await one.get("/v1/rulebook")
    assert (rulebook["release"], rulebook["digest"]) == (2, release["digest"])
    assert release["author"] != release["approver"]
    draft = await one.get(f"/v1/rulebook/drafts/{release['draft']}")
    assert (draft["draft"]["state"], draft["draft"]["release"]) == ("published", 2)


async def test_nobody_approves_a_draft_of_their_own(one: Desk) -> None:
    name = (await one.write("21"))["draft"]["id"]
    assert await problem(await one.post("ann", f"drafts/{name}/approve", reason="mine")) == (409, "own-draft")
    assert await problem(await one.post("ann", f"drafts/{name}/publish")) == (409, "draft-state")
    assert await one.result(20) == "likely_covered"


async def test_a_draft_with_a_syntax_error_is_kept_with_its_place_and_goes_no_further(one: Desk) -> None:
    response = await one.post("ann", "drafts", note="half", written={FILE: "policy: acme/101\nlines: [\n"})
    told = await response.json()
    assert (told["is_sound"], told["diff"]) == (False, None)
    assert (told["findings"][0]["file"], told["findings"][0]["line"], told["findings"][0]["level"]) == (FILE, 3, "error")
    name = told["draft"]["id"]
    for step, body in (("approve", {"reason": "fine"}), ("impact", {})):
        assert await problem(await one.post("bob", f"drafts/{name}/{step}", **body)) == (409, "draft-unsound")


async def test_a_draft_whose_cases_fail_can_not_be_approved(one: Desk) -> None:
    text = rules("18")[FILE].decode().replace("result: likely_covered", "result: likely_not_covered", 1)
    told = await (await one.post("ann", "drafts", note="wrong case", written={FILE: text})).json()
    assert not told["is_sound"]
    assert await problem(await one.post("bob", f"drafts/{told['draft']['id']}/approve", reason="fine")) == (409, "draft-unsound")


async def test_a_draft_on_an_outdated_release_is_refused_with_the_newest(one: Desk) -> None:
    early = await one.approved("30")
    late = (await one.write("40"))["draft"]["id"]
    await one.published("21")
    refused = await one.post("ann", f"drafts/{early}/publish")
    assert await problem(refused) == (409, "draft-outdated")
    detail = (await refused.json())["detail"]
    assert "The newest release is 2." in detail
    assert f"It changed {FILE} too" in detail, "to send the same file again would undo that release"
    assert await problem(await one.post("bob", f"drafts/{late}/approve", reason="fine")) == (409, "draft-outdated")
    told = await one.get(f"/v1/rulebook/drafts/{late}")
    assert (told["is_outdated"], told["changed_meanwhile"]) == (True, [FILE])
    await one.write("40", base=2)
    assert (await one.get("/v1/rulebook"))["release"] == 2


async def test_a_release_comes_into_force_at_its_moment_and_not_before(one: Desk, clock: Clock) -> None:
    moment = clock() + timedelta(days=1)
    release = await one.published("21", effective_at=moment.isoformat())
    assert (release["is_in_force"], release["standing"]) == (False, "to_come")
    for forward, expected in ((86_399, "likely_covered"), (1, "likely_not_covered"), (1, "likely_not_covered")):
        clock.forward(seconds=forward)
        await one.follow()
        assert await one.result(20) == expected


async def test_nothing_comes_into_force_before_the_release_it_follows(one: Desk, clock: Clock) -> None:
    await one.published("21", effective_at=(clock() + timedelta(days=2)).isoformat())
    name = await one.approved("30")
    early = await one.post("ann", f"drafts/{name}/publish", effective_at=(clock() + timedelta(days=1)).isoformat())
    assert await problem(early) == (409, "pending-release")
    same = await one.post("ann", f"drafts/{name}/publish", effective_at=(clock() + timedelta(days=2)).isoformat())
    assert same.status == 200
    clock.forward(days=2)
    await one.follow()
    assert (await one.get("/v1/rulebook"))["release"] == 3


async def test_to_go_back_is_a_release_of_its_own(one: Desk) -> None:
    await one.published("21")
    told = await (await one.post("bob", "releases/1/rollback", reason="the bulletin says 18 after all")).json()
    assert (told["number"], told["restores"], told["is_in_force"]) == (3, 1, True)
    assert await one.result(20) == "likely_covered"
    listed = await one.get("/v1/rulebook/releases")
    assert [release["number"] for release in listed["releases"]] == [3, 2, 1]
    assert listed["releases"][0]["digest"] == listed["releases"][2]["digest"]
    assert await one.get("/v1/rulebook/releases/3") == told


async def test_going_back_sets_aside_what_was_still_to_come(one: Desk, clock: Clock) -> None:
    await one.published("21", effective_at=(clock() + timedelta(days=1)).isoformat())
    assert (await (await one.post("ann", "releases/1/rollback", reason="a mistake")).json())["is_in_force"] is True
    for _ in range(2):
        assert (await one.get("/v1/rulebook"))["release"] == 3
        assert await one.result(20) == "likely_covered"
        listed = (await one.get("/v1/rulebook/releases"))["releases"]
        assert [release["standing"] for release in listed] == ["in_force", "set_aside", "past"]
        clock.forward(days=1)
        await one.follow()


async def test_going_back_is_urgent_and_does_not_wait_for_a_release_to_come(one: Desk, clock: Clock) -> None:
    await one.published("21")
    await one.published("30", effective_at=(clock() + timedelta(days=30)).isoformat())
    assert await one.result(20) == "likely_not_covered"
    told = await (await one.post("bob", "releases/1/rollback", reason="20 is covered")).json()
    assert (told["number"], told["standing"]) == (4, "in_force")
    assert await one.result(20) == "likely_covered"
    clock.forward(days=31)
    await one.follow()
    assert await one.result(20) == "likely_covered"


async def test_a_withdrawn_draft_goes_no_further(one: Desk) -> None:
    name = await one.approved("21")
    assert (await (await one.post("ann", f"drafts/{name}/withdraw")).json())["draft"]["state"] == "withdrawn"
    assert await problem(await one.post("ann", f"drafts/{name}/publish")) == (409, "draft-state")
    released = await one.published("30")
    assert await problem(await one.post("ann", f"drafts/{released['draft']}/withdraw")) == (409, "draft-state")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"written": {"../../etc/passwd": "x"}}, "/written/..~1..~1etc~1passwd"),
        ({"written": {"/acme/101.yaml": "x"}}, "/written/~1acme~1101.yaml"),
        ({"written": {"acme/sub/101.yaml": "x"}}, "/written/acme~1sub~1101.yaml"),
        ({"written": {"acme/101.py": "x"}}, "/written/acme~1101.py"),
        ({"written": {"acme/10\x001.yaml": "x"}}, "/written/acme~110\x001.yaml"),
        ({"written": {FILE: "x" * 1_000_001}}, "/written/acme~1101.yaml"),
        ({"removed": ["acme/none.yaml"]}, "/removed/0"),
        ({}, "/written"),
        ({"written": {FILE: 3}}, "/written/acme~1101.yaml"),
        ({"written": {FILE: "x"}, "extra": 1}, "/extra"),
    ],
    ids=["dots", "root", "deep", "no-rule-file", "control", "too-long", "not-there", "nothing", "no-text", "unknown-key"],
)
async def test_an_unfit_draft_is_refused_with_the_place(one: Desk, body: dict[str, Any], pointer: str) -> None:
    response = await one.post("ann", "drafts", note="x", **body)
    assert response.status == 422
    assert pointer in [error["pointer"] for error in (await response.json())["errors"]]
    assert (await one.get("/v1/rulebook/drafts"))["drafts"] == []


async def test_a_draft_larger_than_any_rulebook_is_not_read(one: Desk) -> None:
    body = io.BytesIO(b'{"note": "x", "written": {"acme/101.yaml": "' + b"x" * 4_100_000 + b'"}}')
    headers = {"Authorization": f"Bearer {one.tokens['ann']}", "Content-Type": "application/json"}
    response = await one.client.post("/v1/rulebook/drafts", data=body, headers=headers)
    assert await problem(response) == (413, "too-large")


async def test_what_is_not_there_is_told(one: Desk) -> None:
    assert await problem(await one.post("bob", "drafts/drf_none/approve", reason="x")) == (404, "unknown-draft")
    for number in ("99", "0", "nine", "9" * 30):
        assert await problem(await one.post("bob", f"releases/{number}/rollback", reason="x")) == (404, "unknown-release")
    assert await problem(await one.post("ann", "drafts", note="x", base=9, removed=[FILE])) == (404, "unknown-release")


async def test_recorded_checks_are_replayed_against_a_draft_and_what_flips_is_told(one: Desk) -> None:
    for age in (17, 18, 20, 21):
        await one.result(age)
    name = (await one.write("21"))["draft"]["id"]
    begun = await (await one.post("ann", f"drafts/{name}/impact", days=7)).json()
    assert begun["impact"]["state"] == "running"
    for _ in range(400):
        impact = (await one.get(f"/v1/rulebook/drafts/{name}"))["impact"]
        if impact["state"] != "running":
            break
        await asyncio.sleep(0.05)
    assert impact["state"] == "done"
    recorded = impact["found"]["recorded_checks"]
    assert (recorded["asked"], recorded["flipped"], recorded["unreplayed"]) == (4, 2, {})
    assert impact["found"]["cases"]["flipped"] == 2
    assert all(some["name"].startswith("chk_") for group in recorded["flips"] for some in group["some"])


async def test_rules_from_files_can_be_tried_and_not_published(folder: Path, tmp_path: Path, clock: Clock, log: Log) -> None:
    async with desk(folder, tmp_path / "data", clock, log, rules="files", watch=False) as tried:
        assert (await tried.get("/v1/rulebook/releases")) == {"releases": [], "in_force": None, "next": None}
        told = await tried.write("21")
        assert (told["is_sound"], told["draft"]["base"]) == (True, None)
        name = await tried.approved("21")
        assert await problem(await tried.post("ann", f"drafts/{name}/publish")) == (409, "rules-from-files")
        write_book(folder, rules("30"))
        assert (await tried.post("ann", "reload")).status == 200
        assert (await tried.get(f"/v1/rulebook/drafts/{name}"))["is_outdated"] is True


async def test_two_who_publish_at_once_do_not_both_win(one: Desk) -> None:
    first, second = await one.approved("21"), await one.approved("30")
    told = await asyncio.gather(one.post("ann", f"drafts/{first}/publish"), one.post("bob", f"drafts/{second}/publish"))
    assert sorted(response.status for response in told) == [200, 409]
    assert [release["number"] for release in (await one.get("/v1/rulebook/releases"))["releases"]] == [2, 1]


async def test_after_a_restart_the_release_serves_and_not_the_folder(folder: Path, tmp_path: Path, clock: Clock, log: Log) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as before:
        await before.published("21")
    async with desk(folder, tmp_path / "data", clock, log) as after:
        assert (await after.get("/v1/rulebook"))["release"] == 2
        assert await after.result(20) == "likely_not_covered"


async def test_the_service_does_not_begin_without_a_release_that_it_can_serve(folder: Path, tmp_path: Path, clock: Clock, log: Log) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as before:
        assert before.client.app is not None
        damaged = text("UPDATE rulebooks SET files = x'789c030000000001'")
        before.client.app[MEMORY].records.database.write(lambda connection: connection.execute(damaged))
    write_book(folder, rules("65"))
    chosen = Settings(payers=folder, data_dir=tmp_path / "data", rules="releases")
    with pytest.raises(NoRelease, match="release 1: its rulebook can't be read"):
        load_checker(chosen, clock)
    runner = web.AppRunner(create_app(Checker.of(load_files(rules("65"))), chosen, clock, log.stream, pause=0))
    with pytest.raises(NoRelease, match="release 1"):
        await runner.setup()
    await runner.cleanup()


async def test_an_instance_looks_for_releases_by_itself(folder: Path, tmp_path: Path, clock: Clock, log: Log) -> None:
    async with (
        desk(folder, tmp_path / "data", clock, log, release_seconds=0.1) as one,
        desk(folder, tmp_path / "data", clock, log, release_seconds=0.1) as other,
    ):
        await one.published("21")
        for _ in range(200):
            if (await other.get("/v1/rulebook"))["release"] == 2:
                break
            await asyncio.sleep(0.05)
        assert await other.result(20) == "likely_not_covered"


@pytest.mark.parametrize(("who", "sees", "changes"), [("clinic", False, False), ("eve", True, False), ("ann", True, True)])
async def test_only_keepers_of_rules_change_them_and_auditors_look_on(one: Desk, who: str, sees: bool, changes: bool) -> None:
    headers = {"Authorization": f"Bearer {one.tokens[who]}"}
    seen = await one.client.get("/v1/rulebook/drafts", headers=headers)
    assert (seen.status == 200) is sees
    written = await one.post(who, "drafts", note="x", written={FILE: rules("30")[FILE].decode()})
    assert (written.status == 200) is changes


async def test_every_step_is_in_the_audit(one: Desk) -> None:
    await one.published("21")
    assert one.client.app is not None
    rows = one.client.app[MEMORY].records.database.read(
        lambda connection: connection.execute(select(audit.c.object).where(audit.c.action == "rulebook.change")).scalars().all()
    )
    assert [row.rpartition(": ")[2] for row in rows] == ["written", "approved", "release 2 published"]
