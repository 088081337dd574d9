"""Drafts and releases on both databases: numbered without gaps, never changed, and of two at once exactly one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from covercheck.records.drafts import Draft
from covercheck.records.opening import Records, open_records
from covercheck.records.releases import NotApproved, Outdated, Release, TooEarly
from covercheck.records.repeats import KeyTaken, Repeat
from covercheck.web.publishing.views import standings
from tests.records.made_up import NOW

DIGEST = "sha256:1"


def release(**changes: Any) -> Release:
    """A release by Ann."""
    values: dict[str, Any] = {
        "number": 0, "digest": DIGEST, "draft": None, "restores": None, "author": "ann", "approver": "bob", "reason": "why",
        "published_at": NOW, "effective_at": NOW,
    }  # fmt: skip
    return Release(**{**values, **changes})


def draft(name: str = "drf_1", **changes: Any) -> Draft:
    """A draft of Ann's on release 1."""
    return replace(Draft(name, 1, DIGEST, "harbor", "ann", NOW, "note", b"packed"), **changes)


async def begun(records: Records) -> Records:
    """With its first release."""
    await records.checks.keep_book(DIGEST, lambda: b"files", NOW)
    await records.releases.begin(release(number=1))
    return records


async def test_of_two_first_starts_one_becomes_the_first_release_and_both_are_told_which(
    url: str | None, tmp_path: Path, records: Records
) -> None:
    other = open_records(url, tmp_path, None, NOW)
    try:
        for one, digest in ((records, DIGEST), (other, "sha256:2")):
            await one.checks.keep_book(digest, lambda: b"files", NOW)
        told = await asyncio.gather(
            records.releases.begin(release(number=1)), other.releases.begin(release(number=1, digest="sha256:2", author="cy"))
        )
        assert told[0] == told[1]
        assert await records.releases.list() == (told[0],)
    finally:
        await other.close()


async def test_of_many_publishers_at_once_on_two_instances_exactly_one_wins_and_the_others_learn_the_newest(
    url: str | None, tmp_path: Path, records: Records
) -> None:
    await begun(records)
    other = open_records(url, tmp_path, None, NOW)
    try:
        stores = [one.releases for one in (records, other) for _ in range(10)]
        told = await asyncio.gather(*(store.publish(release(author=f"p{number}"), 1) for number, store in enumerate(stores)))
        won = [one for one in told if isinstance(one, Release)]
        assert [one.number for one in won] == [2]
        assert [one for one in told if one not in won] == [Outdated(2)] * 19
        assert await records.releases.list() == (*won, await records.releases.find(1))
    finally:
        await other.close()


@pytest.mark.parametrize(
    "statement", ["UPDATE releases SET reason = 'x'", "DELETE FROM releases", "UPDATE releases SET effective_at = 'x'"]
)
async def test_the_database_itself_refuses_to_change_a_release(records: Records, statement: str) -> None:
    await begun(records)
    with pytest.raises(DBAPIError, match="a release is never changed"), records.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert await records.releases.find(1) == release(number=1)


async def test_a_draft_is_published_with_its_release_or_not_at_all(records: Records) -> None:
    await begun(records)
    await records.drafts.save(draft())
    assert await records.releases.publish(release(draft="drf_1"), 1) == NotApproved()
    assert await records.drafts.approve("drf_1", "bob", "fine", NOW)
    published = await records.releases.publish(release(draft="drf_1"), 1)
    assert isinstance(published, Release)
    found = await records.drafts.find("drf_1")
    assert found is not None
    assert (found.state, found.release, found.approver, found.reason) == ("published", 2, "bob", "fine")
    assert await records.releases.publish(release(draft="drf_1"), 2) == NotApproved()
    assert len(await records.releases.list()) == 2


async def test_the_author_does_not_approve_whatever_is_tried(records: Records) -> None:
    await records.drafts.save(draft())
    assert not await records.drafts.approve("drf_1", "ann", "fine", NOW)
    assert not await records.drafts.approve("drf_none", "bob", "fine", NOW)
    found = await records.drafts.find("drf_1")
    assert found == draft()


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (("approve", "approve"), "approved"),
        (("withdraw", "withdraw"), "withdrawn"),
        (("withdraw", "approve"), "withdrawn"),
        (("approve", "withdraw"), "withdrawn"),
        (("approve", "publish", "withdraw"), "published"),
        (("approve", "publish", "approve"), "published"),
    ],
)
async def test_a_draft_goes_through_its_states_and_never_back(records: Records, steps: tuple[str, ...], state: str) -> None:
    await begun(records)
    await records.drafts.save(draft())
    for step in steps:
        if step == "approve":
            await records.drafts.approve("drf_1", "bob", "fine", NOW)
        elif step == "withdraw":
            await records.drafts.withdraw("drf_1")
        else:
            await records.releases.publish(release(draft="drf_1"), 1)
    found = await records.drafts.find("drf_1")
    assert found is not None
    assert found.state == state


async def test_approved_and_withdrawn_at_once_it_is_published_only_if_approved(records: Records) -> None:
    await begun(records)
    await records.drafts.save(draft())
    await records.drafts.approve("drf_1", "bob", "fine", NOW)
    published, withdrawn = await asyncio.gather(records.releases.publish(release(draft="drf_1"), 1), records.drafts.withdraw("drf_1"))
    assert isinstance(published, Release) is not withdrawn


async def test_nothing_is_in_force_before_the_release_it_follows_but_what_goes_back_does_not_wait(records: Records) -> None:
    await begun(records)
    later = NOW + timedelta(days=30)
    assert isinstance(await records.releases.publish(release(effective_at=later), 1), Release)
    assert await records.releases.publish(release(effective_at=later - timedelta(microseconds=1)), 2) == TooEarly(later)
    back = await records.releases.publish(release(restores=1), 2)
    assert isinstance(back, Release)
    for moment in (NOW, later, later + timedelta(days=1)):
        assert await records.releases.in_force(moment) == back
    assert await records.releases.in_force(later - timedelta(microseconds=1), below=3) == release(number=1)
    assert await records.releases.in_force(NOW - timedelta(microseconds=1)) is None


async def test_a_key_names_what_it_made_and_is_not_taken_by_what_was_refused(records: Records) -> None:
    await begun(records)
    key = ("harbor", Repeat("rulebook", "k", b"body", NOW + timedelta(hours=1)))
    assert await records.releases.publish(release(), 9, key=key) == Outdated(1)
    assert isinstance(await records.releases.publish(release(), 1, key=key), Release)
    assert await records.releases.publish(release(), 2, key=key) == KeyTaken("2", b"body")
    other = ("lighthouse", key[1])
    assert isinstance(await records.releases.publish(release(), 2, key=other), Release), "keys of organisations are apart"
    assert await records.drafts.save(draft(), repeat=replace(key[1], space="drafts")) is None
    assert await records.drafts.save(draft("drf_2"), repeat=replace(key[1], space="drafts")) == KeyTaken("drf_1", b"body")
    assert await records.drafts.find("drf_2") is None


HOURS = st.integers(-3, 6)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.booleans()), max_size=8), at=HOURS)
def test_how_releases_stand_is_what_was_in_force(moves: list[tuple[int, int, bool]], at: int) -> None:
    """Told from the list alone, and by walking through time with the rule: the highest number whose moment has come."""
    hour = timedelta(hours=1)
    made = [release(number=1)]
    clock = NOW
    for passed, ahead, goes_back in moves:
        clock += passed * hour
        moment = clock + ahead * hour
        if moment >= made[-1].effective_at or goes_back:
            restores = 1 if goes_back else None
            made.append(release(number=len(made) + 1, published_at=clock, effective_at=moment, restores=restores))
    now = clock + max(at, 0) * hour
    serves = max((one for one in made if one.effective_at <= now), key=lambda one: one.number)
    told = standings(reversed(made), now, in_use=True)
    assert [number for number, standing in told.items() if standing == "in_force"] == [serves.number]
    for one in made:
        ever = any(
            one.effective_at <= moment and all(later.effective_at > moment or later.published_at > moment for later in made[one.number :])
            for moment in (NOW + step * hour / 2 for step in range(80))
        )
        if told[one.number] == "set_aside":
            assert not ever
        elif told[one.number] == "to_come":
            assert one.effective_at > now
