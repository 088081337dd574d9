"""Distinctive strings of a made-up patient, sent everywhere they could go, are found nowhere they must not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from covercheck.checks.check import Checker
from covercheck.rules.eligibility_text import Fault
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from covercheck.web.mock_payer.app import Behaviour, mock_payer_app
from covercheck.web.routes import OPERATIONS
from covercheck.web.staff.routes import PAGES
from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, Clock, Log, changed

MEMBER = {
    "id": "ZQX99110042",
    "first_name": "Wilhelmina",
    "last_name": "Oystercatcher",
    "date_of_birth": "1961-07-09",
    "group": "GRPQUOKKA77",
}
CANARIES = ("ZQX99110042", "zqx99110042", "Wilhelmina", "Oystercatcher", "1961-07-09", "GRPQUOKKA77", "19610709")
FAULTS: tuple[Fault, ...] = ("down", "throttled", "reset", "garbled", "truncated", "another_person", "wrong_trace", "wrong_content_type")
SENT = " ".join(CANARIES)


def leaks(text: str | bytes) -> list[str]:
    """Which of them stand in it."""
    data = text.encode() if isinstance(text, str) else text
    return [canary for canary in CANARIES if canary.encode() in data]


def kept(folder: Path) -> dict[str, list[str]]:
    """What stands in the files of a data folder, or in their names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = {path.name: leaks(path.read_bytes()) + leaks(path.name) for path in files}
    return {name: told for name, told in found.items() if told}


async def figures(client: TestClient[Any, Any]) -> str:
    """Everything /metrics tells."""
    return await (await client.get("/metrics")).text()


UNFIT: list[dict[str, Any]] = [
    {"member": {**MEMBER, "date_of_birth": "1961-07-09T00:00"}},
    {"member": {**MEMBER, "first_name": ["Wilhelmina", "Oystercatcher"]}},
    {"member": {**MEMBER, "id": "ZQX99110042 " * 40}},
    {"member": {**MEMBER, "nickname": "Wilhelmina"}},
    {"member": "Wilhelmina Oystercatcher 1961-07-09 ZQX99110042"},
    {"facts": {"age_years": "Wilhelmina"}},
    {"date_of_service": "Oystercatcher"},
    {"therapy": "Wilhelmina"},
]


@pytest.mark.parametrize("changes", UNFIT)
async def test_a_refusal_of_a_members_data_does_not_repeat_it(client: Client, log: Log, changes: dict[str, Any]) -> None:
    response = await client.post("/v1/checks", json=changed(**changes))
    assert response.status == 400 or response.status == 422, await response.text()
    if "member" in changes:
        assert leaks(await response.text()) == []
    assert leaks(log.text) == []


async def test_no_route_lets_a_patients_data_into_log_figures_or_files(serve: Serve, log: Log) -> None:
    client = await serve()
    addresses = [(operation.method, operation.path) for operation in OPERATIONS]
    addresses += [("GET" if method == "GET" else "POST", path) for method, path, _, _ in PAGES]
    for method, path in dict.fromkeys(addresses):
        for name in ("{id}", "{number}", "{link}", "{name}", "{key}"):
            path = path.replace(name, "Wilhelmina.Oystercatcher-ZQX99110042")
        where = f"{path}?q=Wilhelmina&member=ZQX99110042&next=/Oystercatcher"
        headers = {"Idempotency-Key": "ZQX99110042", "User-Agent": SENT, "Referer": f"https://portal.example/{SENT}"}
        if method == "GET":
            await client.get(where, headers=headers)
            continue
        for body in (changed(member=MEMBER), {"member": MEMBER, "answers": [SENT], "on": SENT}, [SENT]):
            await client.post(path, json=body, headers=headers)
        await client.post(where, data={"member_id": MEMBER["id"], "first_name": SENT, "payer": SENT, "token": SENT}, headers=headers)
        await client.post(path, data=SENT.encode(), headers={**headers, "Content-Type": "application/json"})
    assert len(log.lines) > 2 * len(addresses)
    assert leaks(log.text) == []
    assert leaks(await figures(client)) == []
    await client.close()
    assert kept(Settings().data_dir) == {}


@pytest.mark.parametrize("adapter", ["x12", "json", "fhir"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_failure_of_a_payers_system_lets_it_out(checker: Checker, log: Log, adapter: str, fault: Fault) -> None:
    async with TestServer(mock_payer_app(checker.book, Behaviour(fault=fault))) as payer:
        settings = Settings(
            eligibility_adapter=adapter,
            eligibility_endpoint=f"http://127.0.0.1:{payer.port}/{adapter}",
            eligibility_seconds=0.8,
            clinic_name="HARBOR CLINIC",
            log_level="debug",
        )
        async with TestClient(TestServer(create_app(checker, settings, Clock(), log.stream, pause=0))) as client:
            question = {**QUESTION, "payer": "bcbs-massachusetts", "member": MEMBER, "provider": {"npi": "1234567893"}}
            response = await client.post("/v1/checks", json=question)
            assert response.status == 200
            assert (await response.json())["eligibility"]["failure"] is not None
            told = await figures(client)
    assert leaks(log.text) == []
    assert leaks(told) == []
    assert kept(settings.data_dir) == {}


async def test_a_crash_tells_where_and_of_what_kind_but_not_with_what(serve: Serve, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await serve()

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"can't go on with {SENT}")

    monkeypatch.setattr(Checker, "write", fail)
    response = await client.post("/v1/checks", json=changed(member=MEMBER))
    assert response.status == 500
    assert leaks(await response.text()) == []
    assert leaks(log.text) == []
    assert "ValueError" in log.text


async def test_a_database_that_refuses_tells_nothing_of_what_it_was_given(serve: Serve, log: Log) -> None:
    client = await serve()
    assert client.app is not None
    await client.app[MEMORY].records.writer.close()
    response = await client.post("/v1/checks", json=changed(member=MEMBER))
    assert response.status == 503
    assert leaks(await response.text()) == []
    assert leaks(log.text) == []
