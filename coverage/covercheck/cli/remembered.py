"""Commands on the memory: opened for one command, written like the service writes, and closed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from rich.table import Table
from rich.text import Text

from covercheck.checks.find_payer import build_directory
from covercheck.checks.memory.memory import Asker, Memory
from covercheck.checks.memory.replay import replay as replay_check
from covercheck.cli.exits import FAILED, OK, Stop
from covercheck.cli.run import Run
from covercheck.cli.screen import clean
from covercheck.records.audit import Broken, Entry, append, as_id, verify
from covercheck.records.checks import Filters
from covercheck.records.database import copy_to
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import Records, open_records
from covercheck.records.roles import Role
from covercheck.records.vault import add_key

WHO = "command line"


@contextmanager
def memory_of(run: Run) -> Iterator[Records]:
    """The service's own memory; the service may run beside."""
    settings = run.settings()
    key = settings.data_key.get_secret_value() if settings.data_key is not None else None
    try:
        records = open_records(settings.database_url, settings.data_dir, key, datetime.now(UTC))
    except RecordsUnavailable as error:
        raise Stop(str(error), code=FAILED) from None
    try:
        yield records
    except RecordsUnavailable as error:
        raise Stop(str(error), code=FAILED) from None
    finally:
        asyncio.run(records.close())


def token_create(run: Run, org: str, role: Role, name: str, days: int | None) -> None:
    """Make a token."""
    now = datetime.now(UTC)
    with memory_of(run) as records:
        token, text = records.tokens.create(org, role, name, now, now + timedelta(days=days) if days is not None else None)
        _note(records, org, "token.manage", f"created {token.id}", now)
    if run.as_json:
        run.write_json({"id": token.id, "org": org, "role": role, "token": text})
        return
    run.screen.out.print(Text(text), soft_wrap=True)
    run.screen.err.print(f"Shown this once. Its id is {token.id}; `covercheck token revoke {token.id}` ends it.")


def token_list(run: Run) -> None:
    """All tokens."""
    with memory_of(run) as records:
        found = records.tokens.list()
    if run.as_json:
        run.write_json([{name: getattr(token, name) for name in token.__slots__} for token in found])
        return
    table = Table("Id", "Organisation", "Role", "Name", "Made", "Ends", "Last used", box=None)
    for token in found:
        ends = "revoked" if token.revoked_at is not None else _day(token.expires_at) or "never"
        row = (token.id, token.org, token.role, clean(token.name, 60), _day(token.created_at), ends, _day(token.last_used_at) or "never")
        table.add_row(*(Text(cell or "") for cell in row))
    run.screen.out.print(table if found else "No token was made yet: the service answers this machine alone.")


def token_revoke(run: Run, token: str) -> int:
    """End a token."""
    now = datetime.now(UTC)
    with memory_of(run) as records:
        ended = records.tokens.revoke(token, now)
        _note(records, "", "token.manage", f"revoked {token[:16]}", now, "ok" if ended else "not found")
    run.screen.out.print("Ended." if ended else "No such token, or it had ended before.")
    return OK if ended else FAILED


def audit_verify(run: Run) -> int:
    """Walk the chain."""
    with memory_of(run) as records:
        verdict = records.database.read(verify)
    broken = isinstance(verdict, Broken)
    if run.as_json:
        run.write_json({"whole": not broken, **{name: getattr(verdict, name) for name in verdict.__slots__}})
    elif isinstance(verdict, Broken):
        run.screen.out.print(f"Entry {verdict.seq} {verdict.why}. What follows it proves nothing.")
    else:
        run.screen.out.print(f"Whole: {verdict.entries:,} entries. Head: {verdict.head}")
    return FAILED if broken else OK


def key_rotate(run: Run) -> None:
    """Add a key to the key file."""
    settings = run.settings()
    if settings.data_key is not None:
        raise Stop("The keys stand in COVERCHECK_DATA_KEY.", "Write the new one before the others there.")
    try:
        name = add_key(settings.data_dir)
    except RecordsUnavailable as error:
        raise Stop(str(error), code=FAILED) from None
    run.screen.out.print(f"Key {name} seals from the next start on. Back up the key file, apart from the database.")


def hold(run: Run, org: str, check: str, *, on: bool) -> int:
    """Put a check on hold, or let it go."""
    now = datetime.now(UTC)
    with memory_of(run) as records:
        found = asyncio.run(records.checks.hold(org, check, on))
        _note(records, org, "check.hold", check[:64], now, "ok" if found else "not found")
    run.screen.out.print(("On hold." if on else "No longer on hold.") if found else "No such check in this organisation.")
    return OK if found else FAILED


def correct(run: Run, org: str, check: str, note: str, *, ends_evidence: bool) -> int:
    """Write beside a check what is wrong with it."""
    asker, now = Asker(org, WHO, "admin"), datetime.now(UTC)
    with memory_of(run) as records:
        memory = Memory(records)

        async def go() -> bool:
            kept = await memory.find(asker, check)
            if kept is not None:
                deed = Entry(now, org, WHO, "check.correct", kept.record.id, "", "ok", "")
                name = "corr_" + os.urandom(13).hex()
                await memory.correct(asker, kept, note, name, now, ends_evidence=ends_evidence, audit=[deed])
            return kept is not None

        found = asyncio.run(go())
    run.screen.out.print("Corrected: the note stands beside the check." if found else "No such check in this organisation.")
    return OK if found else FAILED


def export_member(run: Run, org: str, payer: str, member: str) -> None:
    """Everything about one member."""
    book = run.book()
    found = build_directory(book).find(payer)
    if found is None:
        raise Stop(f"No payer has this name: {clean(payer, 80)}.")
    asker, now = Asker(org, WHO, "admin"), datetime.now(UTC)
    with memory_of(run) as records:
        memory = Memory(records)
        told = asyncio.run(_all_of(memory, asker, Filters(member=memory.member_of(asker, found, member))))
        _note(records, org, "check.export", f"{len(told)} checks of one member", now)
    run.write_json({"payer": found, "checks": told})


async def _all_of(memory: Memory, asker: Asker, filters: Filters) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await memory.records.checks.page(asker.org, filters, 100, cursor)
        for record in page.checks:
            kept = memory.opened(record)
            calls = await memory.calls_of(asker, record.id)
            outcomes = await memory.records.evidence.outcomes_of(asker.org, record.id)
            told.append(
                {
                    "question": orjson.loads(kept.question),
                    "answer": orjson.loads(kept.answer),
                    "calls": [call.model_dump(mode="json", by_alias=True) for _, call in calls],
                    "corrections": [
                        {"on": at.date().isoformat(), "note": note} for at, note in await memory.corrections_of(asker, record.id)
                    ],
                    "outcomes": [{"part": one.part, "outcome": one.outcome, "decided_on": one.decided_on.isoformat()} for one in outcomes],
                }
            )
        if page.next is None:
            return told
        cursor = page.next


def replay(run: Run, org: str, check: str) -> int:
    """The answer, and whether it can be made again."""
    asker, now = Asker(org, WHO, "admin"), datetime.now(UTC)
    with memory_of(run) as records:
        memory = Memory(records)

        async def go() -> Any:
            kept = await memory.find(asker, check)
            return await replay_check(memory, kept, run.limits()) if kept is not None else None

        found = asyncio.run(go())
        _note(records, org, "check.read", check[:64], now, "ok" if found is not None else "not found")
    if found is None:
        raise Stop("No check of this organisation has this id.", "covercheck replay chk_… --org …", code=FAILED)
    words = {
        "same": "The rules of its day give the same bytes again.",
        "differs": "The rules of its day give other bytes now.",
        "other_version": "Another release of covercheck made it; its rules give other bytes with this one.",
        "no_rulebook": "The rulebook of its day is not on record.",
    }
    run.screen.err.print(words[found.verdict])
    run.write_json(found.answer)
    return OK if found.verdict == "same" else FAILED


def backup(run: Run, target: Path) -> None:
    """Copy the SQLite file."""
    if target.exists():
        raise Stop(f"{clean(str(target), 200)} is there already.", "Name a new file.")
    with memory_of(run) as records:
        if not records.database.is_sqlite:
            raise Stop("The records are in PostgreSQL.", "pg_dump --format=custom makes the copy, pg_restore brings it back.")
        copy_to(records.database, target)
    run.screen.out.print("Copied. To restore: stop the service, put the copy in the place of covercheck.sqlite3, start it.")


def _note(records: Records, org: str, action: str, what: str, now: datetime, result: str = "ok") -> None:
    entry = Entry(now, org, WHO, action, what if result != "not found" else as_id(what), "", result, "")
    records.database.write(lambda connection: append(connection, [entry]))


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment is not None else None
