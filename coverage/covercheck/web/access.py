"""Who asks: by bearer token, or, where this machine alone can ask and no token was ever made, `local`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from aiohttp import web
from aiolimiter import AsyncLimiter
from cachetools import LRUCache

from covercheck.checks.memory.memory import Asker
from covercheck.records.audit import Entry
from covercheck.records.roles import SHARED, Action, may
from covercheck.records.tokens import Token, TokenRefused, TokenStore
from covercheck.web.keys import SETTINGS
from covercheck.web.oidc import Oidc
from covercheck.web.problems import BAD_TOKEN, NO_TOKEN, NOT_ALLOWED, TOO_MANY, Refused

LOCAL: Final = Asker("local", "local", "admin")
ASKER = web.RequestKey("asker", Asker)
REQUEST_ID = web.RequestKey("request_id", str)
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="covercheck"'}
LIMITERS: Final = 10_000
LOOK_AGAIN_SECONDS: Final = 2.0


class Access:
    """Lets requests in. `open_to_all`: no token was ever made, and only this machine can ask."""

    def __init__(
        self, tokens: TokenStore, per_minute: int, clock: Callable[[], datetime], *, open_to_all: bool, oidc: Oidc | None = None
    ) -> None:
        self._tokens = tokens
        self._per_minute = per_minute
        self._clock = clock
        self._open = open_to_all
        self._oidc = oidc
        self._limiters: LRUCache[str, AsyncLimiter] = LRUCache(LIMITERS)
        self._looked = 0.0

    async def admit(self, request: web.Request, action: Action) -> Asker:
        """Who asks; raises Refused where that is nobody, or the role does not allow it."""
        asker = await self._asker(request)
        refuse_unallowed(request, asker, action)
        return asker

    async def asker_of(self, text: str) -> Asker | TokenRefused:
        """Who holds this token, ours or the identity provider's."""
        if self._oidc is not None and text.count(".") == 2:
            return await self._oidc.asker_of(text)
        found = await self._tokens.verify(text, self._clock())
        if isinstance(found, TokenRefused):
            return found
        await self._note(found)
        return Asker(found.org, found.id, found.role)

    async def _asker(self, request: web.Request) -> Asker:
        written = request.headers.get("Authorization")
        if written is None:
            nobody = await self.nobody()
            if nobody is None:
                raise Refused(NO_TOKEN, headers=CHALLENGE)
            return nobody
        scheme, _, text = written.partition(" ")
        found = await self.asker_of(text.strip()) if scheme.lower() == "bearer" else TokenRefused("malformed")
        if isinstance(found, TokenRefused):
            raise Refused(BAD_TOKEN, f"It is {found.key}.", headers=CHALLENGE)
        await self._limit(found.token)
        return found

    async def nobody(self) -> Asker | None:
        """Who asks without a token: `local` while none was ever made and this machine alone can ask."""
        return LOCAL if self._open and not await self._made_since() else None

    async def _made_since(self) -> bool:
        """The first token ends the openness, also of a running service, within seconds."""
        now = asyncio.get_running_loop().time()
        if now - self._looked < LOOK_AGAIN_SECONDS:
            return False
        self._looked = now
        if await asyncio.to_thread(self._tokens.any):
            self._open = False
        return not self._open

    async def _limit(self, token: str) -> None:
        limiter = self._limiters.get(token)
        if limiter is None:
            limiter = self._limiters[token] = AsyncLimiter(self._per_minute, 60)
        if not limiter.has_capacity():
            raise Refused(TOO_MANY, headers={"Retry-After": str(max(1, round(60 / self._per_minute)))})
        await limiter.acquire()

    async def _note(self, token: Token) -> None:
        now = self._clock()
        if token.last_used_at is None or (now - token.last_used_at).total_seconds() >= 60:
            await asyncio.to_thread(self._tokens.used, token, now)


ACCESS = web.AppKey("access", Access)


def is_allowed(request: web.Request, asker: Asker, action: Action) -> bool:
    """By role; and what all organisations share, by organisation too."""
    return may(asker.role, action) and (action not in SHARED or asker.org in request.app[SETTINGS].rule_keepers)


def refuse_unallowed(request: web.Request, asker: Asker, action: Action) -> None:
    """Raises Refused with the reason."""
    if is_allowed(request, asker, action):
        return
    if not may(asker.role, action):
        raise Refused(NOT_ALLOWED, f"The role {asker.role} does not include {action}.")
    raise Refused(NOT_ALLOWED, "All organisations share the rules, and this one does not keep them: COVERCHECK_RULE_KEEPERS names those.")


def deed(request: web.Request, asker: Asker, action: Action, what: str, now: datetime, result: str = "ok") -> Entry:
    """A line of the audit: who did what, from where. Never a person's data."""
    return Entry(now, asker.org, asker.token, action, what, request.remote or "", result, request.get(REQUEST_ID, ""))
