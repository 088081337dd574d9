"""Tokens of an identity provider: let in by the provider's own keys, for this service, in time, and by role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.web.conftest import Client, Serve
from tests.web.serving import QUESTION, START

KEY = ECKey.generate_key("P-256", parameters={"kid": "one", "alg": "ES256", "use": "sig"})
STRANGER = ECKey.generate_key("P-256", parameters={"kid": "one", "alg": "ES256", "use": "sig"})


@pytest.fixture
async def issuer() -> AsyncIterator[str]:
    """A provider that describes itself and shows its keys."""
    app = web.Application()

    async def described(request: web.Request) -> web.Response:
        base = f"http://127.0.0.1:{request.url.port}"
        return web.json_response({"issuer": base, "jwks_uri": f"{base}/keys"})

    async def keys(_: web.Request) -> web.Response:
        return web.json_response(KeySet([KEY]).as_dict(private=False))

    app.router.add_get("/.well-known/openid-configuration", described)
    app.router.add_get("/keys", keys)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}"


def signed(issuer: str, key: ECKey = KEY, **claims: Any) -> str:
    """A token as the provider makes it, good for an hour."""
    now = int(START.timestamp())
    told = {"iss": issuer, "aud": "covercheck", "sub": "user-7", "exp": now + 3_600, "org": "harbor", "roles": ["billing"], **claims}
    return jwt.encode({"alg": "ES256", "kid": "one"}, {name: value for name, value in told.items() if value is not None}, key)


async def status(client: Client, token: str | None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return (await client.post("/v1/checks", json=QUESTION, headers=headers)).status


async def test_a_token_of_the_provider_lets_in_with_its_role(serve: Serve, issuer: str) -> None:
    client = await serve(oidc_issuer=issuer)
    assert await status(client, signed(issuer)) == 200
    listed = await (await client.get("/v1/checks", headers={"Authorization": f"Bearer {signed(issuer)}"})).json()
    assert [check["asked_by"] for check in listed["checks"]] == ["oidc:user-7"]


async def test_with_a_provider_nobody_is_let_in_without_a_token(serve: Serve, issuer: str) -> None:
    assert await status(await serve(oidc_issuer=issuer), None) == 401


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "another"}, 401),
        ({"aud": ["another", "covercheck"]}, 200),
        ({"iss": "https://evil.example"}, 401),
        ({"exp": int(START.timestamp()) - 31}, 401),
        ({"exp": int(START.timestamp()) - 29}, 200),
        ({"exp": None}, 401),
        ({"nbf": int(START.timestamp()) + 60}, 401),
        ({"org": None}, 401),
        ({"sub": ""}, 401),
        ({"roles": ["janitor"]}, 401),
        ({"roles": "billing"}, 200),
        ({"roles": ["auditor"]}, 403),
    ],
)
async def test_every_claim_counts(serve: Serve, issuer: str, claims: dict[str, Any], expected: int) -> None:
    assert await status(await serve(oidc_issuer=issuer), signed(issuer, **claims)) == expected


async def test_a_token_signed_by_another_is_refused(serve: Serve, issuer: str) -> None:
    assert await status(await serve(oidc_issuer=issuer), signed(issuer, STRANGER)) == 401


@pytest.mark.parametrize("token", ["a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "x" * 8_000 + ".a.b"])
async def test_noise_and_unsigned_tokens_are_refused(serve: Serve, issuer: str, token: str) -> None:
    assert await status(await serve(oidc_issuer=issuer), token) == 401


async def test_a_provider_that_can_not_be_reached_lets_nobody_in(serve: Serve) -> None:
    assert await status(await serve(oidc_issuer="http://127.0.0.1:9"), signed("http://127.0.0.1:9")) == 401
