"""The memory of the service, open while it runs: records, access, and the daily forgetting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from aiohttp import web

from covercheck.checks.memory.memory import Memory, since_years
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import open_records
from covercheck.web.access import ACCESS, LOCAL, Access
from covercheck.web.keys import CLOCK, LOG, MEMORY, SETTINGS
from covercheck.web.oidc import Oidc, Provider

DAY_SECONDS: Final = 86_400.0


async def memory(app: web.Application) -> AsyncIterator[None]:
    """Open it with the application, close it with it; raises RecordsUnavailable where it can't be opened."""
    settings, clock = app[SETTINGS], app[CLOCK]
    key = settings.data_key.get_secret_value() if settings.data_key is not None else None
    records = await asyncio.to_thread(open_records, settings.database_url, settings.data_dir, key, clock())
    app[MEMORY] = Memory(records)
    has_tokens = await asyncio.to_thread(records.tokens.any)
    if not has_tokens and not settings.is_local:
        token, text = await asyncio.to_thread(records.tokens.create, LOCAL.org, "admin", "first start", clock())
        app[LOG].warning("first_token", token=token.id)
        app[FIRST_TOKEN].append(text)
    oidc = None
    if settings.oidc_issuer is not None:
        provider = Provider(settings.oidc_issuer, settings.oidc_audience, settings.oidc_org_claim, settings.oidc_role_claim)
        oidc = Oidc(provider, clock)
    is_open = settings.is_local and not has_tokens and oidc is None
    app[ACCESS] = Access(records.tokens, settings.token_per_minute, clock, open_to_all=is_open, oidc=oidc)
    forgetting = asyncio.create_task(_forget(app))
    try:
        yield
    finally:
        forgetting.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting
        await records.close()


FIRST_TOKEN: web.AppKey[list[str]] = web.AppKey("first_token")


async def _forget(app: web.Application) -> None:
    """Once a day, delete what is older than the retention."""
    while True:
        now = app[CLOCK]()
        try:
            gone = await app[MEMORY].records.checks.forget(since_years(now, app[SETTINGS].retention_years), now)
        except RecordsUnavailable as error:
            app[LOG].warning("not_forgotten", key=error.key)
        else:
            if gone:
                app[LOG].info("forgotten", checks=gone)
        await asyncio.sleep(DAY_SECONDS)
