"""The service dies in the middle of its work, or its database does: nothing that was acknowledged is lost, nothing wrong is said."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from covercheck.checks.memory.memory import Asker, Memory
from covercheck.records.audit import Whole, verify
from covercheck.records.opening import open_records
from covercheck.settings import Settings
from covercheck.web.app import create_app
from tests.books import files_of, policy
from tests.processes import ROOT, free_port
from tests.records.made_up import NOW
from tests.records.server import Server
from tests.web.serving import QUESTION, Clock, Log, small_checker

ROUNDS = int(os.environ.get("COVERCHECK_TEST_KILLS", "3"))
LOCAL = Asker("local", "local", "admin")


def payers_in(folder: Path) -> Path:
    """A small folder of rule files, so that a service starts quickly."""
    for name, data in files_of(policy()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


async def killed_under_load(environment: dict[str, str], chance: random.Random) -> list[tuple[str, bytes]]:
    """Start the service, ask many questions at once, kill it; what clients received whole."""
    port = free_port()
    command = [sys.executable, "-m", "covercheck", "serve", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
    received: list[tuple[str, bytes]] = []

    async def client(session: aiohttp.ClientSession) -> None:
        while True:
            response = await session.post(f"http://127.0.0.1:{port}/v1/checks", json=QUESTION)
            body = await response.read()
            if response.status == 200:
                received.append(((await response.json())["id"], body))

    async with aiohttp.ClientSession() as session:
        while True:
            try:
                await session.get(f"http://127.0.0.1:{port}/healthz")
                break
            except aiohttp.ClientError:
                assert process.returncode is None, "the service did not start"
                await asyncio.sleep(0.02)
        clients = [asyncio.create_task(client(session)) for _ in range(16)]
        await asyncio.sleep(chance.uniform(0.05, 0.6))
        process.send_signal(signal.SIGKILL)
        await process.wait()
        for task in clients:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
    return received


async def test_every_answer_a_client_received_is_there_after_a_kill(url: str | None, tmp_path: Path) -> None:
    chance = random.Random(20261124)
    data = tmp_path / "data"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'coverage'}{os.pathsep}{ROOT}",
        "COVERCHECK_PAYERS": str(payers_in(tmp_path / "payers")),
        "COVERCHECK_DATA_DIR": str(data),
        **({"COVERCHECK_DATABASE_URL": url} if url is not None else {}),
    }
    received: list[tuple[str, bytes]] = []
    for _ in range(ROUNDS):
        received += await killed_under_load(environment, chance)
    assert len(received) > ROUNDS
    records = open_records(url, data, None, NOW)
    try:
        memory = Memory(records)
        for check_id, body in received:
            kept = await memory.find(LOCAL, check_id)
            assert kept is not None
            assert kept.answer == body
        verdict = records.database.read(verify)
    finally:
        await records.close()
    assert isinstance(verdict, Whole)
    assert verdict.entries >= len(received)


async def test_while_the_database_is_away_nothing_is_answered_and_afterwards_everything_is(server: Server, tmp_path: Path) -> None:
    from tests.records.server import empty_database

    url = empty_database(server)
    settings = Settings(database_url=url, data_dir=tmp_path)
    acknowledged: list[str] = []

    async def ask(client: TestClient[Any, Any]) -> int:
        response = await client.post("/v1/checks", json=QUESTION)
        if response.status == 200:
            acknowledged.append((await response.json())["id"])
        else:
            assert (response.status, response.headers["Retry-After"]) == (503, "5")
            assert (await response.json())["type"] == "/problems/records-unavailable"
        return response.status

    async with TestClient(TestServer(create_app(small_checker(), settings, Clock(), Log().stream, pause=0))) as client:
        assert {await ask(client) for _ in range(5)} == {200}
        with server.outage(url):
            assert set(await asyncio.gather(*(ask(client) for _ in range(10)))) == {503}
        statuses = [await ask(client) for _ in range(10)]
        assert statuses[-5:] == [200] * 5
        for check_id in acknowledged:
            assert (await client.get(f"/v1/checks/{check_id}")).status == 200


async def test_two_instances_on_one_database_lose_and_repeat_nothing(server: Server, tmp_path: Path) -> None:
    from tests.records.server import empty_database

    settings = Settings(database_url=empty_database(server), data_dir=tmp_path)
    apps = [create_app(small_checker(), settings, Clock(), Log().stream, pause=0) for _ in range(2)]
    async with TestClient(TestServer(apps[0])) as one, TestClient(TestServer(apps[1])) as other:

        async def ask(number: int) -> str:
            client = (one, other)[number % 2]
            response = await client.post("/v1/checks", json=QUESTION, headers={"Idempotency-Key": f"key {number // 2}"})
            return str((await response.json())["id"])

        ids = await asyncio.gather(*(ask(number) for number in range(60)))
        assert [ids[index] == ids[index + 1] for index in range(0, 60, 2)] == [True] * 30
        assert len(set(ids)) == 30
        listed = await (await other.get("/v1/checks?limit=200")).json()
        assert {check["id"] for check in listed["checks"]} == set(ids)


@pytest.mark.parametrize("says", ["disk", "folder"])
async def test_a_file_that_can_not_be_written_is_told_and_nothing_is_sent(tmp_path: Path, says: str) -> None:
    """A full disk, as SQLite tells it: the file may not grow any more; and a file that may only be read."""
    settings = Settings(data_dir=tmp_path)
    app = create_app(small_checker(), settings, Clock(), Log().stream, pause=0)
    async with TestClient(TestServer(app)) as client:
        assert (await client.post("/v1/checks", json=QUESTION)).status == 200
        from covercheck.web.keys import MEMORY

        engine = app[MEMORY].records.database.engine
        pragma = "PRAGMA max_page_count = 1" if says == "disk" else "PRAGMA query_only = ON"
        from sqlalchemy import event

        def settle(connection: Any, _: Any, __: Any) -> None:
            connection.execute(pragma)

        event.listen(engine, "checkout", settle)
        statuses = {(await client.post("/v1/checks", json=QUESTION)).status for _ in range(60)}
        event.remove(engine, "checkout", settle)
    assert 503 in statuses
    assert statuses <= {200, 503}
