"""A service with tokens, people at their own browsers, and a clock that both services and browsers can be told to move."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, expect

from covercheck.checks.check import Checker
from covercheck.records.roles import Role
from covercheck.settings import Settings
from covercheck.web.app import create_app
from covercheck.web.keys import MEMORY
from tests.pages.conftest import Site, address
from tests.web.serving import START, Clock, Log


@dataclass(frozen=True, slots=True)
class Desk:
    """A running service; `log` is all it writes."""

    site: Site
    clock: Clock
    log: Log

    def token(self, name: str, org: str = "harbor", role: Role = "billing") -> str:
        """A new token, of somebody who does billing where nothing else is said."""
        assert isinstance(self.site, TestServer)
        text: str = self.site.app[MEMORY].records.tokens.create(org, role, name, START)[1]
        return text

    @asynccontextmanager
    async def person(self, browser: Browser, name: str, role: Role = "billing", **options: Any) -> AsyncIterator[Page]:
        """Somebody signed in, at a browser of their own."""
        context = await browser.new_context(**options)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        await page.goto(address(self.site, "/sign-in"))
        await sign_in(page, self.token(name, role=role))
        try:
            yield page
        finally:
            await context.close()


@asynccontextmanager
async def desk(checker: Checker, **settings: Any) -> AsyncIterator[Desk]:
    """The service with the shipped rules; it listens until the block ends."""
    clock, log = Clock(), Log()
    async with TestServer(create_app(checker, Settings(**settings), clock, log.stream, pause=0)) as server:
        yield Desk(server, clock, log)


async def sign_in(page: Page, token: str) -> None:
    """Paste the token and go on."""
    await page.get_by_label("Token").fill(token)
    await page.get_by_role("button", name=re.compile("^Sign in")).click()


async def call_sheet(page: Page, site: Site, example: int = 1) -> str:
    """Ask one of the examples and open its call sheet; the address of the answer."""
    await page.goto(address(site, f"/?example={example}"))
    await page.get_by_role("button", name="Check").click()
    await expect(page.get_by_role("table", name=re.compile("Part by part"))).to_be_visible()
    answer = page.url
    await page.goto(f"{answer}/call")
    return answer


def question(page: Page, name: str) -> Locator:
    """One question of the sheet, by its id."""
    return page.locator(f"li.question[data-question='{name}']")


async def named_all(page: Page) -> None:
    """The caller named codes, clinic, diagnosis and benefit, and has name and reference: a complete oral answer."""
    await page.get_by_label("Name or id of the person").fill("Rep 12")
    await page.get_by_label("Reference number").fill("K7781")
    for name in ("codes", "NPI or tax id", "diagnosis", "medical or pharmacy"):
        await page.get_by_label(name, exact=True).check()
    await page.get_by_label("Read back and confirmed").check()
