"""Rules changed by people without a shell: written, looked at, tried, approved by another, published, and taken back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from covercheck.checks.check import Checker
from covercheck.rules import load_files
from tests.pages.conftest import address
from tests.pages.desk import Desk, desk
from tests.pages.test_pages import sound
from tests.web.test_reloading import rules

FILE = "acme/101.yaml"


@pytest.fixture
async def keepers() -> AsyncIterator[Desk]:
    async with desk(Checker.of(load_files(rules("18"))), rules="releases", rule_keepers="harbor", release_seconds=3_600) as opened:
        yield opened


async def write(page: Page, opened: Desk, text: str, note: str = "adults of 21") -> str:
    """Take the present text, put another in its place, keep it; the address of the draft."""
    await page.goto(address(opened.site, "/rules/drafts"))
    await page.get_by_label("Change this file").fill(FILE)
    await page.get_by_role("button", name="Take its present text").click()
    await expect(page.get_by_label("Text of the file")).to_contain_text("acme/101")
    await page.get_by_label("Text of the file").fill(text)
    await page.get_by_label("What changed, and on what ground").fill(note)
    await page.get_by_role("button", name="Keep this draft").click()
    return page.url


async def publish(author: Page, approver: Page, opened: Desk, at_least: str, at: str = "") -> None:
    """One writes, another approves and publishes, for a moment in UTC or at once."""
    draft = await write(author, opened, rules(at_least)[FILE].decode(), f"adults of {at_least}")
    await approver.goto(draft)
    await approver.get_by_label("Why it is right").fill("read against the bulletin")
    await approver.get_by_role("button", name="Approve").click()
    await approver.get_by_label("In force from").fill(at)
    await approver.get_by_role("button", name="Publish").click()
    await expect(approver.get_by_text("published as release")).to_be_visible()


async def whole(page: Page) -> None:
    """Nothing for axe to find, and nothing that leads sideways on a phone."""
    await sound(page)
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
async def test_one_writes_another_approves_and_it_is_in_force_until_taken_back(keepers: Desk, browser: Browser, scripts: bool) -> None:
    options = {"java_script_enabled": scripts}
    async with keepers.person(browser, "Ann", "ops", **options) as ann, keepers.person(browser, "Bob", "ops", **options) as bob:
        draft = await write(ann, keepers, rules("21")[FILE].decode())
        await expect(ann.get_by_text("limit, at least")).to_be_visible()
        await expect(ann.get_by_text("For example")).to_be_visible()
        await expect(ann.get_by_role("button", name="Approve")).to_have_count(0)
        if scripts:
            await whole(ann)
        await bob.goto(draft)
        await bob.get_by_label("Why it is right").fill("read against the bulletin")
        await bob.get_by_role("button", name="Approve").click()
        await expect(bob.get_by_text("Approved by")).to_contain_text("read against the bulletin")
        if scripts:
            await whole(bob)
        await bob.get_by_role("button", name="Publish").click()
        await expect(bob.get_by_text("published as release 2")).to_be_visible()
        await bob.goto(address(keepers.site, "/rules/releases"))
        await expect(bob.get_by_role("listitem").filter(has_text="Release 2")).to_contain_text("in force")
        if scripts:
            await whole(bob)
        await bob.get_by_text("Go back to release 1").click()
        await bob.get_by_label("What is wrong").fill("18 after all")
        await bob.get_by_role("button", name="Publish it again").click()
        await expect(bob.get_by_role("listitem").filter(has_text="Release 3")).to_contain_text("brings back release 1")


async def test_a_draft_is_tried_with_a_question_beside_the_rules_in_force(keepers: Desk, browser: Browser) -> None:
    async with keepers.person(browser, "Ann", "ops") as page:
        await write(page, keepers, rules("21")[FILE].decode())
        await page.get_by_role("link", name="Try it", exact=True).first.click()
        row = page.get_by_role("row", name=re.compile("^esketamine"))
        await expect(row).to_contain_text("Likely covered")
        await expect(row).to_contain_text("Likely not covered")
        await whole(page)
        await page.get_by_label("age in years").fill("40")
        await page.get_by_role("button", name="Ask both").click()
        await expect(row).to_contain_text("nothing")
        await page.get_by_label("Payer").fill("nobody at all")
        await page.get_by_role("button", name="Ask both").click()
        await expect(page.get_by_role("alert")).to_contain_text("payer")
        await expect(page.get_by_label("age in years")).to_have_value("40")
        await whole(page)


async def test_what_is_bad_is_told_with_its_line_and_goes_no_further(keepers: Desk, browser: Browser) -> None:
    async with keepers.person(browser, "Ann", "ops") as ann, keepers.person(browser, "Bob", "ops") as bob:
        draft = await write(ann, keepers, "policy: acme/101\nlines: [\n")
        await expect(ann.get_by_text(f"{FILE}:3")).to_be_visible()
        await whole(ann)
        await bob.goto(draft)
        await expect(bob.get_by_role("button", name="Approve")).to_have_count(0)
        await bob.get_by_role("button", name="Withdraw").click()
        await expect(bob.get_by_text("Nothing: it was withdrawn.")).to_be_visible()


async def test_what_is_typed_stays_where_a_draft_is_refused(keepers: Desk, browser: Browser) -> None:
    async with keepers.person(browser, "Ann", "ops") as page:
        await page.goto(address(keepers.site, "/rules/drafts"))
        await whole(page)
        script = "<script>window.broken = true</script>"
        await page.get_by_label("Path").fill("../secret.yaml")
        await page.get_by_label("Text of the file").fill(f"policy: x\n{script}\n")
        await page.get_by_label("What changed, and on what ground").fill(script)
        await page.get_by_role("button", name="Keep this draft").click()
        await expect(page.get_by_role("alert")).to_contain_text("the path of a rule file is payer/policy.yaml")
        await expect(page.get_by_label("Text of the file")).to_have_value(re.compile("policy: x"))
        await expect(page.get_by_label("What changed, and on what ground")).to_have_value(script)
        assert await page.evaluate("window.broken") is None


async def test_the_text_that_is_shown_is_the_newest_releases_and_one_that_comes_between_is_noticed(keepers: Desk, browser: Browser) -> None:
    """Else whoever writes while a release is still to come would undo it without a word."""
    async with (
        keepers.person(browser, "Ann", "ops") as ann,
        keepers.person(browser, "Bob", "ops") as bob,
        keepers.person(browser, "Cara", "ops") as cara,
    ):
        await publish(bob, cara, keepers, "21", at="2026-12-24T09:00")
        await ann.goto(address(keepers.site, f"/rules/drafts?file={FILE}"))
        await expect(ann.get_by_label("Text of the file")).to_have_value(re.compile("21 or older"))
        await expect(ann.get_by_text("It changes release 2")).to_be_visible()
        await whole(ann)
        await publish(bob, cara, keepers, "30", at="2026-12-24T09:00")
        await ann.get_by_label("Text of the file").fill(rules("40")[FILE].decode())
        await ann.get_by_label("What changed, and on what ground").fill("written meanwhile")
        await ann.get_by_role("button", name="Keep this draft").click()
        await expect(ann.get_by_role("main")).to_contain_text(f"It changed {FILE} too")
        await expect(ann.get_by_role("button", name="Write it again")).to_have_count(0)
        await whole(ann)


async def test_what_an_outdated_draft_changes_is_written_again_where_nothing_of_it_changed(keepers: Desk, browser: Browser) -> None:
    async with keepers.person(browser, "Ann", "ops") as ann, keepers.person(browser, "Bob", "ops") as bob:
        await ann.goto(address(keepers.site, "/rules/drafts?file=codes.yaml"))
        text = await ann.get_by_label("Text of the file").input_value()
        await ann.get_by_label("Text of the file").fill(text.replace("esketamine, 1 mg", "esketamine per milligram"))
        await ann.get_by_label("What changed, and on what ground").fill("other words")
        await ann.get_by_role("button", name="Keep this draft").click()
        draft = ann.url
        await publish(ann, bob, keepers, "21")
        await ann.goto(draft)
        await expect(ann.get_by_text("they can be sent again as they are")).to_be_visible()
        await whole(ann)
        await ann.get_by_role("button", name="Write it again on the newest rules").click()
        assert ann.url != draft
        await expect(ann.get_by_text("changes release 2")).to_be_visible()
        await expect(ann.get_by_role("main")).to_contain_text("Somebody else than its author")


async def test_the_timeline_tells_what_is_to_come_and_what_never_will(keepers: Desk, browser: Browser) -> None:
    async with keepers.person(browser, "Ann", "ops") as ann, keepers.person(browser, "Bob", "ops") as bob:
        await publish(ann, bob, keepers, "21", at="2026-12-24T09:00")
        await bob.goto(address(keepers.site, "/rules/releases"))
        await expect(bob.get_by_role("listitem").filter(has_text="Release 2")).to_contain_text("to come")
        await whole(bob)
        await bob.get_by_text("Stay with release 1").click()
        await bob.get_by_label("What is wrong").last.fill("18 after all")
        await bob.get_by_role("button", name="Publish it again").last.click()
        await expect(bob.get_by_role("listitem").filter(has_text="Release 3")).to_contain_text("in force")
        await expect(bob.get_by_role("listitem").filter(has_text="Release 2")).to_contain_text("set aside, never in force")
        await whole(bob)


async def test_recorded_checks_are_replayed_and_drilled_down_into(keepers: Desk, browser: Browser) -> None:
    async with keepers.person(browser, "Ann", "admin") as page:
        await page.goto(address(keepers.site, "/"))
        await page.get_by_label("Payer", exact=True).fill("acme")
        await page.locator("#line").select_option("commercial")
        await page.locator("#state").fill("MA")
        await page.get_by_label(re.compile("^Therapy")).select_option("spravato")
        await page.get_by_label(re.compile("^Diagnos")).fill("F33.2")
        await page.get_by_role("button", name="Check").click()
        await page.get_by_label(re.compile("age in years")).fill("20")
        await page.get_by_role("button", name="Check again").click()
        await write(page, keepers, rules("21")[FILE].decode())
        await page.get_by_role("button", name="Ask them again").click()
        for _ in range(100):
            if await page.get_by_text("Recorded checks: ").count():
                break
            await page.wait_for_timeout(100)
            await page.reload()
        await expect(page.get_by_text("Recorded checks: 1 of 2 flip")).to_be_visible()
        group = page.get_by_text("1 × acme, esketamine")
        await group.click()
        await expect(page.get_by_role("link", name=re.compile("^chk_"))).to_be_visible()
        await whole(page)


async def test_billing_staff_neither_sees_nor_changes_drafts(keepers: Desk, browser: Browser) -> None:
    async with keepers.person(browser, "Clara") as page:
        for path in ("/rules/drafts", "/rules/releases"):
            await page.goto(address(keepers.site, path))
            await expect(page.get_by_role("main")).to_contain_text("may not do that")
        await page.goto(address(keepers.site, "/payers"))
        await expect(page.get_by_role("link", name="Drafts of rules")).to_have_count(0)
