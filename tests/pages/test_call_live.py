"""During the call: what the answers mean so far, contradictions named at once, needless questions greyed, and nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from covercheck.checks.check import Checker
from tests.pages.conftest import Site, window
from tests.pages.desk import call_sheet, desk, named_all, question, sign_in
from tests.pages.test_pages import sound
from tests.pages.test_sign_in import FORM
from tests.web.conftest import Client

KEPT = "Object.keys(sessionStorage).filter(name => name.startsWith('covercheck.call.'))"


def part(page: Page, label: str) -> Any:
    """One part in the panel of what is known so far."""
    return page.locator("#live li").filter(has_text=label)


async def test_an_answer_changes_the_parts_at_once_and_is_recorded_nowhere(page: Page, site: Site) -> None:
    answer = await call_sheet(page, site)
    await named_all(page)
    await question(page, "C1").get_by_label("Yes").check()
    await expect(part(page, "Psychotherapy on the day of a dose")).to_contain_text("Likely covered")
    await expect(part(page, "Psychotherapy on the day of a dose")).to_contain_text("was: cannot tell")
    await expect(page.locator("#announce")).to_contain_text("likely covered")
    await sound(page)
    await page.goto(answer)
    await expect(page.get_by_text(re.compile("recorded calls? about this check"))).to_have_count(0)


async def test_a_plan_that_is_not_active_makes_all_else_needless(page: Page, site: Site) -> None:
    await call_sheet(page, site)
    await named_all(page)
    await question(page, "A1").get_by_label("No", exact=True).check()
    await expect(question(page, "C1")).to_have_class(re.compile("needless"))
    await expect(question(page, "C1")).to_contain_text("No longer needed")
    await expect(question(page, "A1")).not_to_have_class(re.compile("needless"))
    await expect(question(page, "G2")).not_to_have_class(re.compile("needless"))
    await expect(page.locator("#announce")).to_contain_text("no longer needed")
    await sound(page)
    await question(page, "A1").get_by_label("Yes").check()
    await expect(question(page, "C1")).not_to_have_class(re.compile("needless"))


async def test_a_contradiction_is_named_at_its_question_while_the_line_is_open(page: Page, site: Site) -> None:
    await call_sheet(page, site)
    await named_all(page)
    await question(page, "C1").get_by_label("Yes").check()
    await question(page, "C4").get_by_label("Yes").check()
    await expect(page.locator("#live")).to_contain_text("Contradictions: ask at once")
    await expect(question(page, "C4")).to_contain_text("Ask which holds, and why")
    await expect(page.locator("#announce")).to_contain_text("contradiction")
    await sound(page)


async def test_what_is_not_typed_right_yet_is_told_and_the_rest_counts(page: Page, site: Site) -> None:
    await call_sheet(page, site)
    await named_all(page)
    await question(page, "A2").get_by_label("Yes").check()
    await question(page, "C1").get_by_label("Yes").check()
    await expect(page.locator("#live .fault")).to_contain_text("fact value")
    await expect(part(page, "Psychotherapy on the day of a dose")).to_contain_text("Likely covered")


async def test_enter_in_a_field_works_out_and_records_nothing(page: Page, site: Site) -> None:
    answer = await call_sheet(page, site)
    await question(page, "C1").get_by_label("Yes").check()
    async with page.expect_response(re.compile("/call/live$")):
        await question(page, "C1").get_by_label("Their words").press("Enter")
    assert page.url == f"{answer}/call"


async def test_the_whole_call_by_keyboard_alone(page: Page, site: Site) -> None:
    await call_sheet(page, site)

    async def tab_to(accessible: str) -> None:
        for _ in range(120):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement?.labels?.[0]?.textContent.trim()") == accessible:
                return
        pytest.fail(f"{accessible} was not reached")

    await tab_to("Name or id of the person")
    await page.keyboard.type("Rep 12")
    await tab_to("Reference number")
    await page.keyboard.type("7781")
    for name in ("codes", "NPI or tax id", "diagnosis", "medical or pharmacy"):
        await tab_to(name)
        await page.keyboard.press("Space")
    for _ in range(120):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.name") == "answer.C1":
            break
    await page.keyboard.press("Space")
    await expect(question(page, "C1").get_by_label("Yes")).to_be_checked()
    await tab_to("Read back and confirmed")
    await page.keyboard.press("Space")
    await expect(part(page, "Psychotherapy on the day of a dose")).to_contain_text("Likely covered")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Record")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("row", name=re.compile("^Psychotherapy on the day"))).to_contain_text("Likely covered")


async def test_the_next_open_question_is_one_key_away(page: Page, site: Site) -> None:
    await call_sheet(page, site)
    await named_all(page)
    first = page.locator("li.question").first
    await first.get_by_label("Yes").check()
    await page.get_by_role("button", name="Next open question").press("Enter")
    second = page.locator("li.question").nth(1)
    await expect(second.get_by_role("radio").first).to_be_focused()
    await page.keyboard.press("Space")
    await question(page, "A1").get_by_label("No", exact=True).check()
    await expect(question(page, "C1")).to_have_class(re.compile("needless"))
    await page.get_by_role("button", name="Next open question").press("Enter")
    assert str(await page.evaluate("document.activeElement.name")).startswith("answer.G")


async def test_without_scripts_a_button_works_out_and_keeps_what_is_typed(browser: Browser, site: Site) -> None:
    async for page in window(browser, java_script_enabled=False):
        await call_sheet(page, site)
        await named_all(page)
        await question(page, "A1").get_by_label("No", exact=True).check()
        await question(page, "A1").get_by_label("Their words").fill('ended "<b>June</b>"')
        await page.get_by_role("button", name="Work out so far").click()
        await expect(question(page, "C1")).to_contain_text("No longer needed")
        await expect(question(page, "A1").get_by_label("No", exact=True)).to_be_checked()
        await expect(question(page, "A1").get_by_label("Their words")).to_have_value('ended "<b>June</b>"')
        await page.get_by_role("button", name="Record").click()
        await expect(page.get_by_role("table", name=re.compile("Part by part"))).to_contain_text("Likely not covered")


async def test_a_reload_brings_back_what_was_typed_and_an_empty_form_can_be_had(page: Page, site: Site) -> None:
    await call_sheet(page, site)
    await expect(page.get_by_role("button", name="Begin with an empty form")).to_be_hidden()
    await named_all(page)
    await question(page, "C1").get_by_label("Yes").check()
    await question(page, "C1").get_by_label("Their words").fill("yes <for> 90837")
    await page.reload()
    await expect(page.locator("#announce")).not_to_be_empty()
    await expect(page.get_by_label("Reference number")).to_have_value("K7781")
    await expect(page.get_by_label("codes", exact=True)).to_be_checked()
    await expect(question(page, "C1").get_by_label("Yes")).to_be_checked()
    await expect(question(page, "C1").get_by_label("Their words")).to_have_value("yes <for> 90837")
    await expect(part(page, "Psychotherapy on the day of a dose")).to_contain_text("Likely covered")
    await page.get_by_role("button", name="Begin with an empty form").click()
    await expect(page.get_by_label("Reference number")).to_have_value("")
    await page.reload()
    await expect(page.get_by_label("Reference number")).to_have_value("")


async def test_what_was_typed_is_kept_in_this_tab_alone_and_gone_after_recording(page: Page, site: Site) -> None:
    answer = await call_sheet(page, site)
    await question(page, "C1").get_by_label("Yes").check()
    assert await page.evaluate(f"{KEPT}.length") == 1
    assert await page.evaluate("Object.keys(localStorage).length") == 0
    other = await page.context.new_page()
    await other.goto(f"{answer}/call")
    await expect(question(other, "C1").get_by_label("Yes")).not_to_be_checked()
    await page.get_by_role("button", name="Record").click()
    await expect(page.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()
    assert await page.evaluate(f"{KEPT}.length") == 0
    await page.go_back()
    await expect(question(page, "C1").get_by_label("Yes")).not_to_be_checked()


async def test_a_draft_begun_again_survives_a_look_at_the_answer_recorded_before(page: Page, site: Site) -> None:
    answer = await call_sheet(page, site)
    await question(page, "C1").get_by_label("Yes").check()
    await page.get_by_role("button", name="Record").click()
    await expect(page.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()
    after = page.url
    await page.goto(f"{answer}/call")
    await question(page, "C3").get_by_label("No", exact=True).check()
    await page.goto(after)
    await page.goto(f"{answer}/call")
    await expect(question(page, "C3").get_by_label("No", exact=True)).to_be_checked()


async def test_signing_out_forgets_drafts_in_every_tab(browser: Browser, checker: Checker) -> None:
    async with desk(checker) as at, at.person(browser, "Alex") as page:
        answer = await call_sheet(page, at.site)
        await question(page, "C1").get_by_label("Yes").check()
        other = await page.context.new_page()
        await other.goto(f"{answer}/call")
        await question(other, "C1").get_by_label("No", exact=True).check()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("status")).to_contain_text("signed out")
        await sound(page)
        assert await page.evaluate(f"{KEPT}.length") == 0
        await other.wait_for_function(f"{KEPT}.length === 0")


async def test_another_persons_draft_is_never_shown(browser: Browser, checker: Checker) -> None:
    async with desk(checker) as at, at.person(browser, "Alex") as page:
        answer = await call_sheet(page, at.site)
        await page.get_by_label("Reference number").fill("7781")
        await page.context.clear_cookies()
        await page.goto(f"{answer}/call")
        await sign_in(page, at.token("Blake"))
        await expect(page.get_by_role("heading", name="Call sheet")).to_be_visible()
        await expect(page.get_by_label("Reference number")).to_have_value("")
        assert await page.evaluate(f"{KEPT}.length") == 0


async def test_when_the_service_is_gone_everything_typed_stays(browser: Browser, site: Site) -> None:
    async for page in window(browser):
        await call_sheet(page, site)
        await page.context.set_offline(True)
        await question(page, "C1").get_by_label("Yes").check()
        await expect(page.locator("#trouble")).to_contain_text("Everything typed is kept")
        await page.context.set_offline(False)
        await question(page, "C3").get_by_label("Yes").check()
        await expect(page.locator("#trouble")).to_be_empty()


async def test_only_our_own_scripts_run_and_none_stands_in_the_page(client: Client) -> None:
    found = await client.post("/ask", data=FORM, allow_redirects=False)
    response = await client.get(f"{found.headers['Location']}/call")
    text = await response.text()
    assert "script-src 'self'; connect-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    for address in re.findall(r"<script([^>]*)></script>", text):
        name = re.search(r'src="(/static/[0-9a-f]{16}\.js)"', address)
        assert name is not None
        script = await client.get(name[1])
        assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert "immutable" in script.headers["Cache-Control"]
    assert len(re.findall("<script", text)) == len(re.findall(r"<script[^>]*></script>", text)) == 2
    assert not re.search(r"\son[a-z]+=", text)
    assert (await client.get("/static/0000000000000000.js")).status == 404


@pytest.mark.parametrize(
    "answers",
    [{}, {"answer.A1": "perhaps"}, {"answer.Z9": "yes"}, {"answer.A1": "yes", "on": "yesterday"}, {"answer.": "yes"}, {"answer.R1:": "no"}],
)
async def test_what_makes_no_sense_is_told_and_breaks_nothing(client: Client, answers: dict[str, str]) -> None:
    found = await client.post("/ask", data=FORM, allow_redirects=False)
    path = f"{found.headers['Location']}/call"
    response = await client.post(f"{path}/live", data=answers, headers={"Accept": "application/json"})
    assert response.status == 200
    assert set(await response.json()) >= {"panel", "announcement", "needless", "notes"}
    assert (await client.post(path, data=answers, allow_redirects=False)).status == 422
    kept = await client.get(f"/v1{found.headers['Location']}/calls")
    assert (await kept.json())["calls"] == []


async def test_during_a_call_nothing_leads_sideways_on_a_phone_nor_hides_in_forced_colours(browser: Browser, site: Site) -> None:
    async for page in window(browser, viewport={"width": 320, "height": 640}, forced_colors="active"):
        await call_sheet(page, site)
        await named_all(page)
        await question(page, "A1").get_by_label("No", exact=True).check()
        await expect(question(page, "C1")).to_contain_text("No longer needed")
        await expect(page.locator("#live")).to_contain_text("■ Likely not covered")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
