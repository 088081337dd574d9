"""What goes wrong while rules are published: said aloud, the last good rules in force, nothing made twice."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from covercheck.checks import renewing
from covercheck.settings import Settings
from covercheck.web import reloading
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from covercheck.web.publishing import replaying
from covercheck.web.publishing.desk import DESK
from covercheck.web.serve import load_checker, serve
from tests.cli.conftest import write_book
from tests.web.keepers import FILE, Desk, desk
from tests.web.serving import Clock, Log
from tests.web.test_publishing import problem
from tests.web.test_reloading import rules, until


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


def damage(one: Desk, number: int) -> None:
    """The kept rulebook of a release is no more what it was."""
    assert one.client.app is not None
    change = text("UPDATE rulebooks SET files = x'00' WHERE digest = (SELECT digest FROM releases WHERE number = :n)")
    one.client.app[MEMORY].records.database.write(lambda connection: connection.execute(change, {"n": number}))


@pytest.mark.parametrize("left", ["nothing", "half a file"])
async def test_once_something_is_published_a_restart_does_not_need_the_folder(
    folder: Path, tmp_path: Path, clock: Clock, log: Log, left: str
) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as before:
        await before.published("21")
    if left == "nothing":
        shutil.rmtree(folder)
    else:
        (folder / FILE).write_bytes(b"policy: acme/101\nlines: [")
    async with desk(folder, tmp_path / "data", clock, log) as after:
        assert (await after.get("/v1/rulebook"))["release"] == 2
        assert await after.result(20) == "likely_not_covered"


async def test_a_restart_takes_the_newest_release_that_can_be_read_and_says_which_it_could_not(
    folder: Path, tmp_path: Path, clock: Clock, log: Log
) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as before:
        await before.published("21")
        await before.published("65", effective_at=(clock() + timedelta(days=1)).isoformat())
        assert (await before.post("ann", "releases/1/rollback", reason="18 after all")).status == 200
        assert (await before.write("30"))["draft"]["base"] == 4
        await before.published("30")
        damage(before, 5)
    async with desk(folder, tmp_path / "data", clock, log) as after:
        told = await after.get("/v1/rulebook")
        assert (told["release"], told["refused_release"]) == (4, 5), "release 3 lies below 5 too, but its moment has not come"
        ready = await after.get("/readyz")
        assert (ready["release"], ready["refused_release"]) == (4, 5)
        assert "release 5" in ready["refused"][0]
        headers = {"Authorization": f"Bearer {after.tokens['ann']}"}
        assert "covercheck_rulebook_refused 1.0" in await (await after.client.get("/metrics", headers=headers)).text()


async def test_a_release_whose_rulebook_is_lost_is_told_everywhere(folder: Path, tmp_path: Path, clock: Clock, log: Log) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as one, desk(folder, tmp_path / "data", clock, log) as other:
        await one.published("21")
        damage(one, 2)
        await other.follow()
        assert (await other.get("/v1/rulebook"))["refused_release"] == 2
        assert "can't be read from the database" in (await other.get("/readyz"))["refused"][0]
        assert any(line["event"] == "rulebook_refused" and line["level"] == "error" for line in log.lines)
        assert await other.result(20) == "likely_covered"


async def test_a_rulebook_that_is_not_the_one_published_is_not_served(folder: Path, tmp_path: Path, clock: Clock, log: Log) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as one, desk(folder, tmp_path / "data", clock, log) as other:
        release = await one.published("21")
        assert one.client.app is not None
        swap = text("UPDATE rulebooks SET files = (SELECT files FROM rulebooks WHERE digest != :d) WHERE digest = :d")
        one.client.app[MEMORY].records.database.write(lambda connection: connection.execute(swap, {"d": release["digest"]}))
        await other.follow()
        assert "not as it was published" in (await other.get("/readyz"))["refused"][0]


async def test_following_goes_on_after_whatever_failed(
    folder: Path, tmp_path: Path, clock: Clock, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        desk(folder, tmp_path / "data", clock, log) as one,
        desk(folder, tmp_path / "data", clock, log, release_seconds=0.05) as other,
    ):
        assert other.client.app is not None
        whole = other.client.app[DESK].files_of

        async def crash(_: str) -> dict[str, bytes]:
            raise MemoryError

        monkeypatch.setattr(other.client.app[DESK], "files_of", crash)
        await one.published("21")
        await until(lambda: any(line["event"] == "releases_not_followed" for line in log.lines))
        monkeypatch.setattr(other.client.app[DESK], "files_of", whole)
        clock.forward(seconds=61)
        for _ in range(200):
            if (await other.get("/v1/rulebook"))["release"] == 2:
                break
            await asyncio.sleep(0.05)
        assert await other.result(20) == "likely_not_covered"


async def test_rules_that_crash_the_loader_are_refused_and_told(one: Desk, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    name = await one.approved("21")

    def crash(*_: Any) -> renewing.Renewal:
        raise RecursionError

    monkeypatch.setattr(reloading, "renew", crash)
    assert (await one.post("ann", f"drafts/{name}/publish")).status == 200, "it is published; taking it here is another matter"
    told = await one.get("/v1/rulebook")
    assert (told["release"], told["refused_release"]) == (1, 2)
    assert "RecursionError" in (await one.get("/readyz"))["refused"][0]
    assert await one.result(20) == "likely_covered"


async def test_a_replay_whose_processes_died_is_told_and_can_be_begun_again(one: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await one.result(20)
    name = (await one.write("21"))["draft"]["id"]

    def died(*_: Any, **__: Any) -> None:
        raise BrokenProcessPool

    with monkeypatch.context() as broken:
        broken.setattr(replaying, "replay_all", died)
        await one.post("ann", f"drafts/{name}/impact", days=7)
        assert (await one.replayed(name))["state"] == "failed"
    await one.post("ann", f"drafts/{name}/impact", days=7)
    assert (await one.replayed(name))["state"] == "done"


async def test_a_draft_on_rules_that_can_not_be_read_any_more_is_shown_and_goes_no_further(
    folder: Path, tmp_path: Path, clock: Clock, log: Log
) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as before:
        name = await before.approved("30")
        await before.published("21")
        damage(before, 1)
    async with desk(folder, tmp_path / "data", clock, log) as after:
        told = await after.get(f"/v1/rulebook/drafts/{name}")
        assert (told["is_sound"], told["diff"], told["findings"][0]["id"]) == (False, None, "base-unreadable")
        assert await problem(await after.post("ann", f"drafts/{name}/publish")) == (409, "draft-unsound")
        assert await problem(await after.post("ann", "drafts", note="x", base=1, removed=[FILE])) == (404, "unknown-release")
        assert await problem(await after.post("ann", "releases/1/rollback", reason="x")) == (422, "rules-refused")
        headers = {"Authorization": f"Bearer {after.tokens['ann']}"}
        assert (await after.client.get("/v1/rulebook/releases/1/files", headers=headers)).status == 404


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (timedelta(minutes=-5, seconds=-1), 422),
        (timedelta(minutes=-5), 200),
        (timedelta(days=732), 200),
        (timedelta(days=732, seconds=1), 422),
    ],
)
async def test_a_moment_that_can_not_be_meant_is_refused(one: Desk, clock: Clock, moment: timedelta, status: int) -> None:
    name = await one.approved("21")
    response = await one.post("ann", f"drafts/{name}/publish", effective_at=(clock() + moment).isoformat())
    assert response.status == status
    if status == 200:
        assert (await response.json())["effective_at"] >= clock().isoformat(timespec="seconds"), "never before now"


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2027-01-01T00:00:00", "soon"])
async def test_a_moment_at_the_end_of_time_or_without_its_offset_is_refused(one: Desk, moment: str) -> None:
    name = await one.approved("21")
    for path in (f"drafts/{name}/publish", "releases/1/rollback"):
        body = {"effective_at": moment} | ({"reason": "x"} if "rollback" in path else {})
        response = await one.post("ann", path, **body)
        assert response.status == 422
        assert [error["pointer"] for error in (await response.json())["errors"]] == ["/effective_at"]


async def send(one: Desk, path: str, key: str, **body: Any) -> tuple[int, dict[str, Any], bool]:
    headers = {"Authorization": f"Bearer {one.tokens['ann']}", "Idempotency-Key": key}
    response = await one.client.post(f"/v1/rulebook/{path}", json=body, headers=headers)
    return response.status, await response.json(), response.headers.get("Idempotency-Replayed") == "true"


async def test_what_is_sent_twice_with_one_key_is_made_once(one: Desk) -> None:
    draft = {"note": "x", "written": {FILE: rules("21")[FILE].decode()}}
    first, second = await send(one, "drafts", "k", **draft), await send(one, "drafts", "k", **draft)
    assert (first[1]["draft"]["id"], first[2], second[2]) == (second[1]["draft"]["id"], False, True)
    assert len((await one.get("/v1/rulebook/drafts"))["drafts"]) == 1
    path = f"drafts/{await one.approved('30')}/publish"
    assert [(status, told["number"], again) for status, told, again in [await send(one, path, "k"), await send(one, path, "k")]] == [
        (200, 2, False),
        (200, 2, True),
    ]
    back = [await send(one, "releases/1/rollback", "k", reason="r") for _ in range(2)]
    assert [(told["number"], again) for _, told, again in back] == [(3, False), (3, True)]
    assert [release["number"] for release in (await one.get("/v1/rulebook/releases"))["releases"]] == [3, 2, 1]


async def test_many_at_once_with_one_key_make_one(one: Desk) -> None:
    told = await asyncio.gather(*(send(one, "releases/1/rollback", "k", reason="r") for _ in range(8)))
    assert {(status, body["number"]) for status, body, _ in told} == {(200, 2)}
    assert sum(not again for _, _, again in told) == 1


async def test_a_key_with_another_body_is_refused(one: Desk) -> None:
    await send(one, "releases/1/rollback", "k", reason="r")
    status, told, _ = await send(one, "releases/1/rollback", "k", reason="another")
    assert (status, told["type"]) == (422, "/problems/idempotency-key-reused")
    assert (await send(one, "releases/1/rollback", "k" * 201, reason="r"))[0] == 422


async def test_a_key_whose_publication_was_refused_is_free_for_the_next_attempt(one: Desk) -> None:
    name = (await one.write("21"))["draft"]["id"]
    path = f"drafts/{name}/publish"
    assert (await send(one, path, "k"))[0] == 409
    assert (await one.post("bob", f"drafts/{name}/approve", reason="fine")).status == 200
    assert (await send(one, path, "k"))[:1] == (200,)


async def test_to_approve_twice_is_to_approve_once(one: Desk) -> None:
    name = await one.approved("21")
    again = await one.post("bob", f"drafts/{name}/approve", reason="once more")
    assert (again.status, (await again.json())["draft"]["approval"]["reason"]) == (200, "read against the bulletin")


async def test_nothing_that_was_refused_stands_in_the_audit_as_done(one: Desk) -> None:
    early = await one.approved("30")
    await one.published("21")
    await one.post("ann", f"drafts/{early}/publish")
    released = (await one.get("/v1/rulebook/releases"))["releases"][0]["draft"]
    await one.post("ann", f"drafts/{released}/withdraw")
    assert one.client.app is not None
    rows = one.client.app[MEMORY].records.database.read(
        lambda connection: (
            connection.execute(text("SELECT object FROM audit WHERE action = 'rulebook.change' ORDER BY seq")).scalars().all()
        )
    )
    assert [row.rpartition(": ")[2] for row in rows] == ["written", "approved", "written", "approved", "release 2 published"]


async def test_the_files_of_a_release_are_read_to_begin_a_draft(one: Desk) -> None:
    await one.published("21")
    listed = await one.get("/v1/rulebook/releases/1/files")
    assert {file["path"] for file in listed["files"]} == set(rules("18"))
    assert all(file["text"] is None for file in listed["files"])
    (file,) = (await one.get(f"/v1/rulebook/releases/1/files?path={FILE}"))["files"]
    assert file["text"] == rules("18")[FILE].decode()
    headers = {"Authorization": f"Bearer {one.tokens['ann']}"}
    unknown = await one.client.get("/v1/rulebook/releases/1/files?path=acme/1O1.yaml", headers=headers)
    assert (unknown.status, (await unknown.json())["errors"][0]["nearest"][0]) == (422, FILE)


async def test_releases_are_read_page_by_page(one: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        assert (await one.post("ann", "releases/1/rollback", reason="again")).status == 200
    for module in ("covercheck.records.releases", "covercheck.web.publishing.releases"):
        monkeypatch.setattr(f"{module}.MOST_LISTED", 2)
    seen: list[tuple[int, str]] = []
    path = "/v1/rulebook/releases"
    while True:
        told = await one.get(path)
        assert told["in_force"] == 5, "on every page"
        seen += [(release["number"], release["standing"]) for release in told["releases"]]
        if told["next"] is None:
            break
        path = f"/v1/rulebook/releases?before={told['next']}"
    assert seen == [(5, "in_force"), (4, "past"), (3, "past"), (2, "past"), (1, "past")]
    headers = {"Authorization": f"Bearer {one.tokens['ann']}"}
    for unfit in ("0", "x", "-1", "9" * 20):
        assert (await one.client.get(f"/v1/rulebook/releases?before={unfit}", headers=headers)).status == 422


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
async def test_a_hangup_signal_looks_for_a_release_and_does_not_end_the_service(
    folder: Path, tmp_path: Path, clock: Clock, log: Log
) -> None:
    async with desk(folder, tmp_path / "data", clock, log) as other:
        settings = Settings(payers=folder, data_dir=tmp_path / "data", rules="releases", release_seconds=3_600, port=0)
        stop = asyncio.Event()
        service = asyncio.create_task(
            serve(create_app(load_checker(settings, clock), settings, clock, log.stream, pause=0), settings, stop)
        )
        await until(lambda: sum(line.get("why") == "release 1" for line in log.lines) >= 2)
        await other.published("21")
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: sum(line.get("why") == "release 2" for line in log.lines) >= 2)
        stop.set()
        await service
