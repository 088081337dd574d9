"""What a patient sees by a link: both languages whole, plain words, no promise, and an end to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args

import pytest

from covercheck.checks.answer import NextStep, Result
from covercheck.checks.check import Checker
from covercheck.web.keys import MEMORY
from covercheck.web.patient.link import GOOD_SECONDS, Target, make_link, read_link
from covercheck.web.patient.pages import LANGUAGES, messages
from tests.checks.test_patient import grade
from tests.pages.test_sign_in import FORM, new_token, sign_in
from tests.web.conftest import Client, Serve
from tests.web.serving import START, Clock, Log, client_for

PROMISES = {
    "en": ("guarantee", "approved", "you will pay", "you qualify", "will pay all", " free", "covered"),
    "es": ("garantiza", "aprobado", "usted pagará", "usted califica", "gratis", "cubierto"),
}


def texts(told: dict[str, Any]) -> Iterator[str]:
    """Every sentence of a language."""
    for value in told.values():
        if isinstance(value, dict):
            yield from value.values()
        else:
            yield value


async def link_of(client: Client) -> str:
    """The link of a new check."""
    found = await client.post("/ask", data=FORM, allow_redirects=False)
    made = await client.post(f"{found.headers['Location']}/link", allow_redirects=False)
    assert made.status == 303
    return str(made.headers["Location"])


def test_both_languages_say_everything(checker: Checker) -> None:
    shapes = [{key: set(value) if isinstance(value, dict) else None for key, value in messages(name).items()} for name in LANGUAGES]
    assert shapes[0] == shapes[1]
    assert shapes[0]["parts"] == set(checker.book.therapies.parts)
    assert shapes[0]["results"] == set(get_args(Result))
    assert shapes[0]["next"] == set(get_args(NextStep))
    fields = [
        {key: sorted(re.findall(r"{\w+}", value)) for key, value in messages(name).items() if isinstance(value, str)} for name in LANGUAGES
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_promises_anything(language: str) -> None:
    told = " ".join(texts(messages(language))).lower()
    assert [word for word in PROMISES[language] if word in told] == []
    assert "988" in told


def test_english_is_for_grade_six_or_lower() -> None:
    told = messages("en")
    assert (
        grade(
            " ".join((told["estimate"], told["call"], told["crisis"], told["read_none"], *told["results"].values(), *told["next"].values()))
        )
        <= 6
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_has_the_results_and_is_in_its_language(client: Client, language: str) -> None:
    response = await client.get(f"{await link_of(client)}?lang={language}")
    text = await response.text()
    assert response.status == 200
    assert f'<html lang="{language}">' in text
    assert messages(language)["results"]["uncertain"] in text
    assert "Acme" in text
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_part_tells_where_it_was_read_of_what_day_and_until_when_it_holds(client: Client, language: str) -> None:
    link = await link_of(client)
    kept = (await (await client.get("/v1/checks")).json())["checks"][0]["id"]
    answer = await (await client.get(f"/v1/checks/{kept}")).json()
    rows = re.findall(r"<section>(.*?)</section>", await (await client.get(f"{link}?lang={language}")).text(), re.DOTALL)
    assert len(rows) == len(answer["parts"])
    told = messages(language)
    for row, part in zip(rows, answer["parts"], strict=True):
        assert told["row_until"].format(until=part["valid_until"]) in row
        cite = next((reason["cite"] for reason in part["reasons"] if reason["cite"]), None)
        assert (told["read_none"] if cite is None else told["read_in"].format(title=cite["title"], day=cite["as_of"])) in row


async def test_the_link_says_nothing_and_needs_no_sign_in(serve: Serve) -> None:
    client = await serve()
    await sign_in(client, new_token(client))
    link = await link_of(client)
    assert "chk_" not in link
    await client.post("/sign-out", allow_redirects=False)
    assert (await client.get(link)).status == 200


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 404)])
async def test_the_link_ends_after_a_day(log: Log, seconds: int, status: int) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        link = await link_of(client)
        clock.time = START + timedelta(seconds=GOOD_SECONDS + seconds)
        assert (await client.get(link)).status == status


@pytest.mark.parametrize("change", [lambda t: t[:-2], lambda t: t + "A", lambda t: "/p/x", lambda t: t[:10] + "A" + t[11:]])
async def test_a_link_that_was_never_made_leads_nowhere(client: Client, change: Any) -> None:
    link = await link_of(client)
    changed = change(link)
    assert changed == link or (await client.get(changed)).status == 404


async def test_an_auditor_makes_no_links(serve: Serve) -> None:
    client = await serve()
    await sign_in(client, new_token(client, "auditor"))
    assert (await client.post("/checks/x/link", allow_redirects=False)).status == 403


async def test_a_link_is_read_with_its_own_key_only(client: Client) -> None:
    assert client.app is not None
    key = client.app[MEMORY].records.vault.link_key
    link = make_link(key, Target("harbor", "chk_1"), START)
    assert read_link(key, link.removeprefix("/p/"), START) == Target("harbor", "chk_1")
    assert read_link(bytes(32), link.removeprefix("/p/"), START) is None
