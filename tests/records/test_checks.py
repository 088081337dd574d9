"""Recorded checks: kept, found, listed, repeated, forgotten; on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from covercheck.records.checks import Filters
from covercheck.records.corrections import CorrectionRecord
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import Records, open_records
from covercheck.records.repeats import Repeat
from tests.records.made_up import NOW, call, check, entry, item, outcome


def repeat(name: str, **changes: object) -> Repeat:
    return replace(Repeat("checks", name, b"body", NOW + timedelta(hours=24)), **changes)  # type: ignore[arg-type]


async def test_a_check_comes_back_as_it_was_kept(records: Records) -> None:
    kept = check(member=b"token", member_last4="4711", heard=b"sealed report")
    await records.checks.save(kept)
    found = await records.checks.find("harbor", kept.id)
    assert found is not None
    assert replace(found, seq=None) == kept


async def test_another_organisation_finds_nothing(records: Records) -> None:
    kept = check()
    await records.checks.save(kept)
    assert await records.checks.find("lighthouse", kept.id) is None


async def test_who_may_see_only_its_own_finds_only_its_own(records: Records) -> None:
    kept = check()
    await records.checks.save(kept)
    assert await records.checks.find("harbor", kept.id, "BBBBBBBB") is None
    assert await records.checks.find("harbor", kept.id, "AAAAAAAA") is not None


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"one", "two", "three"}),
        (Filters(payer="other"), {"two"}),
        (Filters(result="likely_covered"), {"three"}),
        (Filters(member=b"m"), {"two"}),
        (Filters(token="BBBBBBBB"), {"three"}),
        (Filters(since=date(2026, 12, 2)), {"two"}),
        (Filters(since=date(2026, 12, 3)), set()),
        (Filters(until=date(2026, 11, 30)), {"three"}),
        (Filters(payer="acme", result="uncertain"), {"one"}),
    ],
)
async def test_a_list_is_narrowed_by_each_filter(records: Records, filters: Filters, found: set[str]) -> None:
    await records.checks.save(check(id="one"))
    await records.checks.save(check(id="two", payer="other", member=b"m", date_of_service=date(2026, 12, 2)))
    await records.checks.save(check(id="three", result="likely_covered", token="BBBBBBBB", date_of_service=date(2026, 11, 30)))
    assert {record.id for record in (await records.checks.page("harbor", filters, 10)).checks} == found
    assert (await records.checks.page("lighthouse", filters, 10)).checks == ()


async def test_pages_neither_repeat_nor_leave_out_while_checks_are_added(records: Records) -> None:
    for number in range(7):
        await records.checks.save(check(id=f"old{number}"))
    seen: list[str] = []
    cursor = None
    while True:
        page = await records.checks.page("harbor", Filters(), 3, cursor)
        seen += [record.id for record in page.checks]
        await records.checks.save(check())
        if page.next is None:
            break
        cursor = page.next
    assert seen == [f"old{number}" for number in range(6, -1, -1)]


@pytest.mark.parametrize("cursor", ["", "x", "!!!!", "YzIuNQ", "YzEuLTE", "YzEu" * 40])
async def test_a_cursor_that_was_never_given_is_refused(records: Records, cursor: str) -> None:
    with pytest.raises(ValueError, match="no such cursor"):
        await records.checks.page("harbor", Filters(), 3, cursor)


async def test_of_two_checks_with_one_key_the_first_is_kept_and_the_second_learns_it(records: Records) -> None:
    first, second = check(), check()
    assert await records.checks.save(first, (), repeat("key")) is None
    taken = await records.checks.save(second, (), repeat("key", body_hash=b"other"))
    assert taken is not None
    assert (taken.check_id, taken.body_hash) == (first.id, b"body")
    assert await records.checks.find("harbor", second.id) is None
    assert await records.checks.repeated("harbor", "checks", "key", NOW) == taken


async def test_keys_of_organisations_are_apart(records: Records) -> None:
    assert await records.checks.save(check(), (), repeat("key")) is None
    assert await records.checks.save(check(org="lighthouse"), (), repeat("key")) is None


@pytest.mark.parametrize(("hours", "remembered"), [(23, True), (24, False), (25, False)])
async def test_a_key_is_remembered_for_its_time(records: Records, hours: int, remembered: bool) -> None:
    await records.checks.save(check(), (), repeat("key"))
    later = NOW + timedelta(hours=hours)
    assert (await records.checks.repeated("harbor", "checks", "key", later) is not None) is remembered
    taken = await records.checks.save(check(asked_at=later), (), repeat("key", expires_at=later + timedelta(hours=24)))
    assert (taken is not None) is remembered


async def test_two_instances_that_save_one_key_at_once_keep_one_check(url: str | None, tmp_path: Path) -> None:
    one, other = (open_records(url, tmp_path, None, NOW) for _ in range(2))
    try:
        for number in range(20):
            pair = (check(), check())
            outcomes = await asyncio.gather(
                one.checks.save(pair[0], (), repeat(f"key{number}")), other.checks.save(pair[1], (), repeat(f"key{number}"))
            )
            kept = [record for record in pair if await one.checks.find("harbor", record.id) is not None]
            assert len(kept) == 1
            assert [taken.check_id for taken in outcomes if taken is not None] == [kept[0].id]
    finally:
        await one.close()
        await other.close()


async def test_a_check_that_can_not_be_written_fails_alone(records: Records) -> None:
    good = [check() for _ in range(5)]
    twin = check(id=good[0].id)
    results = await asyncio.gather(*(records.checks.save(record) for record in (*good, twin)), return_exceptions=True)
    assert [result is None for result in results] == [True] * 5 + [False]
    assert len((await records.checks.page("harbor", Filters(), 50)).checks) == 5


async def test_everything_that_waits_is_written_when_the_writer_ends(records: Records) -> None:
    waiting = [asyncio.ensure_future(records.checks.save(check())) for _ in range(300)]
    await asyncio.sleep(0)
    await records.writer.close()
    assert await asyncio.gather(*waiting) == [None] * 300
    with pytest.raises(RecordsUnavailable) as refused:
        await records.checks.save(check())
    assert refused.value.key == "closed"
    assert len(list(records.checks.each())) == 300


async def test_a_rulebook_is_kept_once(records: Records) -> None:
    await records.checks.keep_book("sha256:1", lambda: b"files", NOW)
    await records.checks.keep_book("sha256:1", lambda: b"files", NOW)
    assert await records.checks.book("sha256:1") == b"files"
    assert await records.checks.book("sha256:2") is None


async def test_old_checks_are_forgotten_with_all_that_hangs_on_them_and_those_on_hold_stay(records: Records) -> None:
    old, held, young = check(asked_at=NOW - timedelta(days=2)), check(asked_at=NOW - timedelta(days=2)), check()
    for record in (old, held, young):
        await records.checks.save(record)
        one = call(record.id)
        await records.evidence.save(one, [item(one)])
        await records.evidence.save_outcomes([outcome(record.id)])
    assert await records.checks.hold("harbor", held.id, True)
    assert not await records.checks.hold("lighthouse", held.id, True)
    assert await records.checks.forget(NOW - timedelta(days=2), NOW) == 0
    assert await records.checks.forget(NOW - timedelta(days=1), NOW) == 1
    assert [record.id for record in records.checks.each()] == [held.id, young.id]
    assert await records.evidence.calls_of("harbor", old.id) == ()
    assert len(await records.evidence.calls_of("harbor", held.id)) == 1


async def test_evidence_is_found_for_the_same_member_payer_and_plan_and_for_its_own_check(records: Records) -> None:
    kept = check()
    await records.checks.save(kept)
    mine = call(kept.id)
    await records.evidence.save(mine, [item(mine, member=b"ada")])
    today = NOW.date()
    for member, payer, plan, own, found in [
        (b"ada", "acme", "acme gold", None, 1),
        (b"bea", "acme", "acme gold", None, 0),
        (b"ada", "other", "acme gold", None, 0),
        (b"ada", "acme", "silver", None, 0),
        (None, "acme", "acme gold", kept.id, 1),
        (None, "acme", "acme gold", None, 0),
    ]:
        assert len(await records.evidence.known("harbor", payer, plan, member, own, today)) == found
    assert await records.evidence.known("lighthouse", "acme", "acme gold", b"ada", kept.id, today) == ()


@pytest.mark.parametrize(("days", "found"), [(36, 1), (37, 1), (38, 0)])
async def test_evidence_ends_after_its_last_day(records: Records, days: int, found: int) -> None:
    kept = check()
    await records.checks.save(kept)
    one = call(kept.id)
    await records.evidence.save(one, [item(one)])
    known = await records.evidence.known("harbor", "acme", "acme gold", None, kept.id, NOW.date() + timedelta(days=days))
    assert len(known) == found


async def test_a_correction_ends_what_it_supersedes_and_both_records_stay(records: Records) -> None:
    kept = check()
    await records.checks.save(kept)
    first = call(kept.id)
    await records.evidence.save(first, [item(first)])
    second = call(kept.id, supersedes=first.id)
    await records.evidence.save(second, [item(second, value="not_covered")])
    known = await records.evidence.known("harbor", "acme", "acme gold", None, kept.id, NOW.date())
    assert [found.value for found in known] == ["not_covered"]
    assert [found.id for found in await records.evidence.calls_of("harbor", kept.id)] == [first.id, second.id]


async def test_a_call_of_a_check_that_is_not_there_is_kept_neither_whole_nor_in_part(records: Records) -> None:
    with pytest.raises(IntegrityError):
        await records.evidence.save(call("chk_none"), [], [entry()])
    assert await records.database.run(lambda connection: connection.execute(text("SELECT count(*) FROM audit")).scalar()) == 0


async def test_what_came_of_checks_is_told_with_what_was_answered(records: Records) -> None:
    kept = check(parts='[{"part": "ketamine_iv", "result": "likely_covered"}]')
    await records.checks.save(kept)
    await records.evidence.save_outcomes([outcome(kept.id), outcome(kept.id, outcome="denied")])
    assert [found.outcome for found in await records.evidence.confirmed("harbor")] == ["paid", "denied"]
    assert await records.evidence.confirmed("lighthouse") == ()
    assert [found.outcome for found in await records.evidence.outcomes_of("harbor", kept.id)] == ["paid", "denied"]


@pytest.mark.parametrize(("ends", "left"), [(True, 0), (False, 1)])
async def test_a_correction_may_end_what_calls_about_the_check_said(records: Records, ends: bool, left: int) -> None:
    one = check()
    await records.checks.save(one)
    said = call(one.id)
    await records.evidence.save(said, [item(said)])
    made = CorrectionRecord("corr_1", one.id, "harbor", "AAAAAAAA", NOW, "k1", b"sealed note")
    await records.corrections.save(made, ends_evidence=ends)
    assert await records.corrections.of("harbor", one.id) == (made,)
    assert await records.corrections.of("lighthouse", one.id) == ()
    assert len(await records.evidence.known("harbor", "acme", "acme gold", None, one.id, NOW.date())) == left
    assert await records.checks.forget(NOW + timedelta(days=1), NOW) == 1
    assert await records.corrections.of("harbor", one.id) == ()
