"""An answer as it was on a day: the newest on record, by the end of that day, to the same question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

import orjson

from covercheck.checks.comparing import FACT, said
from covercheck.checks.memory.memory import Asker, KeptCheck, Memory
from covercheck.records.checks import MOST_IN_PAGE, CheckRecord, Filters

MOST_LOOKED: Final = 2_000
EARLIEST: Final = date(1970, 1, 1)
LATEST: Final = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class AsItWas:
    """`record` None: none was found among the `looked` newest by then; `is_all`: there were no more. `near`: one with other facts."""

    record: CheckRecord | None
    looked: int
    is_all: bool
    near: CheckRecord | None = None


def end_of(day: date) -> datetime:
    """The first moment after a day, in UTC, where all moments of records stand."""
    return datetime.combine(min(max(day, EARLIEST), LATEST) + timedelta(days=1), time(), UTC)


async def as_it_was(memory: Memory, asker: Asker, kept: KeptCheck, on: date) -> AsItWas:
    """Of a member: the newest about the same parts at this payer, whatever was known by then. Of nobody: the newest that asked the same."""
    record = kept.record
    filters = Filters(record.payer, member=record.member, token=asker.own_only, before=end_of(on), without_member=record.member is None)
    looked, cursor, near = 0, None, None
    while looked < MOST_LOOKED:
        page = await memory.records.checks.page(asker.org, filters, MOST_IN_PAGE, cursor)
        for one in page.checks:
            looked += 1
            likeness = _likeness(memory, kept, one)
            if likeness == "same":
                return AsItWas(one, looked, is_all=True)
            near = near or (one if likeness == "facts" else None)
        cursor = page.next
        if cursor is None:
            return AsItWas(None, looked, is_all=True, near=near)
    return AsItWas(None, looked, is_all=False, near=near)


def _likeness(memory: Memory, kept: KeptCheck, other: CheckRecord) -> Literal["same", "facts", "none"]:
    """`facts`: they alone differ. What stands in the clear is looked at first: opening a question takes longer."""
    record = kept.record
    if _parts(record) != _parts(other):
        return "none"
    if record.member is not None:
        return "same"
    if (record.plan, record.date_of_service) != (other.plan, other.date_of_service):
        return "none"
    one, two = said(orjson.loads(kept.question), record.payer), said(orjson.loads(memory.question_of(other)), other.payer)
    if one == two:
        return "same"
    return "facts" if _without_facts(one) == _without_facts(two) else "none"


def _without_facts(told: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in told.items() if not name.startswith(FACT)}


def _parts(record: CheckRecord) -> set[str]:
    return {str(part[0]) for part in orjson.loads(record.parts)}
