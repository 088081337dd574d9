"""Two answers side by side, and an answer as it was on a day."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from covercheck.records.roles import ROLES, Role, may
from tests.pages.conftest import Site, address, window
from tests.pages.test_pages import asked, sound
from tests.pages.test_sign_in import FORM, new_token, sign_in
from tests.web.conftest import Client, Serve
from tests.web.serving import Clock, changed

MEMBER = {"id": "QQ-100", "date_of_birth": "1985-05-05", "first_name": "Made", "last_name": "Up"}


async def ask(client: Client, **keys: Any) -> str:
    return str((await (await client.post("/v1/checks", json=changed(**keys))).json())["id"])


async def two(page: Page, site: Site) -> None:
    """A question, and the same with a fact more; the comparison of both."""
    await asked(page, site)
    await page.get_by_label(re.compile("How old")).fill("16")
    await page.get_by_role("button", name="Check again").click()
    await page.get_by_role("link", name="Compare with the earlier answer").click()


async def test_two_earlier_checks_are_chosen_and_compared(page: Page, site: Site) -> None:
    await two(page, site)
    await expect(page.locator("p.lead")).to_have_text(
        "No part has another result. Only the question differs: that is behind every difference."
    )
    await expect(page.get_by_role("definition").filter(has_text="not said")).to_contain_text(
        "age on the date of service: not said → then 16"
    )
    await expect(page.get_by_role("main")).to_contain_text("The rules were the same.")
    row = page.get_by_role("row", name=re.compile("^Ketamine by vein"))
    await expect(row).to_contain_text("leaning: none → then not covered")
    await expect(row).to_contain_text("Behind it: the question.")
    await sound(page)
    await page.get_by_role("link", name="Earlier checks").click()
    await sound(page)
    await page.get_by_role("button", name="Compare the two").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Two answers side by side")


@pytest.mark.parametrize(
    "options", [{"java_script_enabled": False}, {"viewport": {"width": 320, "height": 640}}], ids=["no-scripts", "phone"]
)
async def test_from_an_answer_another_one_is_chosen_by_keyboard_alone(browser: Browser, site: Site, options: dict[str, Any]) -> None:
    async for page in window(browser, **options):
        await asked(page, site)
        await asked(page, site)
        await page.get_by_role("link", name="Compare with another").press("Enter")
        await expect(page.get_by_text("Choose the answer to lay beside")).to_be_visible()
        second = page.get_by_role("radio", name=re.compile("second$"))
        await expect(second).to_have_count(1)
        await second.press("Space")
        await page.get_by_role("button", name="Compare the two").press("Enter")
        await expect(page.locator("p.lead")).to_contain_text(
            "No part has another result. Question, rules and what was learned are the same."
        )
        assert await page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_comparison_day_and_choice(browser: Browser, site: Site, scheme: str) -> None:
    async for page in window(browser, color_scheme=scheme):
        await two(page, site)
        await sound(page)
        await page.go_back()
        answer = page.url.partition("?")[0]
        for path in (
            f"{answer}/as-of?on=2026-11-22",
            f"{answer}/as-of?on=2026-11-21",
            address(site, f"/checks?with={answer.rpartition('/')[2]}"),
        ):
            await page.goto(path)
            await sound(page)
        for day in ("2026-11-22", "2026-11-21", "never"):
            await page.goto(address(site, f"/checks?on={day}"))
            await sound(page)


async def test_on_a_phone_no_page_of_earlier_answers_leads_sideways(browser: Browser, site: Site) -> None:
    async for page in window(browser, viewport={"width": 320, "height": 640}):
        await two(page, site)
        compare = page.url
        await page.go_back()
        answer = page.url.partition("?")[0]
        for path in (compare, f"{answer}/as-of?on=2026-11-22", f"{answer}/as-of?on=2020-01-01", address(site, "/checks?on=2026-11-22")):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path


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


async def as_of(client: Client, check: str, on: str) -> tuple[int, str]:
    """The status, and the check that is shown; empty for none."""
    response = await client.get(f"/checks/{check}/as-of?on={on}", allow_redirects=False)
    shown = re.search(r"<dt>Check</dt><dd><code>(\w+)</code>", await response.text())
    return response.status, shown.group(1) if shown else ""


async def test_an_answer_as_it_was_on_a_day_is_the_newest_given_by_then(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    ids = []
    for _ in range(3):
        ids.append(await ask(client))
        await ask(client, facts={"age_years": 17})
        clock.forward(days=10)
    for on, expected in (("2026-11-22", ids[0]), ("2026-12-01", ids[0]), ("2026-12-02", ids[1]), ("2027-01-30", ids[2])):
        assert await as_of(client, ids[2], on) == (200, expected)
    none = await client.get(f"/checks/{ids[2]}/as-of?on=2026-11-21")
    assert (none.status, "Not asked by 2026-11-21" in await none.text()) == (404, True)
    assert (await client.get(f"/checks/{ids[2]}/as-of?on=never")).status == 422


async def test_the_answer_of_a_day_tells_its_age_its_rules_and_whether_it_still_held(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    check = await ask(client)
    answer = await (await client.get(f"/v1/checks/{check}")).json()
    for on, age, held in (
        ("2026-11-22", "on that day", "still valid on that day"),
        ("2026-11-23", "1 day before", "still valid on that day"),
        (answer["valid_until"], "39 days before", "still valid on that day"),
        ("2027-01-01", "40 days before", "over by then"),
    ):
        text = await (await client.get(f"/checks/{check}/as-of?on={on}")).text()
        assert age in text
        assert held in text
        assert f"<code>{answer['rulebook']}</code>, in use here since 2026-11-22" in text


@pytest.mark.parametrize("on", ["0001-01-01", "0999-12-31", "1969-12-31", "9999-12-31", "2026-11-22T00:00", "", "22.11.2026"])
async def test_no_day_however_odd_breaks_anything(client: Client, on: str) -> None:
    check = await ask(client)
    assert (await client.get(f"/checks/{check}/as-of", params={"on": on})).status == (
        200 if on.startswith("9") else 404 if on[4:5] == "-" and len(on) == 10 else 422
    )
    assert (await client.get("/checks", params={"on": on})).status == 200


async def test_of_one_member_the_answer_of_that_day_is_found_though_facts_had_changed(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    first = await ask(client, member=MEMBER)
    clock.forward(days=3)
    second = await ask(client, member=MEMBER, facts={"age_years": 30})
    other = await ask(client, member={**MEMBER, "id": "QQ-200"})
    assert await as_of(client, second, "2026-11-22") == (200, first)
    assert (await as_of(client, other, "2026-11-22"))[0] == 404


async def test_of_one_member_another_therapy_is_another_question(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    spravato = await ask(client, member=MEMBER)
    clock.forward(hours=1)
    await ask(client, member=MEMBER, therapy="kap_iv")
    clock.forward(days=1)
    assert await as_of(client, spravato, "2026-11-22") == (200, spravato)


async def test_an_answer_after_a_call_is_the_newest_to_the_same_question(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    asked_first = await ask(client, therapy="kap_iv")
    clock.forward(days=2)
    told = {
        "on": "2026-11-24",
        "person": "Rep",
        "reference": "1",
        "answers": [{"question_id": "C1", "value": "yes", "parts": ["psychotherapy"]}],
    }
    recorded = await (await client.post(f"/v1/checks/{asked_first}/calls", json=told)).json()
    assert await as_of(client, asked_first, "2026-11-23") == (200, asked_first)
    assert await as_of(client, asked_first, "2026-11-24") == (200, recorded["answer"]["id"])


async def test_an_answer_with_other_facts_is_named_and_not_passed_off_as_the_same(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    before = await ask(client, facts={"age_years": 17})
    clock.forward(days=1)
    check = await ask(client)
    response = await client.get(f"/checks/{check}/as-of?on=2026-11-22")
    text = await response.text()
    assert response.status == 404
    assert f'With other facts it had been answered on 2026-11-22: <a href="/checks/{before}">' in text
    assert "With other facts" not in await (await client.get(f"/checks/{check}/as-of?on=2026-11-21")).text()


async def test_many_other_questions_of_the_day_do_not_hide_the_answer(serve: Serve) -> None:
    clock = Clock()
    client = await serve(clock=clock)
    wanted = await ask(client)
    clock.forward(minutes=1)
    for number in range(205):
        await ask(client, facts={"age_years": 20 + number % 60, "failed_antidepressants": number})
    assert await as_of(client, wanted, "2026-11-22") == (200, wanted)


@pytest.mark.parametrize("role", ROLES)
async def test_roles_and_tenants_hold_for_every_page_of_earlier_answers(serve: Serve, role: Role) -> None:
    client = await serve()
    await sign_in(client, new_token(client, "billing"))
    mine = (await client.post("/ask", data=FORM, allow_redirects=False)).headers["Location"].removeprefix("/checks/")
    paths = (f"/checks/compare?a={mine}&b={mine}", f"/checks/{mine}/as-of?on=2026-11-22", f"/checks?with={mine}")
    for org, found in (("harbor", 404 if role == "portal" else 200), ("lighthouse", 404)):
        await sign_in(client, new_token(client, role, org))
        for path in paths:
            may_look = may(role, "check.list" if path.startswith("/checks?") else "check.read")
            response = await client.get(path, allow_redirects=False)
            assert response.status == (found if may_look else 403), (org, path)
            assert (response.status == 200) is ("Acme" in await response.text())
