"""Who is calling, and what others recorded since a call form was opened."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web

from covercheck.checks.evidence.record import CallAnswer, RecordedCall
from covercheck.checks.memory.memory import Asker, KeptCheck
from covercheck.records.evidence import CallRecord
from covercheck.records.leases import lease_of
from covercheck.web.access import ASKER, LOCAL, deed
from covercheck.web.call_handler import call_id_of
from covercheck.web.check_handler import is_sound_key
from covercheck.web.keys import CLOCK, MEMORY

Calls: TypeAlias = tuple[tuple[CallRecord, RecordedCall], ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds the call: `other` is empty where it is whoever looks. `since` as the clock shows it in UTC, `moment` in full."""

    mark: str
    other: str
    since: str
    moment: str


@dataclass(frozen=True, slots=True)
class Since:
    """A call somebody recorded since the form was opened."""

    by: str
    moment: str
    at: str
    person: str | None
    reference: str | None
    answers: tuple[CallAnswer, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes on beside a form: the lease, how many calls are recorded, and `since` it was opened: those after the first `shown`."""

    holding: Holding
    count: int
    shown: int
    since: tuple[Since, ...]


async def beside(request: web.Request, kept: KeptCheck, form: Mapping[str, str], *, by_force: bool = False, fresh: bool = False) -> Beside:
    """Take or renew the lease, where nobody else has it or by force, and look for calls recorded since the form was opened.

    What still comes in from a form that is recorded already takes nothing.
    """
    asker = request[ASKER]
    calls = await request.app[MEMORY].calls_of(asker, kept.record.id)
    # What the form has `seen` it may be sent with; what was `shown` beside it stays there while the script works on.
    shown = len(calls) if fresh else _count(form.get("shown") or form.get("seen", ""))
    mark = form.get("lease", "")[:64] or secrets.token_hex(8)
    if not fresh and _is_recorded(asker, kept, form, calls):
        return Beside(Holding(mark, "", "", ""), len(calls), len(calls), ())
    holding = await _hold(request, kept.record.id, mark, by_force)
    return Beside(holding, len(calls), shown, tuple([await _told(request, record, call) for record, call in calls[shown:]]))


async def unseen(request: web.Request, kept: KeptCheck, form: Mapping[str, str]) -> bool:
    """Whether others recorded calls the form has not seen; not where this very form is sent a second time."""
    asker = request[ASKER]
    calls = await request.app[MEMORY].calls_of(asker, kept.record.id)
    return len(calls) > _count(form.get("seen", "")) and not _is_recorded(asker, kept, form, calls)


def _is_recorded(asker: Asker, kept: KeptCheck, form: Mapping[str, str], calls: Calls) -> bool:
    once = form.get("once")
    return once is not None and is_sound_key(once) and call_id_of(once, asker, kept) in {record.id for record, _ in calls}


async def give_back(request: web.Request, check_id: str, mark: str | None = None) -> None:
    """End one's own lease; `mark`: only where this form has it."""
    asker = request[ASKER]
    await request.app[MEMORY].records.leases.give_back(asker.org, check_id, asker.token, mark)


async def _hold(request: web.Request, check_id: str, mark: str, by_force: bool) -> Holding:
    asker, now = request[ASKER], request.app[CLOCK]()
    entry = deed(request, asker, "call.record", check_id, now, "taken over") if by_force else None
    held = await request.app[MEMORY].records.leases.take(lease_of(asker.org, check_id, asker.token, mark, now), entry)
    other = "" if held.token == asker.token else await _name(request, held.token)
    return Holding(mark, other, f"{held.taken_at:%H:%M}", held.taken_at.isoformat(timespec="seconds"))


async def _told(request: web.Request, record: CallRecord, call: RecordedCall) -> Since:
    moment = record.recorded_at
    return Since(
        await _name(request, record.token),
        moment.isoformat(timespec="seconds"),
        f"{moment:%H:%M}",
        call.person,
        call.reference,
        call.answers,
    )


async def _name(request: web.Request, token: str) -> str:
    """A person, as far as tokens tell."""
    if token == LOCAL.token:
        return "somebody on this machine"
    name = await request.app[MEMORY].records.tokens.name_of(request[ASKER].org, token)
    return f"{name} (token {token})" if name else f"token {token}"


def _count(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0
