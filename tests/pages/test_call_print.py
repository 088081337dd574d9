"""The call sheet on paper: one page for up to twelve questions, Letter and A4; longer ones begin with everything the call needs."""

from __future__ import annotations

import io
import unicodedata
from typing import Final

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests.pages.conftest import Site, address
from tests.pages.desk import named_all, question

SIZES: Final = ("Letter", "A4")
SMALLEST_PT: Final = 8.5
SHORT: Final = (
    ("enthea", "employer_benefit", "MA", "ketamine_nasal", 12),
    ("tricare", "tricare", "MA", "ketamine_iv", 12),
    ("humana", "medicare_advantage", "MA", "dosing_psychotherapy", 12),
    ("medicare-ffs", "medicare_ffs", "TX", "spravato", 9),
    ("medicare-ffs", "medicare_ffs", "TX", "kap_nasal", 12),
    ("medicare-ffs", "medicare_ffs", "TX", "spravato_with_psychotherapy", 12),
)
LONG: Final = (
    ("medicare-ffs", "medicare_ffs", "TX", "kap_iv", 13),
    ("enthea", "employer_benefit", "MA", "kap_nasal", 18),
    ("bcbs-massachusetts", "commercial", "MA", "kap_iv", 27),
    ("cigna", "commercial", "MA", "spravato_with_psychotherapy", 29),
)


async def sheet(page: Page, site: Site, payer: str, line: str, state: str, therapy: str) -> int:
    """Open the call sheet of a question about a therapy or a part alone; how many questions it has."""
    await page.goto(address(site))
    form: dict[str, str | float | bool] = {
        "payer": payer,
        "line": line,
        "state": state,
        "diagnoses": "F33.2",
        "date_of_service": "2026-12-01",
    }
    form["therapy" if therapy.startswith(("kap", "spravato")) else "parts"] = therapy
    sent = await page.request.post(address(site, "/ask"), form=form, max_redirects=0)
    await page.goto(address(site, f"{sent.headers['location']}/call"))
    return await page.locator("li.question").count()


async def printed(page: Page, size: str) -> PdfReader:
    """The page as Chromium prints it."""
    return PdfReader(io.BytesIO(await page.pdf(format=size)))


def flat(text: str) -> str:
    """Without spaces, line ends and ligatures: a PDF sets lines as it likes."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("payer", "line", "state", "therapy", "count"), SHORT)
async def test_up_to_twelve_questions_take_one_page(
    page: Page, site: Site, size: str, payer: str, line: str, state: str, therapy: str, count: int
) -> None:
    assert await sheet(page, site, payer, line, state, therapy) == count
    paper = await printed(page, size)
    assert len(paper.pages) == 1
    text = flat(paper.pages[0].extract_text())
    for words in await page.locator("li.question legend").all_text_contents():
        assert flat(words) in text
    assert flat("Shred this sheet after use.") in text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("payer", "line", "state", "therapy", "count"), LONG)
async def test_a_longer_sheet_begins_with_whom_numbers_read_back_reference_and_first_questions(
    page: Page, site: Site, size: str, payer: str, line: str, state: str, therapy: str, count: int
) -> None:
    assert await sheet(page, site, payer, line, state, therapy) == count
    paper = await printed(page, size)
    assert len(paper.pages) <= 2
    first, whole = flat(paper.pages[0].extract_text()), flat("".join(each.extract_text() for each in paper.pages))
    wanted = ["Whom to call", "Reference number", "Name or id of the person", "Read back at the end", "NPI", "Say:"]
    wanted += await page.locator(".whom li strong").all_text_contents()
    questions = await page.locator("li.question legend").all_text_contents()
    for words in (*wanted, *questions[:6]):
        assert flat(words) in first
    for words in questions:
        assert flat(words) in whole
    columns = await page.locator(".questions").evaluate("node => getComputedStyle(node).columnCount")
    assert columns == "auto", "columns are for paper alone"


@pytest.mark.parametrize("sort", [SHORT[1], LONG[3]])
async def test_no_letter_on_paper_is_smaller_than_eight_and_a_half_points(
    page: Page, site: Site, sort: tuple[str, str, str, str, int]
) -> None:
    await sheet(page, site, *sort[:4])
    await page.emulate_media(media="print")
    sizes = await page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(node => node.checkVisibility() && (node.matches('input, select') || [...node.childNodes].some(
                part => part.nodeType === Node.TEXT_NODE && part.textContent.trim())))
            .map(node => parseFloat(getComputedStyle(node).fontSize) * 0.75)"""
    )
    assert len(sizes) > 50
    assert min(sizes) >= SMALLEST_PT


async def test_what_was_typed_before_printing_stands_on_paper(page: Page, site: Site) -> None:
    await sheet(page, site, *SHORT[1][:4])
    await named_all(page)
    name = await page.locator("li.question").first.get_attribute("data-question")
    assert name is not None
    await question(page, name).get_by_label("Their words").fill("since January")
    text = flat((await printed(page, "Letter")).pages[0].extract_text())
    assert "Rep12" in text
    assert "7781" in text
    assert "sinceJanuary" in text


async def test_navigation_and_buttons_do_not_stand_on_paper(page: Page, site: Site) -> None:
    await sheet(page, site, *SHORT[1][:4])
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await expect(page.get_by_role("button")).to_have_count(0)
