"""The pages as billing staff use them: by mouse, by keyboard, without scripts, small, enlarged, on paper."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.pages.conftest import Site, address, window

PAGES = [
    "/",
    "/?example=1",
    "/checks",
    "/payers",
    "/payers/due",
    "/payers/due?within=180",
    "/payers?q=aetna",
    "/payers/bcbs-massachusetts",
    "/sign-in",
    "/checks/none",
]


async def asked(page: Page, site: Site, example: int = 1) -> None:
    """Ask one of the examples."""
    await page.goto(address(site, f"/?example={example}"))
    await page.get_by_role("button", name="Check").click()
    await expect(page.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()


async def sound(page: Page) -> None:
    """No finding of axe."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def test_from_question_to_answer_to_call_to_the_answer_anew_to_history(page: Page, site: Site) -> None:
    await asked(page, site)
    await expect(page.get_by_role("heading", level=1)).to_have_text("5 of 5 parts need a call")
    await page.get_by_role("link", name=re.compile("^Call sheet")).click()
    await page.get_by_label("Name or id of the person").fill("Rep 12")
    await page.get_by_label("Reference number").fill("7781")
    for name in ("codes", "NPI or tax id", "diagnosis", "medical or pharmacy"):
        await page.get_by_label(name, exact=True).check()
    question = page.locator("li.question").filter(has_text="C1").first
    await question.get_by_label("Yes").check()
    await page.get_by_label("Read back and confirmed").check()
    await page.get_by_role("button", name="Record").click()
    row = page.get_by_role("row", name=re.compile("^Psychotherapy on the day"))
    await expect(row).to_contain_text("Likely covered")
    await expect(row).to_contain_text("Cannot tell")
    await expect(page.locator("#part-dosing_psychotherapy")).to_contain_text("from a call on 2026-11-22, reference 7781")
    await page.get_by_role("link", name="Earlier checks").click()
    await expect(page.get_by_role("table", name="Newest first").get_by_role("row")).to_have_count(3)


async def test_a_fact_that_is_changed_changes_the_answer_beside_the_earlier_one(page: Page, site: Site) -> None:
    await asked(page, site)
    before = page.url
    await page.get_by_label(re.compile("How old")).fill("16")
    await page.get_by_role("button", name="Check again").click()
    await expect(page.get_by_role("table", name=re.compile("beside the earlier answer"))).to_be_visible()
    assert page.url != before
    row = page.get_by_role("row", name=re.compile("^Ketamine by vein"))
    await expect(row).to_contain_text("leans towards not covered")


async def test_it_works_by_keyboard_alone(page: Page, site: Site) -> None:
    await page.goto(address(site))
    await expect(page.get_by_label("Payer")).to_be_focused()
    for label, keys, value in (
        ("Payer", "aetna", "aetna"),
        ("Line of business", "Comm", "commercial"),
        ("State", "MA", "MA"),
        ("Therapy", "Spravato", "spravato"),
        ("Diagnosis (ICD-10-CM)", "F33.2", "F33.2"),
    ):
        field = page.get_by_label(label, exact=True)
        for _ in range(20):
            if await field.evaluate("node => node === document.activeElement"):
                break
            await page.keyboard.press("Tab")
        await page.keyboard.type(keys, delay=20)
        await expect(field).to_have_value(value)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("of 3 parts")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


async def test_it_works_without_scripts(browser: Browser, site: Site) -> None:
    async for page in window(browser, java_script_enabled=False):
        await asked(page, site)
        await page.get_by_role("link", name=re.compile("^Call sheet")).click()
        await expect(page.get_by_role("heading", name="Call sheet")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(browser: Browser, site: Site, path: str, scheme: str) -> None:
    async for page in window(browser, color_scheme=scheme):
        await page.goto(address(site, path))
        await sound(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_answer_call_sheet_patient_view_and_refusal(browser: Browser, site: Site, scheme: str) -> None:
    async for page in window(browser, color_scheme=scheme):
        await asked(page, site)
        await sound(page)
        answer = page.url
        await page.goto(f"{answer}/call")
        await sound(page)
        await page.get_by_role("button", name="Record").click()
        await expect(page.get_by_role("alert")).to_contain_text("no question has an answer yet")
        await sound(page)
        await page.goto(f"{answer}?view=patient")
        await sound(page)
        await page.goto(address(site))
        await page.get_by_role("button", name="Check").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await sound(page)


@pytest.mark.parametrize("path", ["/", "/checks", "/payers", "/payers/bcbs-massachusetts"])
async def test_at_a_phones_width_and_at_400_percent_nothing_leads_sideways(browser: Browser, site: Site, path: str) -> None:
    async for page in window(browser, viewport={"width": 320, "height": 640}):
        await asked(page, site)
        for each in (page.url, f"{page.url}/call", address(site, path)):
            await page.goto(each)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_forced_colours_keep_results_apart_by_word_and_shape(browser: Browser, site: Site) -> None:
    async for page in window(browser, forced_colors="active"):
        await asked(page, site, 2)
        table = page.get_by_role("table", name=re.compile("Part by part"))
        await expect(table).to_contain_text("■ Likely not covered")
        await expect(table).to_contain_text("☎ Cannot tell: call")


async def test_the_first_page_is_small_and_asks_no_other_host(page: Page, site: Site) -> None:
    sizes: list[int] = []
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    async def weigh(response: object) -> None:
        sizes.append(len(await response.body()))  # type: ignore[attr-defined]

    page.on("response", weigh)
    await page.goto(address(site), wait_until="networkidle")
    assert hosts == {address(site).split("/")[2]}
    assert 0 < sum(sizes) < 100_000


async def test_a_known_payer_takes_few_inputs(page: Page, site: Site) -> None:
    """Payer, line, state, therapy, diagnosis, date and the button."""
    await page.goto(address(site))
    shown = page.locator("main input:visible, main select:visible, main button:visible")
    assert await shown.count() <= 12


@pytest.mark.parametrize("text", ["<script>document.title='x'</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "x" * 10_000])
async def test_whatever_is_typed_is_shown_and_never_run(page: Page, site: Site, text: str) -> None:
    await page.goto(address(site))
    await page.get_by_text("More about the plan").click()
    await page.get_by_text("With a patient").click()
    for label in ("Payer", "Plan name", "Group", "Diagnosis (ICD-10-CM)", "Member id", "First name, as on the card"):
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_role("button", name="Check").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await page.get_by_label("Plan name").input_value() == text
    assert await page.title() == "Ask · covercheck"
    await expect(page.locator("img")).to_have_count(0)


async def test_sent_twice_a_call_is_recorded_once(page: Page, site: Site) -> None:
    await asked(page, site)
    answer = page.url
    await page.goto(f"{answer}/call")
    await page.locator("li.question").first.get_by_label("Yes").check()
    await page.get_by_role("button", name="Record").dblclick()
    await expect(page.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()
    await page.go_back()
    await page.goto(answer)
    await expect(page.get_by_text("1 recorded call about this check")).to_be_visible()


async def test_the_patients_view_has_the_same_results_and_promises_nothing(page: Page, site: Site) -> None:
    await asked(page, site)
    staff = await page.locator("table.parts .badge").all_inner_texts()
    await page.get_by_role("link", name="Wording for the patient").click()
    assert await page.locator(".patient .badge").all_inner_texts() == staff
    text = (await page.locator("main").inner_text()).lower()
    assert not any(word in text for word in ("guarantee", "approved", "you will pay", "you qualify"))
    assert "988" in text


async def test_the_call_sheet_prints_questions_whole(page: Page, site: Site) -> None:
    await asked(page, site)
    await page.goto(f"{page.url}/call")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation")).to_be_hidden()
    inside = await page.locator("li.question").first.evaluate("node => getComputedStyle(node).breakInside")
    assert inside == "avoid"


async def test_claims_are_recorded_and_from_five_on_their_share_is_shown(page: Page, site: Site) -> None:
    for _ in range(5):
        await asked(page, site, 2)
        await page.get_by_text("Record a claim that was paid or denied").click()
        await page.get_by_label("Part", exact=True).select_option("ketamine_iv")
        await page.get_by_label("Claim", exact=True).select_option("denied")
        await page.locator("#outcomes").get_by_role("button", name="Record").click()
        await expect(page.locator("#outcomes")).to_contain_text("ketamine iv denied, by a claim")
    await page.goto(address(site, "/checks"))
    row = page.get_by_role("row", name=re.compile("bcbs-alabama ketamine iv"))
    await expect(row).to_contain_text("5 of 5")
    await expect(row).to_contain_text("100 % (57 to 100)")
    await sound(page)
