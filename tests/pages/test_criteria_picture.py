"""The criteria of an answer as a picture: nested as the text nests them, by word and shape, on paper, small, by the rules of its day."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import delete

from covercheck.checks.check import Checker
from covercheck.records.tables import rulebooks
from covercheck.rules import load_files
from covercheck.web.keys import MEMORY
from covercheck.web.live import LIVE
from tests.books import TRD, entry, files_of, policy
from tests.cli.conftest import write_book
from tests.pages.conftest import Site, window
from tests.pages.test_pages import asked, sound
from tests.web.conftest import Client
from tests.web.serving import Log
from tests.web.test_reloading import QUESTION, running

ADULT = {"id": "adult", "fact": "age_years", "at_least": "18", "says": "18 or older"}
SEVERE = {"id": "severe", "fact": "madrs", "at_least": "20", "says": "a severe episode"}


def book(criteria: dict[str, Any], title: str = "Policy acme/101") -> dict[str, bytes]:
    return files_of(policy("acme/101", entry(indications=[TRD], criteria=criteria), title=title))


def renew(client: Client, files: dict[str, bytes]) -> None:
    """Other rules are in force."""
    assert client.app is not None
    client.app[LIVE].swap(Checker.of(load_files(files)))


async def test_groups_are_nested_lists_with_a_word_for_each_state(page: Page, site: Site) -> None:
    await asked(page, site)
    part = page.locator("#part-ketamine_iv")
    top = part.locator("ul.tree > li.group").first
    await expect(top).to_contain_text("All of these")
    inner = top.locator("ul > li.group").filter(has_text="At least one of these").first
    assert await inner.locator("ul > li").count() > 1
    states = await part.locator("ul.tree .state").all_inner_texts()
    assert {re.sub(r"^\S+ ", "", state) for state in states} <= {
        "met", "not met", "not known", "not read", "excluded", "not excluded", "applies", "does not apply",
    }  # fmt: skip
    assert all(re.match(r"[✓✗?…●○] ", state) for state in states)
    await expect(part.locator(".tally").first).to_contain_text("not known")


async def test_a_screen_reader_hears_lists_within_lists(page: Page, site: Site) -> None:
    await asked(page, site)
    heard = await page.locator("#part-ketamine_iv").aria_snapshot()
    assert re.search(r"- listitem:.*\n(?:.*\n)*? +- list:\n +- listitem:", heard)
    assert "not known All of these" in " ".join(heard.split())


async def test_in_forced_colours_and_in_grey_states_differ_by_border_and_word(browser: Browser, site: Site) -> None:
    async for page in window(browser, forced_colors="active"):
        await asked(page, site)
        kinds = {
            name: await page.locator(f".tree .{name} > .node").first.evaluate("node => getComputedStyle(node).borderTopStyle")
            for name in ("unknown", "unread")
        }
        assert kinds == {"unknown": "dashed", "unread": "dotted"}


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_of_the_picture_leads_sideways_or_stands_on_something_else(browser: Browser, site: Site, width: int) -> None:
    async for page in window(browser, viewport={"width": width, "height": 800}):
        await asked(page, site)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        boxes = await page.locator("#part-ketamine_iv .node").evaluate_all(
            "nodes => nodes.map(node => { const box = node.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom] })"
        )
        assert len(boxes) > 3
        for (_, _, _, bottom), (_, top, right, _) in pairwise(boxes):
            assert top >= bottom
            assert right <= width


async def test_on_paper_the_picture_is_whole(page: Page, site: Site) -> None:
    await asked(page, site)
    await page.emulate_media(media="print")
    for node in await page.locator("#part-ketamine_iv .node").all():
        await expect(node).to_be_visible()
    assert (await page.pdf()).startswith(b"%PDF")


async def test_an_answer_is_laid_out_by_the_rules_of_its_day(tmp_path: Path, log: Log, browser: Browser) -> None:
    folder = write_book(tmp_path / "payers", book({"all": [ADULT, SEVERE]}))
    async with running(folder, log, watch=False) as client:
        old = (await (await client.post("/v1/checks", json=QUESTION)).json())["id"]
        renew(client, book({"any": [ADULT, SEVERE]}, "Policy made anew"))
        new = (await (await client.post("/v1/checks", json=QUESTION)).json())["id"]
        async for page in window(browser):
            for check, says, title in ((old, "All of these", "Policy acme/101"), (new, "At least one of these", "Policy made anew")):
                await page.goto(str(client.make_url(f"/checks/{check}")))
                await expect(page.locator("ul.tree .group").first).to_contain_text(says)
                await expect(page.locator(".text h3")).to_have_text(title)
                await expect(page.get_by_text("The rules have changed since")).to_have_count(1 if check == old else 0)
                await sound(page)


async def test_a_rulebook_that_can_not_be_read_any_more_leaves_the_criteria_side_by_side(tmp_path: Path, log: Log) -> None:
    folder = write_book(tmp_path / "payers", book({"all": [ADULT, SEVERE]}))
    async with running(folder, log, watch=False) as client:
        answer = await (await client.post("/v1/checks", json=QUESTION)).json()
        assert client.app is not None
        database = client.app[MEMORY].records.database
        database.write(lambda connection: connection.execute(delete(rulebooks)))
        renew(client, book({"any": [ADULT, SEVERE]}))
        text = await (await client.get(f"/checks/{answer['id']}")).text()
        assert "can&#39;t be laid out any more" in text or "can't be laid out any more" in text
        assert "18 or older" in text
        assert "a severe episode" in text
