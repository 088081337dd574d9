"""`/checks/compare`: two answers side by side, and why they differ; `/checks/{id}/as-of`: the same question as it was answered by a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import orjson
from aiohttp import web

from covercheck.checks.gist import differences, gist_of_data
from covercheck.checks.memory.memory import KeptCheck
from covercheck.records.checks import Filters
from covercheck.web.access import ASKER
from covercheck.web.keys import MEMORY
from covercheck.web.live import serving
from covercheck.web.problems import PARAMETERS, UNKNOWN_CHECK, Refused
from covercheck.web.record_handler import note
from covercheck.web.staff.frame import admitted, page, see
from covercheck.web.staff.question_form import form_of

NAMES: Final = {"line": "line of business", "plan_name": "plan's name", "date_of_service": "date of service", "npi": "NPI"}
HIDDEN: Final = ("member_id", "member_first_name", "member_last_name", "member_date_of_birth")
MOST_LOOKED: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One part of two answers, as kept; None where an answer has no such part. `differs`: what, before, after; reasons of one alone."""

    part: str
    label: str
    one: dict[str, Any] | None
    other: dict[str, Any] | None
    differs: tuple[tuple[str, str, str], ...]
    only_one: tuple[dict[str, Any], ...]
    only_other: tuple[dict[str, Any], ...]


async def get_compare(request: web.Request) -> web.Response:
    """Two answers, part by part: what changed, and by what: the question, the rules, or what was heard."""
    away = await admitted(request, "check.read")
    if away is not None:
        return away
    first, second = [await _found(request, name) for name in ("a", "b")]
    one, other = sorted((first, second), key=lambda kept: kept.record.asked_at)
    answers = [orjson.loads(kept.answer) for kept in (one, other)]
    return page(
        request,
        "compare.html",
        one=answers[0],
        other=answers[1],
        rows=tuple(_rows(*answers)),
        asked=tuple(_asked(request, orjson.loads(one.question), orjson.loads(other.question))),
        same_rules=one.record.rulebook == other.record.rulebook,
        same_version=one.record.version == other.record.version,
        heard=tuple(bool(kept.heard) for kept in (one, other)),
        same_member=one.record.member == other.record.member,
    )


async def get_as_of(request: web.Request) -> web.Response:
    """The newest answer to the same question, of the same person, that was given by the end of a day; or that there was none."""
    away = await admitted(request, "check.read")
    if away is not None:
        return away
    kept = await _opened(request, request.match_info["id"])
    try:
        on = date.fromisoformat(request.query.get("on", ""))
    except ValueError:
        raise Refused(PARAMETERS, "The day is written YYYY-MM-DD.") from None
    found = await _as_it_was(request, kept, on)
    if found is not None:
        return see(request, f"/checks/{found}")
    return page(request, "as_of.html", 404, answer=orjson.loads(kept.answer), on=on.isoformat())


async def _as_it_was(request: web.Request, kept: KeptCheck, on: date) -> str | None:
    """Of one member the newest about this payer and date of service; without a member, the newest with the same question."""
    memory, asker, record = request.app[MEMORY], request[ASKER], kept.record
    end = datetime.combine(on + timedelta(days=1), time(), UTC)
    day = record.date_of_service
    filters = Filters(record.payer, member=record.member, token=asker.own_only, since=day, until=day)
    cursor, question = None, orjson.loads(kept.question)
    for _ in range(MOST_LOOKED // 50):
        found = await memory.records.checks.page(asker.org, filters, 50, cursor)
        for one in found.checks:
            if one.asked_at >= end:
                continue
            if record.member is not None or orjson.loads(memory.question_of(one)) == question:
                return one.id
        cursor = found.next
        if cursor is None:
            break
    return None


async def _found(request: web.Request, name: str) -> KeptCheck:
    check_id = request.query.get(name, "")
    if not check_id:
        raise Refused(PARAMETERS, "Two checks are compared: choose a first and a second one.")
    return await _opened(request, check_id)


async def _opened(request: web.Request, check_id: str) -> KeptCheck:
    kept = await request.app[MEMORY].find(request[ASKER], check_id)
    await note(request, "check.read", check_id, "ok" if kept is not None else "not found")
    if kept is None:
        raise Refused(UNKNOWN_CHECK)
    return kept


def _rows(one: dict[str, Any], other: dict[str, Any]) -> Iterator[Row]:
    mine, theirs = ({part["part"]: part for part in answer["parts"]} for answer in (one, other))
    for name in dict.fromkeys((*mine, *theirs)):
        before, after = mine.get(name), theirs.get(name)
        label = (before or after or {}).get("label", name)
        if before is None or after is None:
            yield Row(name, label, before, after, (), (), ())
            continue
        told = tuple(differences(gist_of_data(before), gist_of_data(after)))
        yield Row(name, label, before, after, told, _not_in(before, after), _not_in(after, before))


def _not_in(part: dict[str, Any], other: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The reasons of one that the other does not give in this state."""
    known = {(reason["says"], reason["state"]) for reason in other["reasons"]}
    return tuple(reason for reason in part["reasons"] if (reason["says"], reason["state"]) not in known)


def _asked(request: web.Request, one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What was asked otherwise; who it was about is told by the page without a name."""
    before, after = form_of(one), form_of(other)
    before["parts"], after["parts"] = (", ".join(question.get("parts") or ()).replace("_", " ") for question in (one, other))
    facts = serving(request).checker.book.facts
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, ""), after.get(name, "")
        if old == new or name in HIDDEN:
            continue
        fact = name.removeprefix("fact.")
        label = facts[fact].label if fact != name and fact in facts else NAMES.get(name, fact.replace("_", " "))
        yield label, old or "not said", new or "not said"
