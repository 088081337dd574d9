"""Who may see the pages: a token pasted once, a session that ends, and no form of another site."""

from __future__ import annotations

import re
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest

from covercheck.records.roles import Role
from covercheck.records.tokens import Token
from covercheck.web.keys import MEMORY
from tests.web.conftest import Client, Serve
from tests.web.serving import START, Clock, Log, client_for

FORM = {"payer": "acme", "line": "commercial", "state": "MA", "therapy": "spravato", "diagnoses": "F33.2", "date_of_service": "2026-12-01"}


def named_token(client: Client, name: str, role: Role = "billing", org: str = "harbor") -> tuple[Token, str]:
    """A token and its text."""
    assert client.app is not None
    made: tuple[Token, str] = client.app[MEMORY].records.tokens.create(org, role, name, START)
    return made


def new_token(client: Client, role: Role = "billing", org: str = "harbor") -> str:
    return named_token(client, "test", role, org)[1]


async def get(client: Client, path: str, **options: Any) -> Any:
    return await client.get(path, allow_redirects=False, **options)


async def sign_in(client: Client, token: str) -> Any:
    return await client.post("/sign-in", data={"token": token, "next": "/checks"}, allow_redirects=False)


async def test_without_any_token_this_machine_may_look(client: Client) -> None:
    assert (await get(client, "/checks")).status == 200


async def test_once_there_is_a_token_the_pages_ask_for_one(serve: Serve) -> None:
    client = await serve()
    token = new_token(client)
    away = await get(client, "/checks")
    assert (away.status, away.headers["Location"]) == (303, "/sign-in?next=/checks")
    taken = await sign_in(client, token)
    assert (taken.status, taken.headers["Location"]) == (303, "/checks")
    cookie = SimpleCookie(taken.headers["Set-Cookie"])["covercheck_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert token not in cookie.value
    assert (await get(client, "/checks")).status == 200
    await client.post("/sign-out", allow_redirects=False)
    assert (await get(client, "/checks")).status == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_signing_in_leads_nowhere_else(serve: Serve, target: str) -> None:
    client = await serve()
    response = await client.post("/sign-in", data={"token": new_token(client), "next": target}, allow_redirects=False)
    assert response.headers["Location"] == "/"


async def test_half_an_hour_of_silence_ends_a_session(log: Log) -> None:
    clock = Clock()
    async with client_for(log, clock) as client:
        await sign_in(client, new_token(client))
        clock.forward(minutes=29)
        assert (await get(client, "/checks")).status == 200
        clock.forward(minutes=29)
        assert (await get(client, "/checks")).status == 200
        clock.time += timedelta(minutes=30)
        assert (await get(client, "/checks")).status == 303


async def test_a_token_that_does_not_let_in_is_told(serve: Serve) -> None:
    client = await serve()
    new_token(client)
    response = await sign_in(client, "cck_AAAAAAAA_" + "A" * 43)
    assert response.status == 422
    assert "does not let in" in await response.text()


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("path", ["/ask", "/sign-in", "/sign-out", "/checks/x/again", "/checks/x/call"])
async def test_a_form_of_another_site_is_refused(client: Client, path: str, headers: dict[str, str]) -> None:
    assert (await client.post(path, data=FORM, headers=headers, allow_redirects=False)).status == 403


async def test_roles_hold_for_pages_too(serve: Serve) -> None:
    client = await serve()
    await sign_in(client, new_token(client, "auditor"))
    assert (await get(client, "/checks")).status == 200
    assert (await get(client, "/")).status == 403
    assert (await client.post("/ask", data=FORM, allow_redirects=False)).status == 403


async def test_another_organisations_check_is_not_found(serve: Serve) -> None:
    client = await serve()
    token, stranger = new_token(client), new_token(client, "admin", "lighthouse")
    await sign_in(client, token)
    found = await client.post("/ask", data=FORM, allow_redirects=False)
    await sign_in(client, stranger)
    for path in ("", "/call"):
        assert (await get(client, found.headers["Location"] + path)).status == 404


async def test_a_refused_question_comes_back_with_everything_typed(client: Client) -> None:
    response = await client.post("/ask", data={**FORM, "payer": "Nobody's Plan", "plan_name": "Größe 水"}, allow_redirects=False)
    text = await response.text()
    assert response.status == 422
    assert "Größe 水" in text
    assert re.search(r"Nobody(&#39;|&#x27;)s Plan", text)


async def test_an_answer_is_never_kept_by_caches_and_runs_no_script(client: Client) -> None:
    found = await client.post("/ask", data=FORM, allow_redirects=False)
    response = await get(client, found.headers["Location"])
    assert response.headers["Cache-Control"] == "no-store"
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "<script" not in await response.text()


async def test_the_style_may_be_kept_since_its_name_changes_with_it(client: Client) -> None:
    text = await (await get(client, "/")).text()
    name = re.search(r'href="(/static/[0-9a-f]{16}\.css)"', text)
    assert name is not None
    assert "immutable" in (await get(client, name[1])).headers["Cache-Control"]
    assert (await get(client, "/static/other.css")).headers["Cache-Control"] == "no-store"
