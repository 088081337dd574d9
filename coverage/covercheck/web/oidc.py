"""Bearer tokens of an identity provider: checked against its keys, and mapped to the same organisations and roles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import aiohttp
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from covercheck.checks.memory.memory import Asker
from covercheck.records.roles import ROLES
from covercheck.records.tokens import TokenRefused

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
KEPT_SECONDS: Final = 600.0
SOONEST_SECONDS: Final = 30.0
FETCH_SECONDS: Final = 5.0
LONGEST: Final = 8_192
LEEWAY: Final = 30


@dataclass(frozen=True, slots=True)
class Provider:
    """Who issues tokens, for whom they are, and which claims tell organisation and role."""

    issuer: str
    audience: str
    org_claim: str
    role_claim: str


class Oidc:
    """Keys are fetched when first needed, kept ten minutes, and fetched again, twice a minute at most, for a key nobody knows."""

    def __init__(self, provider: Provider, clock: Callable[[], datetime]) -> None:
        self._provider = provider
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched = float("-inf")
        self._fetching = asyncio.Lock()

    async def asker_of(self, text: str) -> Asker | TokenRefused:
        """Who holds this token; every doubt is a refusal."""
        if len(text) > LONGEST:
            return TokenRefused("malformed")
        keys = await self._known(KEPT_SECONDS)
        claims = _claims(text, keys)
        if claims is None and keys is not None:
            keys = await self._known(SOONEST_SECONDS)
            claims = _claims(text, keys)
        if claims is None:
            return TokenRefused("unknown")
        return self._admitted(claims)

    def _admitted(self, claims: Mapping[str, Any]) -> Asker | TokenRefused:
        wanted = self._provider
        audience = claims.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != wanted.issuer or wanted.audience not in meant:
            return TokenRefused("unknown")
        now = self._clock().timestamp()
        ends, begins = claims.get("exp"), claims.get("nbf", 0)
        if not isinstance(ends, int | float) or not isinstance(begins, int | float) or ends + LEEWAY <= now or begins - LEEWAY > now:
            return TokenRefused("expired")
        org, subject = claims.get(wanted.org_claim), claims.get("sub")
        told = claims.get(wanted.role_claim)
        role = next((role for role in ROLES if role in (told if isinstance(told, list) else [told])), None)
        if role is None or not isinstance(org, str) or not org or not isinstance(subject, str) or not subject:
            return TokenRefused("unknown")
        return Asker(org[:200], f"oidc:{subject}"[:200], role)

    async def _known(self, at_most: float) -> KeySet | None:
        """The provider's keys, no older than this; the older ones where it can't be reached."""
        loop = asyncio.get_running_loop()
        async with self._fetching:
            if loop.time() - self._fetched >= at_most:
                self._fetched = loop.time()
                self._keys = await _fetch(self._provider.issuer) or self._keys
            return self._keys


async def _fetch(issuer: str) -> KeySet | None:
    """The keys that the provider's own description points at; None where that fails."""
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session:
            async with session.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration") as response:
                described = await response.json()
            if described.get("issuer") != issuer:
                return None
            async with session.get(described["jwks_uri"]) as response:
                return KeySet.import_key_set(await response.json())
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError, JoseError):
        return None


def _claims(text: str, keys: KeySet | None) -> Mapping[str, Any] | None:
    """The claims of a token signed by one of the keys; None for any other."""
    if keys is None:
        return None
    try:
        return jwt.decode(text, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError):
        return None
