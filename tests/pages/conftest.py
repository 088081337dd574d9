"""A real browser before a real service with the shipped rules."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import pytest
from aiohttp.test_utils import BaseTestServer, TestServer
from playwright.async_api import Browser, Page, async_playwright

from covercheck.checks.check import Checker
from covercheck.settings import Settings
from covercheck.web.app import create_app
from tests.web.conftest import client, log, serve  # noqa: F401
from tests.web.serving import Clock, Log

Site: TypeAlias = BaseTestServer


@pytest.fixture
async def site(checker: Checker) -> AsyncIterator[Site]:
    """The service on a free port."""
    async with TestServer(create_app(checker, Settings(), Clock(), Log().stream, pause=0)) as server:
        yield server


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium; a machine without one skips, unless COVERCHECK_TEST_ALL says that it must not."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("COVERCHECK_TEST_ALL"):
            pytest.fail("no Chromium on this machine")
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        await found.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A window of usual size."""
    async for found in window(browser):
        yield found


async def window(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A window with options, such as no scripts or another width."""
    context = await browser.new_context(**options)
    found = await context.new_page()
    found.set_default_timeout(10_000)
    yield found
    await context.close()


def address(site: Site, path: str = "/") -> str:
    """An address of the service."""
    return str(site.make_url(path))
