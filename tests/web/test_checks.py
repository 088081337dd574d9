"""`POST /v1/checks`: the answer, its id, repeats."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from covercheck.web.ids import CHECK_ID_PATTERN
from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, Clock, Log, changed, client_for


async def ask(client: Client, body: Any = QUESTION, **headers: str) -> Any:
    return await client.post("/v1/checks", json=body, headers=headers)


async def test_a_question_gets_an_answer_with_a_result_for_each_part(client: Client) -> None:
    response = await ask(client)
    answer = await response.json()
    assert response.status == 200
    assert [part["part"] for part in answer["parts"]] == ["evaluation", "esketamine", "monitoring"]
    assert answer["parts"][1]["result"] == "likely_covered"
    assert answer["parts"][1]["reasons"][0]["cite"]["title"] == "Policy 101"


async def test_each_check_has_an_id_of_its_own_that_is_safe_in_urls(client: Client) -> None:
    ids = [(await (await ask(client)).json())["id"] for _ in range(5)]
    assert all(re.match(CHECK_ID_PATTERN, name) for name in ids)
    assert len(set(ids)) == 5


async def test_the_answer_names_version_and_rulebook_in_body_and_head_alike(client: Client) -> None:
    response = await ask(client)
    answer = await response.json()
    assert answer["version"] == response.headers["X-Covercheck-Version"]
    assert answer["rulebook"] == response.headers["X-Covercheck-Rulebook"]


async def test_an_answer_is_never_kept_by_caches(client: Client) -> None:
    assert (await ask(client)).headers["Cache-Control"] == "no-store"


async def test_charset_utf_8_is_accepted_and_names_may_hold_any_letters(client: Client) -> None:
    body = '{"payer": "acme", "plan": {"name": "Größe 水: a plan"}, "date_of_service": "2026-12-01", "therapy": "spravato"}'
    response = await client.post("/v1/checks", data=body.encode(), headers={"Content-Type": "application/json; charset=UTF-8"})
    assert response.status == 200


async def test_a_body_in_pieces_without_a_length_is_read(client: Client) -> None:
    async def pieces() -> Any:
        for piece in (b'{"payer": "acme", "date_of_ser', b'vice": "2026-12-01", "thera', b'py": "spravato"}'):
            yield piece
            await asyncio.sleep(0)

    response = await client.post("/v1/checks", data=pieces(), headers={"Content-Type": "application/json"})
    assert response.status == 200


class TestRepeats:
    """`Idempotency-Key`."""

    async def test_the_same_key_and_body_get_the_same_bytes(self, client: Client) -> None:
        first = await ask(client, **{"Idempotency-Key": "one"})
        second = await ask(client, **{"Idempotency-Key": "one"})
        assert await first.read() == await second.read()
        assert "Idempotency-Replayed" not in first.headers
        assert second.headers["Idempotency-Replayed"] == "true"

    async def test_other_keys_and_no_key_get_answers_of_their_own(self, client: Client) -> None:
        headers: list[dict[str, str]] = [{"Idempotency-Key": "one"}, {"Idempotency-Key": "two"}, {}, {}]
        ids = {(await (await ask(client, **each)).json())["id"] for each in headers}
        assert len(ids) == 4

    async def test_the_same_key_with_another_body_is_refused(self, client: Client) -> None:
        await ask(client, **{"Idempotency-Key": "one"})
        response = await ask(client, changed(date_of_service="2026-12-02"), **{"Idempotency-Key": "one"})
        problem = await response.json()
        assert (response.status, problem["type"]) == (422, "/problems/idempotency-key-reused")

    async def test_a_refused_question_does_not_use_up_its_key(self, client: Client) -> None:
        assert (await ask(client, changed(payer="nobody"), **{"Idempotency-Key": "one"})).status == 422
        assert (await ask(client, **{"Idempotency-Key": "one"})).status == 200

    @pytest.mark.parametrize("key", ["", "x" * 201, "smörgås"], ids=["empty", "201 characters", "not ascii"])
    async def test_an_unfit_key_is_refused(self, client: Client, key: str) -> None:
        response = await ask(client, **{"Idempotency-Key": key})
        assert (response.status, (await response.json())["type"]) == (422, "/problems/invalid-idempotency-key")

    async def test_a_key_of_200_characters_is_taken(self, client: Client) -> None:
        assert (await ask(client, **{"Idempotency-Key": "x" * 200})).status == 200

    async def test_an_answer_is_forgotten_after_its_time(self, log: Log) -> None:
        clock = Clock()
        async with client_for(log, clock, idempotency_hours=1) as client:
            first = await (await ask(client, **{"Idempotency-Key": "one"})).json()
            clock.forward(minutes=59)
            again = await (await ask(client, **{"Idempotency-Key": "one"})).json()
            clock.forward(minutes=2)
            later = await (await ask(client, **{"Idempotency-Key": "one"})).json()
        assert first["id"] == again["id"] != later["id"]

    async def test_a_restart_does_not_forget_it(self, serve: Serve) -> None:
        first = await ask(await serve(), **{"Idempotency-Key": "one"})
        again = await ask(await serve(), **{"Idempotency-Key": "one"})
        assert await first.read() == await again.read()
        assert again.headers["Idempotency-Replayed"] == "true"

    async def test_many_at_once_get_one_answer(self, client: Client) -> None:
        responses = await asyncio.gather(*(ask(client, **{"Idempotency-Key": "one"}) for _ in range(10)))
        assert len({await response.read() for response in responses}) == 1
