"""Earlier checks: narrowed by payer, member, day of service and who asked, and as the list stood on a day."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import Site, address
from tests.pages.test_compare import MEMBER, ask
from tests.pages.test_pages import asked, sound
from tests.pages.test_sign_in import FORM, named_token, new_token, sign_in
from tests.web.conftest import Client, Serve
from tests.web.serving import Clock


async def shown(client: Client, **narrowed: str) -> list[str]:
    """The checks of the list, newest first."""
    text = await (await client.get("/checks", params=narrowed)).text()
    return re.findall(r'<th scope="row"><a href="/checks/(\w+)">', text)


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"since": "2026-11-30"}, [1, 0]),
        ({"since": "2026-12-01"}, [1]),
        ({"since": "2026-12-02"}, []),
        ({"until": "2026-11-30"}, [0]),
        ({"until": "2026-12-01"}, [1, 0]),
        ({"until": "2026-11-29"}, []),
        ({"since": "2026-11-30", "until": "2026-11-30"}, [0]),
        ({"since": "30 November"}, [1, 0]),
    ],
)
async def test_the_list_is_narrowed_to_days_of_service(client: Client, narrowed: dict[str, str], found: list[int]) -> None:
    made = [await ask(client, date_of_service="2026-11-30"), await ask(client, date_of_service="2026-12-01")]
    assert await shown(client, **narrowed) == [made[index] for index in found]


async def test_who_asked_is_told_by_name_and_the_list_narrowed_to_them(serve: Serve) -> None:
    client = await serve()
    ids = []
    for name in ("front desk", "night desk"):
        token, text = named_token(client, name)
        await sign_in(client, text)
        location = (await client.post("/ask", data=FORM, allow_redirects=False)).headers["Location"]
        ids.append((token.id, location.removeprefix("/checks/")))
    (front, first), (night, second) = ids
    page = await (await client.get("/checks")).text()
    assert re.findall(r"by </span>([^<]+)</td>", page) == ["me", "front desk"], "newest first; the night desk is looking"
    assert await shown(client, by=front) == [first]
    assert await shown(client, by=night) == [second]
    assert await shown(client, by="nobody") == []


async def test_a_portal_is_told_of_nobody_else_and_reaches_nobody_elses_checks(serve: Serve) -> None:
    client = await serve()
    token, text = named_token(client, "front desk")
    await sign_in(client, text)
    await client.post("/ask", data=FORM, allow_redirects=False)
    await sign_in(client, new_token(client, "portal"))
    assert await shown(client, by=token.id) == []
    assert "front desk" not in await (await client.get("/checks")).text()


async def test_where_nobody_signs_in_nobody_is_told_apart(client: Client) -> None:
    await ask(client)
    assert "Asked by" not in await (await client.get("/checks")).text()


async def test_a_plan_is_told_by_the_payers_name_line_and_state(page: Page, site: Site) -> None:
    await asked(page, site)
    await page.goto(address(site, "/checks"))
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Blue Cross Blue Shield of Massachusetts, commercial, MA")
    await sound(page)


async def test_history_as_it_was_on_a_day_leaves_out_what_came_later(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    old = await ask(client)
    clock.forward(days=5)
    new = await ask(client)
    for on, shown in (("2026-11-21", []), ("2026-11-22", [old]), ("2026-11-26", [old]), ("2026-11-27", [new, old]), ("never", [new, old])):
        text = await (await client.get(f"/checks?on={on}")).text()
        assert re.findall(r'<th scope="row"><a href="/checks/(\w+)">', text) == shown
    assert "had been asked by 2026-11-21" in await (await client.get("/checks?on=2026-11-21")).text()
    assert "not narrowed to a day" in await (await client.get("/checks?on=never")).text()


async def test_a_list_is_narrowed_to_one_member_and_never_widened_by_a_bad_one(client: Client) -> None:
    mine, other = await ask(client, member=MEMBER), await ask(client)
    listed = (await (await client.get("/v1/checks")).json())["checks"]
    token = next(one["member_token"] for one in listed if one["id"] == mine)
    text = await (await client.get("/checks", params={"member": token})).text()
    assert (mine in text, other in text) == (True, False)
    assert (await client.get("/checks", params={"member": "QQ-100"})).status == 422


async def test_the_next_page_keeps_what_the_list_was_narrowed_to(client: Client) -> None:
    check = await ask(client)
    for _ in range(50):
        await ask(client)
    text = await (await client.get(f"/checks?payer=acme&on=2026-11-22&with={check}")).text()
    older = re.search(r'href="(/checks\?[^"]+cursor=[^"]+)">Older', text)
    assert older is not None
    rest = await (await client.get(older.group(1).replace("&amp;", "&"))).text()
    assert "As it was on 2026-11-22" in rest
    assert rest.count('name="b"') == 0
    assert "Choose the answer to lay beside" in rest
