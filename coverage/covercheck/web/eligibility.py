"""The line to payers' systems, open while the service runs; and how long a client wants to wait."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from covercheck.checks.ask_payer import AskPayer, clinic_of, patience_of, setup_of
from covercheck.eligibility.desk import Asked, Desk
from covercheck.eligibility.opening import open_desk
from covercheck.web.keys import LOG, SETTINGS
from covercheck.web.live import LIVE
from covercheck.web.metrics import METRICS

MOST_SECONDS: Final = 60
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?(?=$|[,;\s])", re.ASCII | re.IGNORECASE)


async def payers_systems(app: web.Application) -> AsyncIterator[None]:
    """Open them with the application, close them with it."""
    log, settings = app[LOG], app[SETTINGS]
    desks: list[Desk] = []

    def note(asked: Asked) -> None:
        log.info(
            "payer_asked", payer=asked.payer, adapter=asked.adapter, ended=asked.ended, attempts=asked.attempts,
            ms=round(asked.seconds * 1_000, 1),
        )  # fmt: skip
        app[METRICS].asked(asked, desks[0].state_of(asked.payer))

    async with open_desk(setup_of(settings), patience_of(settings), note) as (desk, routes):
        desks.append(desk)
        app[LIVE].open_line(lambda checker: AskPayer(checker.book, checker.directory, desk, routes, clinic_of(settings)))
        yield


def seconds_wanted(request: web.Request, otherwise: float) -> tuple[float, str | None]:
    """How long the whole check may take, and the preference to name as applied: `Prefer: wait=5` (RFC 7240)."""
    found = _WAIT.search(request.headers.get("Prefer", ""))
    if found is None:
        return otherwise, None
    seconds = min(max(int(found[1]), 1), MOST_SECONDS)
    return float(seconds), f"wait={seconds}"
