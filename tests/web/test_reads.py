"""Reads: payers, one payer, therapies, facts, health."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Client
from tests.web.serving import small_checker

READS = [
    "/docs",
    "/openapi.json",
    "/v1/payers",
    "/v1/payers/acme",
    "/v1/coverage-matrix",
    "/v1/therapies",
    "/v1/facts",
    "/problems/too-large",
]


async def read(client: Client, path: str) -> Any:
    response = await client.get(path)
    assert response.status == 200
    return await response.json()


async def test_payers_are_listed_with_lines_and_states(client: Client) -> None:
    listed = await read(client, "/v1/payers")
    assert [(p["id"], p["name"], p["lines"], p["states"]) for p in listed["payers"]] == [
        ("acme", "Acme Health", ["commercial", "exchange"], ["MA", "RI"])
    ]
    assert (await client.get(listed["payers"][0]["href"])).status == 200


@pytest.mark.parametrize("written", ["acme", "ACME", "Acme Health", "acme  health, inc."])
async def test_a_payer_is_found_however_it_is_spelled(client: Client, written: str) -> None:
    response = await client.get("/v1/payers", params={"q": written})
    assert (await response.json())["exact"] == "acme"


async def test_a_near_miss_is_offered_and_not_taken(client: Client) -> None:
    found = await read(client, "/v1/payers?q=acne+helth")
    assert found["exact"] is None
    assert [p["id"] for p in found["payers"]] == ["acme"]


async def test_a_search_without_a_match_is_an_empty_list(client: Client) -> None:
    found = await read(client, "/v1/payers?q=qqqqqqqq")
    assert (found["exact"], found["payers"]) == (None, [])


@pytest.mark.parametrize("query", ["", "%20", "x" * 201, "a%00b", "a%0Ab"], ids=["empty", "blank", "201 characters", "NUL", "line feed"])
async def test_an_unfit_search_is_refused(client: Client, query: str) -> None:
    response = await client.get(f"/v1/payers?q={query}")
    problem = await response.json(content_type=None)
    assert (response.status, problem["type"], problem["errors"][0]["pointer"]) == (422, "/problems/invalid-parameters", "?q")


async def test_one_payer_shows_policies_editions_sources_and_criteria(client: Client) -> None:
    payer = await read(client, "/v1/payers/acme")
    policy = payer["policies"][0]
    assert (policy["id"], policy["note"]) == ("acme/101", "read to page two")
    source = policy["sources"][0]
    assert (source["quality"], source["as_of"], source["read_on"], source["read_again_by"]) == (
        "primary",
        "2026-06-01",
        "2026-11-22",
        "2027-05-21",
    )
    edition = policy["editions"][0]
    assert (edition["effective"], edition["until"]) == ("2025-01-01", None)
    criteria = edition["coverage"][0]["criteria"]
    assert (criteria["kind"], criteria["fact"], criteria["test"], criteria["value"]) == ("test", "age_years", "at_least", 18)


async def test_one_payer_shows_what_was_not_read(client: Client) -> None:
    payer = await read(client, "/v1/payers/acme")
    not_read = payer["policies"][0]["not_read"]
    assert {entry["says"] for entry in not_read} == {"the list goes on where the copy was cut", "not seen"}
    assert all(entry["parts"] == ["ketamine_iv"] for entry in not_read)


async def test_an_unknown_payer_is_404_with_near_names(client: Client) -> None:
    response = await client.get("/v1/payers/acne")
    problem = await response.json(content_type=None)
    assert (response.status, problem["type"], problem["errors"][0]["nearest"]) == (404, "/problems/unknown-payer", ["acme"])


async def test_therapies_come_with_parts_indications_and_lines(client: Client) -> None:
    table = await read(client, "/v1/therapies")
    assert table["therapies"][0] == {
        "id": "spravato",
        "label": "Spravato",
        "says": None,
        "parts": ["evaluation", "esketamine", "monitoring"],
    }
    assert {"esketamine", "monitoring"} <= {part["id"] for part in table["parts"]}
    assert "F33.-" in table["indications"][0]["codes"]
    assert "commercial" in {line["id"] for line in table["lines"]}


async def test_facts_come_with_type_limits_and_who_knows_them(client: Client) -> None:
    facts = {fact["id"]: fact for fact in (await read(client, "/v1/facts"))["facts"]}
    assert (facts["madrs"]["type"], facts["madrs"]["at_least"], facts["madrs"]["at_most"]) == ("number", 0, 60)
    assert facts["specialty"]["values"] == ["psychiatrist", "np", "other"]
    assert facts["plan_has_rider"]["known_by"] == "payer"


async def test_health_and_readiness_name_the_rulebook(client: Client) -> None:
    assert await read(client, "/healthz") == {"status": "ok"}
    ready = await read(client, "/readyz")
    assert (ready["status"], ready["payers"], ready["policies"]) == ("ready", 1, 1)
    assert ready["rulebook"] == small_checker().book.digest


class TestUnchanged:
    """ETag and If-None-Match."""

    @pytest.mark.parametrize("path", READS)
    async def test_a_read_has_a_strong_tag_that_answers_304(self, client: Client, path: str) -> None:
        first = await client.get(path)
        tag = first.headers["ETag"]
        second = await client.get(path, headers={"If-None-Match": tag})
        assert tag.startswith('"')
        assert (second.status, await second.read(), second.headers["ETag"]) == (304, b"", tag)

    async def test_the_tag_of_the_packed_bytes_differs_and_serves_as_well(self, client: Client) -> None:
        plain = await client.get("/v1/facts")
        packed = await client.get("/v1/facts", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["ETag"] != plain.headers["ETag"]
        for tag in (packed.headers["ETag"], f"W/{plain.headers['ETag']}", f'"other", {plain.headers["ETag"]}', "*"):
            assert (await client.get("/v1/facts", headers={"If-None-Match": tag})).status == 304

    async def test_another_tag_gets_the_document(self, client: Client) -> None:
        assert (await client.get("/v1/facts", headers={"If-None-Match": '"other"'})).status == 200

    async def test_a_search_has_a_tag_too(self, client: Client) -> None:
        tag = (await client.get("/v1/payers?q=acme")).headers["ETag"]
        assert (await client.get("/v1/payers?q=acme", headers={"If-None-Match": tag})).status == 304
        assert (await client.get("/v1/payers", headers={"If-None-Match": tag})).status == 200
