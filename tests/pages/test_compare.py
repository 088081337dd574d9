"""Two answers side by side, and an answer as it was on a day."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.pages.conftest import Site
from tests.pages.test_pages import asked, sound
from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, Clock, changed


async def ask(client: Client, **keys: Any) -> str:
    return str((await (await client.post("/v1/checks", json=changed(**keys))).json())["id"])


async def test_two_earlier_checks_are_chosen_and_compared(page: Page, site: Site) -> None:
    await asked(page, site)
    await page.get_by_label(re.compile("How old")).fill("16")
    await page.get_by_role("button", name="Check again").click()
    await page.get_by_role("link", name="Compare with the earlier answer").click()
    await expect(page.get_by_role("listitem").filter(has_text="The questions differ")).to_contain_text("not said → 16")
    await expect(page.get_by_role("main")).to_contain_text("The rules were the same.")
    row = page.get_by_role("row", name=re.compile("^Ketamine by vein"))
    await expect(row).to_contain_text("leaning: none → not covered")
    await sound(page)
    await page.get_by_role("link", name="Earlier checks").click()
    await sound(page)
    await page.get_by_role("button", name="Compare the two").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Two answers side by side")
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_the_older_answer_stands_first_whichever_was_chosen_first(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    old = await ask(client)
    clock.forward(days=1)
    new = await ask(client, facts={"age_years": 17})
    for a, b in ((old, new), (new, old)):
        text = await (await client.get(f"/checks/compare?a={a}&b={b}")).text()
        assert text.index(old) < text.index(new)


async def test_what_is_not_there_or_not_ones_own_is_not_compared(client: Client) -> None:
    mine = await ask(client)
    for query, status in ((f"a={mine}&b=chk_none", 404), (f"a={mine}", 422), ("", 422), (f"a={mine}&b=%3Cscript%3E", 404)):
        response = await client.get(f"/checks/compare?{query}")
        assert response.status == status
        assert "<script>" not in await response.text()


async def test_an_answer_as_it_was_on_a_day_is_the_newest_given_by_then(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    ids = []
    for _ in range(3):
        ids.append(await ask(client))
        await ask(client, facts={"age_years": 17})
        clock.forward(days=10)
    for on, expected in (("2026-11-22", ids[0]), ("2026-12-01", ids[0]), ("2026-12-02", ids[1]), ("2027-01-30", ids[2])):
        response = await client.get(f"/checks/{ids[2]}/as-of?on={on}", allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (303, f"/checks/{expected}")
    none = await client.get(f"/checks/{ids[2]}/as-of?on=2026-11-21")
    assert (none.status, "Not asked by 2026-11-21" in await none.text()) == (404, True)
    assert (await client.get(f"/checks/{ids[2]}/as-of?on=never")).status == 422


async def test_of_one_member_the_answer_of_that_day_is_found_though_facts_had_changed(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    member = {"id": "QQ-100", "date_of_birth": "1985-05-05", "first_name": "Made", "last_name": "Up"}
    first = await ask(client, member=member)
    clock.forward(days=3)
    second = await ask(client, member=member, facts={"age_years": 30})
    other = await ask(client, member={**member, "id": "QQ-200"})
    response = await client.get(f"/checks/{second}/as-of?on=2026-11-22", allow_redirects=False)
    assert response.headers["Location"] == f"/checks/{first}"
    assert (await client.get(f"/checks/{other}/as-of?on=2026-11-22")).status == 404
    assert QUESTION["payer"] == "acme"
