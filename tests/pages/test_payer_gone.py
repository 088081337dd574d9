"""A payer that the rules lose between question and answer, or between answer and call: said clearly, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.cli.conftest import write_book
from tests.pages.conftest import window
from tests.web.conftest import Client
from tests.web.serving import Log
from tests.web.test_reloading import QUESTION, rules, running

BRIGHT = '{"payer": "bright", "name": "Bright Health", "lines": ["commercial"], "states": ["MA"]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path / "payers", {**rules("18"), "bright/payer.yaml": BRIGHT.encode()})


async def gone(client: Client, folder: Path) -> None:
    """The rules lose the payer."""
    (folder / "bright" / "payer.yaml").unlink()
    assert (await client.post("/v1/rulebook/reload")).status == 200


async def test_a_form_about_a_payer_that_is_gone_comes_back_with_all_that_was_typed(folder: Path, log: Log, browser: Browser) -> None:
    async with running(folder, log, watch=False) as client:
        async for page in window(browser):
            await page.goto(str(client.make_url("/")))
            await page.get_by_label("Payer", exact=True).fill("Bright Health")
            await page.locator("#state").fill("MA")
            await page.locator("#diagnoses").fill("F33.2")
            await page.locator("#therapy").select_option("spravato")
            await gone(client, folder)
            await page.get_by_role("button", name="Check").click()
            await expect(page.get_by_role("alert")).to_contain_text("payer")
            await expect(page.get_by_label("Payer", exact=True)).to_have_value("Bright Health")
            await expect(page.locator("#diagnoses")).to_have_value("F33.2")


async def test_an_answer_of_a_payer_that_is_gone_is_still_shown_as_it_was(folder: Path, log: Log) -> None:
    async with running(folder, log, watch=False) as client:
        answer = await (await client.post("/v1/checks", json={**QUESTION, "payer": "bright"})).json()
        await gone(client, folder)
        for path in (f"/checks/{answer['id']}", f"/checks/{answer['id']}/call", "/checks", f"/v1/checks/{answer['id']}"):
            response = await client.get(path)
            assert response.status == 200, path
            assert "bright" in (await response.text()).lower()


async def test_a_call_about_a_payer_that_is_gone_is_refused_with_what_was_typed_in_place(folder: Path, log: Log) -> None:
    async with running(folder, log, watch=False) as client:
        answer = await (await client.post("/v1/checks", json={**QUESTION, "payer": "bright"})).json()
        await gone(client, folder)
        name = answer["call"]["questions"][0]["id"]
        told = {f"answer.{name}": "yes", f"words.{name}": "they said so"}
        form = {"kind": "call", "on": "2026-11-22", "person": "Rep 12", "reference": "7781", **told}
        response = await client.post(f"/checks/{answer['id']}/call", data=form)
        text = await response.text()
        assert response.status == 422
        assert "7781" in text
        assert "they said so" in text
