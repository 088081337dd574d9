"""`/p/{link}`: the same results in plain words, from stable codes and a message file for each language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson
from aiohttp import web

from covercheck.checks.memory.memory import Asker
from covercheck.web.access import ASKER
from covercheck.web.keys import CLOCK, MEMORY
from covercheck.web.patient.link import Target, make_link, read_link
from covercheck.web.problems import UNKNOWN_CHECK, Refused
from covercheck.web.record_handler import note
from covercheck.web.record_view import with_main_cites
from covercheck.web.staff.frame import admitted, check_origin, page, see

LANGUAGES: Final = ("en", "es")


@cache
def messages(language: str) -> dict[str, Any]:
    """All texts of a language."""
    return tomllib.loads((files("covercheck.web.patient") / f"{language}.toml").read_text("utf-8"))


async def get_patient_page(request: web.Request) -> web.Response:
    """The page behind a link; nobody signs in, the link itself is the permission, for a day."""
    app, language = request.app, request.query.get("lang", "en")
    language = language if language in LANGUAGES else "en"
    now = app[CLOCK]()
    target = read_link(app[MEMORY].records.vault.link_key, request.match_info["link"], now)
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    told: dict[str, Any] = {"words_of": messages(language), "language": language, "other": other}
    if target is None:
        return page(request, "patient_gone.html", 404, **told)
    request[ASKER] = Asker(target.org, "patient link", "auditor")
    kept = await app[MEMORY].find(request[ASKER], target.check)
    await note(request, "check.read", target.check, "ok" if kept is not None else "not found")
    if kept is None:
        return page(request, "patient_gone.html", 404, **told)
    answer = with_main_cites(orjson.loads(kept.answer))
    return page(request, "patient.html", answer=answer, overdue=answer["valid_until"] < now.date().isoformat(), **told)


async def post_patient_link(request: web.Request) -> web.Response:
    """Make a link for a patient and show its page, so that its address can be copied."""
    check_origin(request)
    away = await admitted(request, "check.export")
    if away is not None:
        return away
    app, asker, check_id = request.app, request[ASKER], request.match_info["id"]
    kept = await app[MEMORY].find(asker, check_id)
    await note(request, "check.export", check_id, "patient link" if kept is not None else "not found")
    if kept is None:
        raise Refused(UNKNOWN_CHECK)
    return see(request, make_link(app[MEMORY].records.vault.link_key, Target(asker.org, check_id), app[CLOCK]()))
