"""Answers that say the same are kept once for each organisation and day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, func, insert, select, text

from covercheck.checks.check import Checker
from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import Asker, KeptCheck, Memory
from covercheck.checks.memory.replay import replay
from covercheck.checks.request import parse_request
from covercheck.engine import EvidenceLimits
from covercheck.records import database as database_module
from covercheck.records.database import Database, migrate, open_database
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import Records
from covercheck.records.tables import answers, checks, metadata
from covercheck.records.vault import Vault
from tests.records.made_up import NOW, check, entry

QUESTION: dict[str, Any] = {
    "payer": "bcbs-massachusetts",
    "plan": {"line": "commercial", "state": "MA"},
    "date_of_service": "2026-12-01",
    "therapy": "kap_iv",
    "diagnoses": ["F33.2"],
}
HARBOR, LIGHTHOUSE = Asker("harbor", "AAAAAAAA", "billing"), Asker("lighthouse", "BBBBBBBB", "billing")


async def ask(memory: Memory, checker: Checker, name: str, asker: Asker = HARBOR, now: datetime = NOW, **changes: Any) -> bytes:
    """Ask and keep; the answer."""
    body = orjson.dumps({**QUESTION, **changes})
    request = parse_request(body)
    question = checker.reader.read(request, now.date())
    written = checker.write(request, check_id=name, now=now)
    await memory.keep(asker, checker, question, body, written, name, now, Heard(), [entry(object=name)])
    return written.json


async def found(memory: Memory, name: str, asker: Asker = HARBOR) -> KeptCheck:
    """A check that is there."""
    kept = await memory.find(asker, name)
    assert kept is not None
    return kept


def stored(records: Records) -> int:
    """How many common parts there are."""
    return records.database.read(lambda connection: connection.execute(select(func.count()).select_from(answers)).scalar_one())


async def test_two_who_ask_the_same_on_one_day_share_an_answer_and_each_gets_its_own_bytes_back(records: Records, checker: Checker) -> None:
    memory = Memory(records)
    first = await ask(memory, checker, "chk_1")
    second = await ask(memory, checker, "chk_2", now=NOW + timedelta(seconds=90))
    assert stored(records) == 1
    assert (await found(memory, "chk_1")).answer == first
    assert (await found(memory, "chk_2")).answer == second
    assert first != second


@pytest.mark.parametrize(
    ("asker", "days", "facts"),
    [(LIGHTHOUSE, 0, {}), (HARBOR, 1, {}), (HARBOR, 0, {"failed_antidepressants": 4})],
    ids=["another organisation", "another day", "another patient"],
)
async def test_what_differs_is_not_shared(records: Records, checker: Checker, asker: Asker, days: int, facts: dict[str, Any]) -> None:
    memory = Memory(records)
    await ask(memory, checker, "chk_1")
    answer = await ask(memory, checker, "chk_2", asker, NOW + timedelta(days=days), facts=facts)
    assert stored(records) == 2
    assert (await found(memory, "chk_2", asker)).answer == answer


async def test_another_instance_that_stored_the_same_first_is_no_hindrance(records: Records, checker: Checker) -> None:
    one, other = Memory(records), Memory(records)
    await ask(one, checker, "chk_1")
    answer = await ask(other, checker, "chk_2")
    assert stored(records) == 1
    assert (await found(one, "chk_2")).answer == answer


async def test_a_shared_answer_goes_with_the_last_check_that_needs_it(records: Records, checker: Checker) -> None:
    memory = Memory(records)
    await ask(memory, checker, "chk_1")
    held = await ask(memory, checker, "chk_2", facts={"failed_antidepressants": 4})
    await records.checks.hold("harbor", "chk_2", True)
    later = NOW + timedelta(days=3)
    young = await ask(memory, checker, "chk_3", now=later)
    assert await records.checks.forget(later, later) == 1
    assert stored(records) == 2
    assert (await found(memory, "chk_2")).answer == held
    assert (await found(memory, "chk_3")).answer == young


async def test_an_answer_whose_common_part_is_gone_is_told_as_damage_and_not_as_half_an_answer(records: Records, checker: Checker) -> None:
    memory = Memory(records)
    await ask(memory, checker, "chk_1")
    records.database.write(lambda connection: connection.execute(delete(answers)))
    with pytest.raises(RecordsUnavailable) as refused:
        await memory.find(HARBOR, "chk_1")
    assert refused.value.key == "database_damaged"


async def test_a_check_is_replayed_by_the_evidence_limits_of_its_day(records: Records, checker: Checker) -> None:
    memory = Memory(records)
    strict = Checker.of(checker.book, EvidenceLimits(fresh_months=1, aged_months=2))
    assert await ask(memory, strict, "chk_1") != await ask(memory, checker, "chk_1b")
    told = await replay(memory, await found(memory, "chk_1"), EvidenceLimits())
    assert told.verdict == "same"


def test_the_name_of_a_common_part_can_not_be_found_without_the_key() -> None:
    one, other = Vault([bytes(32)]), Vault([bytes(31) + b"\x01"])
    assert one.content_token("harbor", "2026-12-01", b"rest") != other.content_token("harbor", "2026-12-01", b"rest")
    assert one.content_token("harbor", "2026-12-01", b"rest") == one.content_token("harbor", "2026-12-01", b"rest")


def test_the_migrations_lead_to_the_tables_as_they_stand_in_the_code(database: Database) -> None:
    def differences(connection: Any) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    told = [one for one in database.read(differences) if "alembic_version" not in str(one)]
    assert told == []


def test_a_database_of_release_0_2_keeps_its_checks(url: str | None, tmp_path: Path) -> None:
    database = open_database(url, tmp_path)
    old = {name: getattr(check(), name) for name in check().__slots__ if name not in ("seq", "shared", "limits", "rest")}

    tables = [*reversed(metadata.sorted_tables), "alembic_version"]
    away = [f"DROP TABLE {table}" for table in tables] if database.is_sqlite else ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"]

    def begin_anew(connection: Any) -> None:
        for statement in away:
            connection.execute(text(statement))
        config = Config()
        config.set_main_option("script_location", str(Path(database_module.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    database.write(begin_anew)
    columns = [column for column in checks.c if column.name in old]
    database.write(lambda connection: connection.execute(insert(checks).values({column: old[column.name] for column in columns})))
    migrate(database)
    kept = database.read(lambda connection: connection.execute(select(checks)).mappings().one())
    database.close()
    assert bytes(kept["answer"]) == b"sealed answer"
    assert kept["shared"] is None
    assert kept["asked_at"] == NOW.astimezone(UTC)
