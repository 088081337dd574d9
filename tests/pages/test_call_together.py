"""Two people and one call: who is calling is shown, either may take over, and what both record is kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, expect

from covercheck.checks.check import Checker
from covercheck.rules import load_files
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from tests.books import files_of, policy
from tests.pages.desk import Desk, call_sheet, desk, named_all, question
from tests.pages.test_pages import sound
from tests.pages.test_sign_in import FORM, new_token
from tests.web.conftest import Client
from tests.web.serving import Clock, Log, client_for

OTHER = "is calling since"


async def check_of(client: Client, token: str) -> str:
    """The address of the call sheet of a new check, by somebody signed in."""
    await client.post("/sign-in", data={"token": token}, allow_redirects=False)
    found = await client.post("/ask", data=FORM, allow_redirects=False)
    return f"{found.headers['Location']}/call"


async def opened(client: Client, token: str, path: str) -> tuple[str, dict[str, str]]:
    """The sheet as somebody else sees it, and its hidden fields."""
    await client.post("/sign-in", data={"token": token}, allow_redirects=False)
    text = await (await client.get(path)).text()
    return text, {name: re.findall(f'name="{name}" value="([^"]*)"', text)[0] for name in ("once", "lease", "seen")}


async def calls_of(client: Client, path: str, token: str) -> list[Any]:
    """What the records hold about the check."""
    address = f"/v1{path.removesuffix('/call')}/calls"
    response = await client.get(address, headers={"Authorization": f"Bearer {token}"})
    return list((await response.json())["calls"])


async def test_a_second_person_sees_who_is_calling_and_since_when(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        alex, blake = new_token(client), new_token(client)
        path = await check_of(client, alex)
        assert OTHER not in (await opened(client, alex, path))[0]
        clock.forward(minutes=2)
        text = (await opened(client, blake, path))[0]
        assert "Test (token" in text
        assert re.search(rf"{OTHER} <time[^>]*>15:00 UTC", text)


@pytest.mark.parametrize(("minutes", "shown"), [(14.9, True), (15, False)])
async def test_a_lease_ends_by_itself_after_a_quarter_of_an_hour(log: Log, minutes: float, shown: bool) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        alex, blake = new_token(client), new_token(client)
        path = await check_of(client, alex)
        await opened(client, alex, path)
        clock.forward(minutes=minutes)
        assert (OTHER in (await opened(client, blake, path))[0]) is shown


async def test_what_comes_in_during_the_call_renews_the_lease(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        alex, blake = new_token(client), new_token(client)
        path = await check_of(client, alex)
        _, hidden = await opened(client, alex, path)
        for _ in range(3):
            clock.forward(minutes=14)
            assert (await client.post(f"{path}/live", data=hidden, headers={"Accept": "application/json"})).status == 200
        clock.forward(minutes=14)
        assert re.search(rf"{OTHER} <time[^>]*>15:00 UTC", (await opened(client, blake, path))[0])


async def test_leaving_frees_the_call_and_only_the_form_that_has_the_lease_can(log: Log) -> None:
    async with client_for(log) as client:
        alex, blake = new_token(client), new_token(client)
        path = await check_of(client, alex)
        _, first = await opened(client, alex, path)
        _, second = await opened(client, alex, path)
        assert (await client.post(f"{path}/leave", data=first)).status == 204
        assert OTHER in (await opened(client, blake, path))[0]
        assert (await client.post(f"{path}/leave", data=second)).status == 204
        assert OTHER in (await opened(client, blake, path))[0], "nobody gives back another's lease"
        await client.post("/sign-in", data={"token": alex}, allow_redirects=False)
        left = await client.post(f"{path}/leave", data=second, headers={"Accept": "text/html"}, allow_redirects=False)
        assert (left.status, left.headers["Location"]) == (303, path.removesuffix("/call"))
        assert OTHER not in (await opened(client, blake, path))[0]


async def test_taking_over_keeps_what_is_typed_is_audited_and_shown_to_the_first(log: Log) -> None:
    async with client_for(log) as client:
        alex, blake = new_token(client), new_token(client)
        path = await check_of(client, alex)
        _, first = await opened(client, alex, path)
        _, second = await opened(client, blake, path)
        text = await (await client.post(f"{path}/take", data={**second, "reference": "7781"})).text()
        assert OTHER not in text
        assert 'value="7781"' in text
        await client.post("/sign-in", data={"token": alex}, allow_redirects=False)
        told = await (await client.post(f"{path}/live", data=first, headers={"Accept": "application/json"})).json()
        assert OTHER in told["beside"]
        assert client.app is not None
        from sqlalchemy import select

        from covercheck.records.tables import audit

        database = client.app[MEMORY].records.database
        taken = await database.run(lambda connection: connection.execute(select(audit.c.token).where(audit.c.result == "taken over")).all())
        assert [row.token for row in taken] == [blake.split("_")[1]]


async def test_both_records_are_kept_and_the_second_sees_the_first_before_it_is_saved(log: Log) -> None:
    async with client_for(log) as client:
        alex, blake = new_token(client), new_token(client)
        path = await check_of(client, alex)
        _, first = await opened(client, alex, path)
        _, second = await opened(client, blake, path)
        answers = {"on": "2026-11-22", "answer.A1": "yes", "words.A1": "<b>since June</b>", "reference": "7781"}
        await client.post("/sign-in", data={"token": alex}, allow_redirects=False)
        assert (await client.post(path, data={**first, **answers}, allow_redirects=False)).status == 303
        await client.post("/sign-in", data={"token": blake}, allow_redirects=False)
        mine = {**second, "on": "2026-11-22", "answer.A1": "no", "words.A1": "ended in July", "reference": "9902"}
        shown = await client.post(path, data=mine, allow_redirects=False)
        text = await shown.text()
        assert shown.status == 409
        assert len(await calls_of(client, path, alex)) == 1
        for words in ("Recorded meanwhile by test (token", "&lt;b&gt;since June&lt;/b&gt;", "Reference 7781", "ended in July", "9902"):
            assert words in text
        seen = re.findall('name="seen" value="([^"]*)"', text)[0]
        assert (await client.post(path, data={**mine, "seen": seen}, allow_redirects=False)).status == 303
        recorded = await calls_of(client, path, alex)
        assert [call["call"]["reference"] for call in recorded] == ["7781", "9902"]
        again = await client.post(path, data={**mine, "seen": seen}, allow_redirects=False)
        assert again.status == 303
        assert len(await calls_of(client, path, alex)) == 2


async def test_gone_back_after_recording_a_changed_form_is_asked_about_and_then_kept_too(log: Log) -> None:
    async with client_for(log) as client:
        alex = new_token(client)
        path = await check_of(client, alex)
        _, hidden = await opened(client, alex, path)
        sent = {**hidden, "on": "2026-11-22", "answer.A1": "yes"}
        assert (await client.post(path, data=sent, allow_redirects=False)).status == 303
        changed = await client.post(path, data={**sent, "answer.A1": "no", "words.A1": "ended in July"}, allow_redirects=False)
        text = await changed.text()
        assert changed.status == 409
        assert "ended in July" in text
        fresh = {name: re.findall(f'name="{name}" value="([^"]*)"', text)[0] for name in ("once", "lease", "seen")}
        assert fresh["once"] != hidden["once"]
        assert (await client.post(path, data={**sent, **fresh, "answer.A1": "no"}, allow_redirects=False)).status == 303
        assert len(await calls_of(client, path, alex)) == 2


async def test_a_payer_removed_during_the_call_is_told_with_everything_typed(log: Log) -> None:
    async with client_for(log) as client:
        alex = new_token(client)
        path = await check_of(client, alex)
        _, hidden = await opened(client, alex, path)
    files = {name.replace("acme", "other"): re.sub(b"(?i)acme", b"other", body) for name, body in files_of(policy()).items()}
    app = create_app(Checker.of(load_files(files)), Settings(), Clock(), log.stream, pause=0)
    async with TestClient(TestServer(app)) as later:
        await later.post("/sign-in", data={"token": alex}, allow_redirects=False)
        sent = {**hidden, "on": "2026-11-22", "answer.A1": "yes", "reference": "7781"}
        for step in ("", "/live"):
            response = await later.post(path + step, data=sent, allow_redirects=False)
            text = await response.text()
            assert response.status == 422
            assert "no payer" in text.lower()
            assert "7781" in text


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 50, "²"])
async def test_a_count_that_makes_no_sense_asks_rather_than_overlooks(log: Log, seen: str) -> None:
    async with client_for(log) as client:
        alex = new_token(client)
        path = await check_of(client, alex)
        _, hidden = await opened(client, alex, path)
        answers = {"on": "2026-11-22", "answer.A1": "yes"}
        assert (await client.post(path, data={**hidden, **answers}, allow_redirects=False)).status == 303
        later = {**hidden, **answers, "once": "another", "seen": seen}
        assert (await client.post(path, data=later, allow_redirects=False)).status == 409


@pytest.mark.parametrize("step", ["live", "take", "leave"])
async def test_strangers_and_other_sites_are_kept_out_of_the_call(log: Log, step: str) -> None:
    async with client_for(log) as client:
        path = await check_of(client, new_token(client))
        crossing = await client.post(f"{path}/{step}", data={}, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False)
        assert crossing.status == 403
        for role, org, status in (("admin", "lighthouse", 404), ("auditor", "harbor", 403)):
            await client.post("/sign-in", data={"token": new_token(client, role, org)}, allow_redirects=False)  # type: ignore[arg-type]
            assert (await client.post(f"{path}/{step}", data={}, allow_redirects=False)).status == status
        await client.post("/sign-out", allow_redirects=False)
        assert (await client.post(f"{path}/{step}", data={}, allow_redirects=False)).status == 401


async def both_at(at: Desk, first: Page, second: Page) -> str:
    """Two people open the call sheet of one check."""
    answer = await call_sheet(first, at.site)
    await second.goto(f"{answer}/call")
    return answer


@pytest.mark.parametrize("scripts", [True, False])
async def test_two_people_record_the_same_call_at_two_browsers(browser: Browser, checker: Checker, scripts: bool) -> None:
    options: dict[str, Any] = {"java_script_enabled": scripts}
    async with desk(checker) as at, at.person(browser, "Alex", **options) as alex, at.person(browser, "Blake", **options) as blake:
        answer = await both_at(at, alex, blake)
        await expect(blake.locator("#beside")).to_contain_text("Alex (token")
        await expect(blake.locator("#beside")).to_contain_text(OTHER)
        await expect(alex.locator("#beside")).not_to_contain_text(OTHER)
        if scripts:
            await sound(blake)
        for page, words in ((alex, "covered, says Rep 12"), (blake, "not covered, says Rep 30")):
            await named_all(page)
            await question(page, "C1").get_by_label("Yes" if page is alex else "No", exact=True).check()
            await question(page, "C1").get_by_label("Their words").fill(words)
        await alex.get_by_role("button", name="Record").click()
        await expect(alex.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()
        await blake.get_by_role("button", name="Record").click()
        await expect(blake.get_by_role("alert")).to_contain_text("Nothing of yours is recorded yet")
        await expect(blake.locator("#beside")).to_contain_text("covered, says Rep 12")
        await expect(question(blake, "C1").get_by_label("Their words")).to_have_value("not covered, says Rep 30")
        await expect(question(blake, "C1").get_by_label("No", exact=True)).to_be_checked()
        if scripts:
            await sound(blake)
            async with blake.expect_response(re.compile("/call/live$")):
                await question(blake, "C1").get_by_label("Their words").fill("not covered, says Rep 30 again")
            await expect(blake.locator("#beside")).to_contain_text("covered, says Rep 12")
        await blake.get_by_role("button", name="Record mine as well").click()
        await expect(blake.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()
        await blake.goto(answer)
        await expect(blake.get_by_text("2 recorded calls about this check")).to_be_visible()


async def test_the_first_learns_during_the_call_that_another_took_over_and_what_it_recorded(browser: Browser, checker: Checker) -> None:
    async with desk(checker) as at, at.person(browser, "Alex") as alex, at.person(browser, "Blake") as blake:
        await both_at(at, alex, blake)
        await blake.get_by_label("Reference number").fill("9902")
        await blake.get_by_role("button", name="Take over").focus()
        await blake.keyboard.press("Enter")
        await expect(blake.locator("#beside")).not_to_contain_text(OTHER)
        await expect(blake.get_by_label("Reference number")).to_have_value("9902")
        await question(alex, "C1").get_by_label("Yes").check()
        await expect(alex.locator("#beside")).to_contain_text("Blake (token")
        await sound(alex)
        await question(blake, "C1").get_by_label("No", exact=True).check()
        await blake.get_by_role("button", name="Record").click()
        await expect(blake.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()
        await question(alex, "C3").get_by_label("Yes").check()
        await expect(alex.locator("#beside")).to_contain_text("Recorded meanwhile by Blake")
        await expect(alex.locator("#beside")).to_contain_text("9902")
        await expect(alex.locator("#beside")).not_to_contain_text(OTHER)


async def test_going_elsewhere_frees_the_call(browser: Browser, checker: Checker) -> None:
    async with desk(checker) as at, at.person(browser, "Alex") as alex, at.person(browser, "Blake") as blake:
        answer = await both_at(at, alex, blake)
        await expect(blake.locator("#beside")).to_contain_text(OTHER)
        await alex.reload()
        await blake.reload()
        await expect(blake.locator("#beside")).to_contain_text(OTHER)
        await alex.goto(answer)
        for _ in range(20):
            await blake.reload()
            if OTHER not in await blake.locator("#beside").inner_text():
                break
        await expect(blake.get_by_role("heading", name="Call sheet")).to_be_visible()
        await expect(blake.locator("#beside")).not_to_contain_text(OTHER)
