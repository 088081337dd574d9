"""`/payers/due`: which texts to read again next, and what stands on each."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from covercheck.web.live import serving
from covercheck.web.sources_handler import STANDINGS, due
from covercheck.web.staff.frame import admitted, page

WITHIN: Final = (0, 30, 90, 180)
SHOWN: Final = 200
PATIENCE: Final = 0.03  # seconds; a first count of many answers takes longer


async def get_due_page(request: web.Request) -> web.Response:
    """Texts due now, or within the days that were chosen."""
    away = await admitted(request, "sources.review")
    if away is not None:
        return away
    chosen = request.query.get("within", "")
    within = int(chosen) if chosen in map(str, WITHIN) else 0
    written = request.query.get("payer", "").strip()
    payer = serving(request).checker.directory.find(written) if written else None
    standing = await request.app[STANDINGS].soon(request, PATIENCE)
    told = due(request, within, payer or written or None, standing)
    choices = {"within": within, "payer": written}
    return page(request, "due.html", due=told[:SHOWN], total=len(told), standing=standing, choices=choices, days=WITHIN)
