"""Releases on one database: every instance follows, and one that can't take a release keeps what it has."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from covercheck.checks.check import Checker
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import open_records
from covercheck.rules import load_files
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from covercheck.web.publishing.desk import DESK
from tests.cli.conftest import write_book
from tests.web.keepers import Desk, desk
from tests.web.serving import Clock, Log
from tests.web.test_reloading import rules


async def test_every_instance_follows_and_one_that_can_not_keeps_what_it_has(tmp_path: Path, url: str | None) -> None:
    folder, clock, log = write_book(tmp_path / "payers", rules("18")), Clock(), Log()
    async with AsyncExitStack() as stack:
        instances = [await stack.enter_async_context(desk(folder, tmp_path / "data", clock, log, database_url=url)) for _ in range(3)]
        first, _, third = instances
        assert [len((await one.get("/v1/rulebook/releases"))["releases"]) for one in instances] == [1, 1, 1]
        fails = AttemptFails(third)
        release = await first.published("21")
        for one in instances:
            await one.follow()
        assert [await one.result(20) for one in instances] == ["likely_not_covered", "likely_not_covered", "likely_covered"]
        told = await third.get("/v1/rulebook")
        assert (told["release"], told["refused_release"]) == (1, 2)
        assert (await third.get("/readyz"))["refused"]
        assert (
            "covercheck_rulebook_refused 1.0"
            in await (await third.client.get("/metrics", headers={"Authorization": f"Bearer {third.tokens['ann']}"})).text()
        )
        fails.mended()
        await third.follow()
        assert (await third.get("/v1/rulebook"))["release"] == 1, "it is left alone for a minute"
        clock.forward(seconds=60)
        await third.follow()
        told = await third.get("/v1/rulebook")
        assert (told["release"], told["refused_release"], told["digest"]) == (2, None, release["digest"])


async def test_two_who_publish_at_once_on_two_instances_do_not_both_win(tmp_path: Path, url: str | None) -> None:
    folder, clock, log = write_book(tmp_path / "payers", rules("18")), Clock(), Log()
    async with (
        desk(folder, tmp_path / "data", clock, log, database_url=url) as here,
        desk(folder, tmp_path / "data", clock, log, database_url=url) as there,
    ):
        drafts = [await here.approved("21"), await here.approved("30")]
        told = await asyncio.gather(*(one.post("ann", f"drafts/{draft}/publish") for one, draft in zip((here, there), drafts, strict=True)))
        assert sorted(response.status for response in told) == [200, 409]
        (lost,) = [await response.json() for response in told if response.status == 409]
        assert lost["type"] == "/problems/draft-outdated"
        assert "The newest release is 2." in lost["detail"]
        digests = set()
        for one in (here, there):
            await one.follow()
            assert (await one.get("/v1/rulebook"))["release"] == 2
            digests.add((await one.get("/readyz"))["rulebook"])
        assert len(digests) == 1
        states = [(await there.get(f"/v1/rulebook/drafts/{draft}"))["draft"]["state"] for draft in drafts]
        assert sorted(states) == ["approved", "published"], "nothing lost: who came second still has the draft"


async def test_of_two_first_starts_at_once_with_different_folders_both_serve_the_same(tmp_path: Path, url: str | None) -> None:
    clock, log = Clock(), Log()
    folders = [write_book(tmp_path / age, rules(age)) for age in ("18", "65")]
    checkers = [Checker.of(load_files(rules(age))) for age in ("18", "65")]
    usual: dict[str, Any] = {"rules": "releases", "release_seconds": 3_600, "data_dir": tmp_path / "data", "database_url": url}
    await open_records(url, tmp_path / "data", None, clock()).close()
    apps = [
        create_app(checker, Settings(payers=at, **usual), clock, log.stream, pause=0) for checker, at in zip(checkers, folders, strict=True)
    ]
    async with AsyncExitStack() as stack:
        clients = await asyncio.gather(*(stack.enter_async_context(TestClient(TestServer(app))) for app in apps))
        told = [await (await client.get("/readyz")).json() for client in clients]
    assert [one["release"] for one in told] == [1, 1]
    assert len({one["rulebook"] for one in told}) == 1


class AttemptFails:
    """An instance whose reading of kept rulebooks gives something broken, as a failing disk or an older program would."""

    def __init__(self, broken: Desk) -> None:
        assert broken.client.app is not None
        self.desk = broken.client.app[DESK]
        self.whole = self.desk.files_of

        async def half(digest: str) -> dict[str, bytes]:
            return {name: data[: len(data) // 2] for name, data in (await self.whole(digest)).items()}

        self.desk.files_of = half

    def mended(self) -> None:
        self.desk.files_of = self.whole


@pytest.mark.parametrize("change", ["UPDATE releases SET reason = 'another'", "DELETE FROM releases"])
async def test_the_database_itself_refuses_to_change_a_release(tmp_path: Path, url: str | None, change: str) -> None:
    folder, clock, log = write_book(tmp_path / "payers", rules("18")), Clock(), Log()
    async with desk(folder, tmp_path / "data", clock, log, database_url=url) as one:
        assert one.client.app is not None
        database = one.client.app[MEMORY].records.database
        with pytest.raises((DBAPIError, RecordsUnavailable)):
            database.write(lambda connection: connection.execute(text(change)))
        assert [release["number"] for release in (await one.get("/v1/rulebook/releases"))["releases"]] == [1]
