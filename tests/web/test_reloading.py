"""The rules change while the service answers: at once, whole, and never to the worse."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from covercheck.web.serve import load_checker, serve
from tests.books import TRD, entry, files_of, policy
from tests.cli.conftest import write_book
from tests.web.serving import Clock, Log

QUESTION: dict[str, Any] = {
    "payer": "acme",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "parts": ["esketamine"],
    "diagnoses": ["F33.2"],
    "facts": {"age_years": 20},
}
Client = TestClient[Any, Any]


def rules(at_least: str) -> dict[str, bytes]:
    """Acme covers esketamine from an age on."""
    adult = {"id": "adult", "fact": "age_years", "at_least": at_least, "says": f"{at_least} or older"}
    asked = {"on": "2026-12-01", "part": "esketamine", "diagnoses": ["F33.2"]}
    cases = [
        {**asked, "name": f"aged {age}", "facts": {"age_years": str(age)}, "expect": {"result": result}}
        for age, result in (
            (int(at_least) - 1, "likely_not_covered"),
            (int(at_least), "likely_covered"),
            (int(at_least) + 1, "likely_covered"),
        )
    ]
    return files_of(policy("acme/101", entry(indications=[TRD], criteria={"all": [adult]}), cases=cases))


def put(folder: Path, at_least: str) -> None:
    """Write the policy as an editor does: beside, then renamed."""
    beside = folder / "acme" / "101.yaml~"
    beside.write_bytes(rules(at_least)["acme/101.yaml"])
    beside.rename(folder / "acme" / "101.yaml")


@asynccontextmanager
async def running(folder: Path, log: Log, **settings: Any) -> AsyncIterator[Client]:
    chosen = Settings(payers=folder, **settings)
    async with TestClient(TestServer(create_app(load_checker(chosen), chosen, Clock(), log.stream, pause=0))) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path / "payers", rules("18"))


async def ask(client: Client) -> dict[str, Any]:
    response = await client.post("/v1/checks", json=QUESTION)
    assert response.status == 200
    answer: dict[str, Any] = await response.json()
    assert response.headers["X-Covercheck-Rulebook"] == answer["rulebook"]
    return answer


def result(answer: dict[str, Any]) -> str:
    return str(answer["parts"][0]["result"])


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that happens by itself."""
    for _ in range(round(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def test_a_changed_file_is_in_force_after_a_reload_and_not_before(folder: Path, log: Log) -> None:
    async with running(folder, log, watch=False) as client:
        put(folder, "65")
        assert result(await ask(client)) == "likely_covered"
        reloaded = await client.post("/v1/rulebook/reload")
        assert reloaded.status == 200
        assert (await reloaded.json())["state"] == "renewed"
        assert result(await ask(client)) == "likely_not_covered"
        assert (await (await client.post("/v1/rulebook/reload")).json())["state"] == "same"


async def test_a_saved_file_is_taken_by_itself(folder: Path, log: Log) -> None:
    async with running(folder, log) as client:
        before = (await ask(client))["rulebook"]
        await asyncio.sleep(0.3)  # the watch begins beside the service
        put(folder, "65")
        await until(lambda: any(line["event"] == "rulebook_renewed" for line in log.lines))
        after = await ask(client)
        assert after["rulebook"] != before
        assert result(after) == "likely_not_covered"


async def test_thousands_of_changes_end_with_the_last_one_in_force(folder: Path, log: Log) -> None:
    async with running(folder, log) as client:
        await asyncio.sleep(0.3)
        for number in range(2_000):
            put(folder, str(18 + number % 40))
            if number % 100 == 0:
                await asyncio.sleep(0.01)
        put(folder, "65")
        for _ in range(200):
            if result(await ask(client)) == "likely_not_covered":
                break
            await asyncio.sleep(0.05)
        assert result(await ask(client)) == "likely_not_covered"
        assert sum(line["event"].startswith("rulebook_") for line in log.lines) < 20


BAD = {
    "half written": b"policy: acme/101\ntitle: x\neditions:\n  - from: 20",
    "another policy's id": rules("18")["acme/101.yaml"].replace(b"acme/101", b"acme/102", 1),
    "not text": bytes(range(128, 256)),
    "empty": b"",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
async def test_bad_rules_leave_the_last_good_ones_in_force_and_are_told_everywhere(folder: Path, log: Log, bad: bytes) -> None:
    async with running(folder, log, watch=False) as client:
        good = (await ask(client))["rulebook"]
        (folder / "acme" / "101.yaml").write_bytes(bad)
        refused = await client.post("/v1/rulebook/reload")
        assert refused.status == 422
        assert "acme/101.yaml" in (await refused.json())["detail"]
        assert (await ask(client))["rulebook"] == good
        ready = await (await client.get("/readyz")).json()
        assert (ready["status"], ready["rulebook"]) == ("ready", good)
        assert ready["refused"]
        assert "covercheck_rulebook_refused 1.0" in await (await client.get("/metrics")).text()
        assert any(line["event"] == "rulebook_refused" and line["level"] == "error" for line in log.lines)
        assert "newer rules are not in force" in await (await client.get("/payers", headers={"Accept": "text/html"})).text()
        put(folder, "65")
        assert (await client.post("/v1/rulebook/reload")).status == 200
        assert (await (await client.get("/readyz")).json())["refused"] == []
        assert "newer rules are not in force" not in await (await client.get("/payers")).text()


async def test_a_folder_that_is_gone_leaves_the_rules_in_force(folder: Path, log: Log) -> None:
    async with running(folder, log, watch=False) as client:
        await asyncio.to_thread(folder.rename, folder.with_name("elsewhere"))
        assert (await client.post("/v1/rulebook/reload")).status == 422
        assert result(await ask(client)) == "likely_covered"


async def test_under_load_each_answer_is_whole_of_one_book(folder: Path, log: Log) -> None:
    """The digest of an answer and its reasons belong together, whichever book was in force."""
    async with running(folder, log, watch=False) as client:
        expected: dict[str, str] = {}
        for at_least in ("65", "18"):
            put(folder, at_least)
            await client.post("/v1/rulebook/reload")
            answer = await ask(client)
            expected[answer["rulebook"]] = f"{at_least} or older"
        ended = asyncio.Event()
        answers: list[dict[str, Any]] = []

        async def keep_asking() -> None:
            while not ended.is_set():
                answers.append(await ask(client))

        asking = [asyncio.create_task(keep_asking()) for _ in range(4)]
        for number in range(12):
            put(folder, ("65", "18")[number % 2])
            assert (await client.post("/v1/rulebook/reload")).status == 200
        ended.set()
        await asyncio.gather(*asking)
        assert client.app is not None
        for answer in answers:
            assert expected[answer["rulebook"]] in str(answer["parts"])
            kept = await client.app[MEMORY].records.checks.book(answer["rulebook"])
            assert kept is not None
        assert len({answer["rulebook"] for answer in answers}) == 2


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
async def test_a_hangup_signal_takes_the_rules_anew(folder: Path, log: Log) -> None:
    settings = Settings(payers=folder, watch=False, port=0)
    stop = asyncio.Event()
    app = create_app(load_checker(settings), settings, Clock(), log.stream, pause=0)
    service = asyncio.create_task(serve(app, settings, stop))
    await asyncio.sleep(0.5)
    put(folder, "65")
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: any(line["event"] == "rulebook_renewed" and line["why"] == "SIGHUP" for line in log.lines))
    stop.set()
    await service


async def test_the_rulebook_in_force_is_told_with_where_it_comes_from(folder: Path, log: Log) -> None:
    async with running(folder, log, watch=False) as client:
        told = await (await client.get("/v1/rulebook")).json()
        assert told["mode"] == "files"
        assert told["digest"] == (await ask(client))["rulebook"]
        assert told["last_attempt"] is None
        await client.post("/v1/rulebook/reload")
        assert (await (await client.get("/v1/rulebook")).json())["last_attempt"]["state"] == "same"
