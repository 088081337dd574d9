"""`GET /v1/coverage-matrix`: where to read next."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

Client = TestClient[Any, Any]


async def test_each_payer_line_and_part_has_a_state(client: Client) -> None:
    response = await client.get("/v1/coverage-matrix?on=2026-12-01")
    matrix = await response.json()
    assert response.status == 200
    assert matrix["on"] == "2026-12-01"
    assert {cell["state"] for row in matrix["rows"] for cell in row["cells"]} <= {"decided", "old", "unread", "case_by_case", "no_rule"}
    assert all([cell["part"] for cell in row["cells"]] == matrix["parts"] for row in matrix["rows"])


async def test_without_a_day_it_is_that_of_today(client: Client) -> None:
    assert (await (await client.get("/v1/coverage-matrix")).json())["on"].startswith("2026-")


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "20261201", ""])
async def test_a_day_that_is_none_is_refused_with_its_place(client: Client, day: str) -> None:
    response = await client.get("/v1/coverage-matrix", params={"on": day})
    assert response.status == 422
    assert (await response.json())["errors"][0]["pointer"] == "?on"
