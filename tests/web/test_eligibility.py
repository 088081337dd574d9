"""A check that names a member asks the payer: in time, without a word of the patient in the log, and whatever the payer does."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from covercheck.checks.check import Checker
from covercheck.rules.eligibility_text import Fault
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.mock_payer.app import Behaviour, mock_payer_app
from tests.web.conftest import Client
from tests.web.serving import Clock, Log, changed

QUESTION: dict[str, Any] = {
    "payer": "bcbs-massachusetts",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "therapy": "kap_iv",
    "diagnoses": ["F33.2"],
    "member": {"id": "DEMO1001", "first_name": "Ada", "last_name": "Marlow", "date_of_birth": "1985-03-02"},
    "provider": {"npi": "1234567893"},
}
FAULTS: tuple[Fault | None, ...] = (
    None,
    "down",
    "throttled",
    "reset",
    "garbled",
    "truncated",
    "slow_drip",
    "another_person",
    "wrong_trace",
)


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_the_payer_does_the_check_is_answered(checker: Checker, log: Log, fault: Fault | None) -> None:
    async with TestServer(mock_payer_app(checker.book, Behaviour(fault=fault))) as payer:
        endpoint = f"http://127.0.0.1:{payer.port}/x12"
        settings = Settings(eligibility_adapter="x12", eligibility_endpoint=endpoint, eligibility_seconds=0.8, clinic_name="HARBOR CLINIC")
        async with TestClient(TestServer(create_app(checker, settings, Clock(), log.stream, pause=0))) as client:
            response = await client.post("/v1/checks", json=QUESTION)
            answer = await response.json()
    assert response.status == 200
    told = answer["eligibility"]
    assert told["adapter"] == "x12"
    assert (told["failure"] is None) is (fault is None)
    assert told["state"] == ("active" if fault is None else "not_determined")
    assert [line["ended"] for line in log.lines if line["event"] == "payer_asked"] == [
        "answered" if fault is None else told["failure"]["key"] if told["failure"]["key"] != "deadline" else "given_up"
    ]
    assert not any(word in log.text for word in ("Marlow", "DEMO1001", "1985-03-02", "19850302"))


async def test_a_question_without_a_member_asks_nobody(client: Client, log: Log) -> None:
    assert (await (await client.post("/v1/checks", json=changed())).json())["eligibility"] is None
    assert "payer_asked" not in log.text


@pytest.mark.parametrize(
    ("preferred", "applied"),
    [("wait=5", "wait=5"), ("respond-async, wait = 7", "wait=7"), ("wait=0", "wait=1"), ("wait=61", "wait=60"), ("wait=soon", None)],
)
async def test_how_long_to_wait_may_be_wished_for_within_limits(client: Client, preferred: str, applied: str | None) -> None:
    response = await client.post("/v1/checks", json=changed(), headers={"Prefer": preferred})
    assert response.status == 200
    assert response.headers.get("Preference-Applied") == applied
