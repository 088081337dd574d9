"""Which texts to read again, over the API and as a page."""

from __future__ import annotations

import pytest

from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, Clock

URL = "https://acme.example/101"


@pytest.mark.parametrize(("days", "due"), [(179, 0), (180, 1), (181, 1)])
async def test_a_text_falls_due_on_its_day(serve: Serve, days: int, due: int) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    clock.forward(days=days)
    told = await (await client.get("/v1/sources/due")).json()
    assert (told["total"] > 0) is bool(due)
    assert all(source["days_overdue"] == days - 180 for source in told["sources"])


async def test_what_most_answers_stand_on_comes_first(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    for _ in range(3):
        assert (await client.post("/v1/checks", json=QUESTION)).status == 200
    told = await (await client.get("/v1/sources/due?within=365&limit=1")).json()
    (first,) = told["sources"]
    assert (first["url"], first["answers"], first["uses"][0]["policy"]) == (URL, 3, "acme/101")
    assert (told["checks"], told["counted"], told["days"]) == (3, 3, 90)
    assert told["total"] >= 1


async def test_counts_are_taken_anew_after_some_minutes(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    assert (await (await client.get("/v1/sources/due?within=365")).json())["checks"] == 0
    assert (await client.post("/v1/checks", json=QUESTION)).status == 200
    assert (await (await client.get("/v1/sources/due?within=365")).json())["checks"] == 0
    clock.forward(minutes=5)
    assert (await (await client.get("/v1/sources/due?within=365")).json())["checks"] == 1


async def test_only_one_payers_texts_are_listed_where_so_asked(client: Client) -> None:
    assert (await (await client.get("/v1/sources/due?within=365&payer=acme")).json())["total"] > 0
    assert (await (await client.get("/v1/sources/due?within=365&payer=nobody")).json())["total"] == 0


@pytest.mark.parametrize("query", ["within=-1", "within=x", "within=3651", "limit=0", "limit=501", "limit=", "nothing=1"])
async def test_unfit_parameters_are_refused(client: Client, query: str) -> None:
    assert (await client.get(f"/v1/sources/due?{query}")).status == 422


async def test_a_page_lists_them_with_the_policies_that_cite_them(client: Client) -> None:
    text = await (await client.get("/payers/due?within=180")).text()
    assert URL in text
    assert '<a href="/payers/acme">acme/101</a>' in text
    assert "Nothing is due" in await (await client.get("/payers/due")).text()
    assert "Nothing is due" in await (await client.get("/payers/due?within=180&payer=nobody")).text()
    assert (await client.get("/payers/due?within=17")).status == 200
