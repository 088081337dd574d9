"""The service over the shipped rule files."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from covercheck.checks.check import Checker
from covercheck.rules import load_folder
from covercheck.settings import Settings, default_payers
from covercheck.web.app import EXAMPLE, create_app
from tests.web.conftest import Client
from tests.web.serving import Clock, Log
from tests.web.test_openapi import Page, check, content, document


@pytest.fixture(scope="module")
def shipped() -> Checker:
    """The shipped rules, compiled once."""
    return Checker.of(load_folder(default_payers()))


@pytest.fixture
async def client(shipped: Checker) -> AsyncIterator[Client]:
    """A service over them."""
    app = create_app(shipped, Settings(), Clock(), Log().stream, pause=0)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_example_of_the_docs_is_a_real_question_with_its_real_answer(client: Client) -> None:
    spec = await document(client)
    described = spec["paths"]["/v1/checks"]["post"]
    asked = described["requestBody"]["content"]["application/json"]["example"]
    shown = described["responses"]["200"]["content"]["application/json"]["example"]
    got = await (await client.post("/v1/checks", json=asked)).json()
    assert asked == EXAMPLE
    assert {**got, "id": "", "asked_at": "", "call": None} == {**shown, "id": "", "asked_at": "", "call": None}


async def test_every_payer_and_every_table_is_as_described(client: Client, shipped: Checker) -> None:
    spec = await document(client)
    for path in ("/v1/payers", "/v1/therapies", "/v1/facts"):
        check(spec, content(spec, path, "200"), await (await client.get(path)).json())
    for payer in shipped.book.payers:
        check(spec, content(spec, "/v1/payers/{id}", "200"), await (await client.get(f"/v1/payers/{payer}")).json())


async def test_every_payer_is_found_by_each_of_its_names(client: Client, shipped: Checker) -> None:
    for payer in shipped.book.payers.values():
        for name in (payer.id, payer.text.name):
            found: Any = await (await client.get("/v1/payers", params={"q": name})).json()
            assert (name, found["exact"]) == (name, payer.id)


async def test_answers_on_every_therapy_and_payer_are_as_described(client: Client, shipped: Checker) -> None:
    spec = await document(client)
    schema = content(spec, "/v1/checks", "200", "post")
    for payer in shipped.book.payers:
        for therapy in ("kap_iv", "spravato_with_psychotherapy"):
            response = await client.post("/v1/checks", json={**EXAMPLE, "payer": payer, "parts": None, "therapy": therapy})
            assert response.status == 200
            check(spec, schema, await response.json())


async def test_the_docs_are_whole(client: Client) -> None:
    assert Page(await (await client.get("/docs")).text()).open == []


async def test_a_question_of_nothing_but_faults_is_refused_soon(client: Client) -> None:
    body = {**EXAMPLE, "facts": {f"failed_antidepresants_{i}": 1 for i in range(200)}}
    started = time.perf_counter()
    response = await client.post("/v1/checks", json=body)
    assert response.status == 422
    assert time.perf_counter() - started < 1
