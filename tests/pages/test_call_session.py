"""A session that ends in the middle of a call: nothing typed is lost, and nothing of it stands in an address."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, expect

from covercheck.checks.check import Checker
from tests.pages.desk import call_sheet, desk, named_all, question, sign_in
from tests.pages.test_pages import sound
from tests.pages.test_sign_in import FORM, new_token
from tests.web.conftest import Client
from tests.web.serving import Clock, Log, client_for

TYPED = {
    "on": "2026-11-22",
    "person": 'Rep "12" <b>& co',
    "reference": "K7781-Ω",
    "answer.A1": "yes",
    "words.A1": "line one",
    "once": "once-1",
}


class Traffic:
    """What a page still waits for."""

    def __init__(self, page: Page) -> None:
        self.waiting: set[Request] = set()
        self.idle = asyncio.Event()
        page.on("request", lambda request: self._begun(request))
        page.on("requestfinished", lambda request: self._over(request))
        page.on("requestfailed", lambda request: self._over(request))

    def _begun(self, request: Request) -> None:
        self.waiting.add(request)
        self.idle.clear()

    def _over(self, request: Request) -> None:
        self.waiting.discard(request)
        if not self.waiting:
            self.idle.set()


async def started(client: Client, clock: Clock, **silence: float) -> tuple[str, str]:
    """A token, and the call sheet's address of a check whose session then was silent for a while."""
    token = new_token(client)
    await client.post("/sign-in", data={"token": token}, allow_redirects=False)
    found = await client.post("/ask", data=FORM, allow_redirects=False)
    clock.forward(**silence)
    return token, f"{found.headers['Location']}/call"


async def test_a_form_sent_after_the_session_ended_comes_back_in_the_sign_in_form(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        token, path = await started(client, clock, minutes=31)
        away = await client.post(path, data=TYPED, allow_redirects=False)
        text = await away.text()
        assert away.status == 401
        assert "Location" not in away.headers
        assert "Rep &#34;12&#34; &lt;b&gt;&amp; co" in text
        on = await client.post("/sign-in", data={**TYPED, "resume": path, "token": token}, allow_redirects=False)
        assert (on.status, on.headers["Location"]) == (307, path)
        assert "covercheck_session" in on.headers["Set-Cookie"]
    assert "K7781" not in log.text


async def test_a_wrong_token_keeps_what_waits(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        _, path = await started(client, clock, minutes=31)
        form = {**TYPED, "resume": path, "token": "cck_AAAAAAAA_" + "A" * 43}
        response = await client.post("/sign-in", data=form, allow_redirects=False)
        text = await response.text()
        assert response.status == 422
        assert "K7781-Ω" in text
        assert f'name="resume" value="{path}"' in text
        assert "cck_AAAAAAAA" not in text


async def test_fields_that_stand_twice_stay_twice(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        await started(client, clock, minutes=31)
        fields: Any = [*FORM.items(), ("parts", "esketamine"), ("parts", "monitoring")]
        text = await (await client.post("/ask", data=fields, allow_redirects=False)).text()
        assert len(re.findall('name="parts"', text)) == 2


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
async def test_what_was_typed_is_sent_on_to_no_other_site(client: Client, target: str) -> None:
    form = {**TYPED, "resume": target, "token": new_token(client)}
    response = await client.post("/sign-in", data=form, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/")


async def test_a_sign_of_life_prolongs_a_session_and_cannot_wake_an_ended_one(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock, session_minutes=10) as client:
        _, path = await started(client, clock, minutes=9)
        assert (await client.post("/session")).status == 204
        clock.forward(minutes=9)
        assert (await client.get(path, allow_redirects=False)).status == 200
        clock.forward(minutes=10)
        assert (await client.post("/session")).status == 401
        assert (await client.post("/session", headers={"Sec-Fetch-Site": "cross-site"})).status == 403


@pytest.mark.parametrize("scripts", [True, False])
async def test_recording_after_the_end_asks_for_the_token_and_then_goes_on(browser: Browser, checker: Checker, scripts: bool) -> None:
    async with desk(checker, session_minutes=2) as at, at.person(browser, "Alex", java_script_enabled=scripts) as page:
        await call_sheet(page, at.site)
        await named_all(page)
        await question(page, "C1").get_by_label("Yes").check()
        await question(page, "C1").get_by_label("Their words").fill("covered for <90837>")
        at.clock.forward(minutes=3)
        await page.get_by_role("button", name="Record").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to go on")
        await expect(page.get_by_role("status")).to_contain_text("Nothing typed is lost")
        assert "K7781" not in page.url
        if scripts:
            await sound(page)
        await sign_in(page, "cck_AAAAAAAA_" + "A" * 43)
        await expect(page.get_by_role("alert")).to_contain_text("does not let in")
        await sign_in(page, at.token("Alex again"))
        await expect(page.get_by_role("row", name=re.compile("^Psychotherapy on the day"))).to_contain_text("Likely covered")
        await expect(page.locator("#part-dosing_psychotherapy")).to_contain_text("reference K7781")
        assert "K7781" not in at.log.text


async def test_before_the_end_a_warning_lets_the_session_go_on(browser: Browser, checker: Checker) -> None:
    async with desk(checker, session_minutes=30) as at, at.person(browser, "Alex") as page:
        await page.clock.install()
        await call_sheet(page, at.site)
        traffic = Traffic(page)
        async with page.expect_response(re.compile("/call/live$")):
            await named_all(page)
            await page.clock.run_for(2_000)
        await traffic.idle.wait()  # each answer lets the session begin anew
        told = page.locator("#session")
        await page.clock.run_for(24 * 60_000)
        await expect(told).to_be_empty()
        await page.clock.run_for(2 * 60_000)
        await expect(told).to_contain_text("ends in 5 minutes")
        await sound(page)
        at.clock.forward(minutes=26)
        stay = page.get_by_role("button", name="Stay signed in")
        await stay.focus()
        async with page.expect_response(re.compile("/session$")) as answered:
            await page.keyboard.press("Enter")
        assert (await answered.value).status == 204
        await expect(told).to_be_empty()
        at.clock.forward(minutes=26)
        await question(page, "C1").get_by_label("Yes").check()
        await page.get_by_role("button", name="Record").click()
        await expect(page.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()


async def test_after_the_end_the_page_says_that_all_is_kept(browser: Browser, checker: Checker) -> None:
    async with desk(checker, session_minutes=30) as at, at.person(browser, "Alex") as page:
        await page.clock.install()
        await call_sheet(page, at.site)
        await page.clock.run_for(31 * 60_000)
        await expect(page.locator("#session")).to_contain_text("The session has ended. Everything typed is still here")
        await sound(page)
