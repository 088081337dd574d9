"""A lease is held by one token at a time, on both databases, and ends by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from covercheck.records.leases import LASTS, lease_of
from covercheck.records.opening import Records
from tests.records.made_up import NOW


async def test_whoever_comes_first_holds_it_and_the_same_token_renews_it(records: Records) -> None:
    first = await records.leases.take(lease_of("harbor", "chk_1", "alex", "m1", NOW))
    assert (first.token, first.taken_at, first.expires_at) == ("alex", NOW, NOW + LASTS)
    later = NOW + timedelta(minutes=5)
    other = await records.leases.take(lease_of("harbor", "chk_1", "blake", "m2", later))
    assert (other.token, other.taken_at) == ("alex", NOW)
    renewed = await records.leases.take(lease_of("harbor", "chk_1", "alex", "m3", later))
    assert (renewed.taken_at, renewed.expires_at, renewed.mark) == (NOW, later + LASTS, "m3")


async def test_it_ends_by_itself_at_its_limit(records: Records) -> None:
    await records.leases.take(lease_of("harbor", "chk_1", "alex", "m1", NOW))
    just_before, at_the_end = NOW + LASTS - timedelta(microseconds=1), NOW + LASTS
    assert await records.leases.holder("harbor", "chk_1", just_before) is not None
    assert await records.leases.holder("harbor", "chk_1", at_the_end) is None
    assert (await records.leases.take(lease_of("harbor", "chk_1", "blake", "m2", just_before))).token == "alex"
    assert (await records.leases.take(lease_of("harbor", "chk_1", "blake", "m2", at_the_end))).token == "blake"


async def test_only_its_own_form_gives_it_back(records: Records) -> None:
    await records.leases.take(lease_of("harbor", "chk_1", "alex", "m1", NOW))
    for org, token, mark in (("harbor", "blake", "m1"), ("harbor", "alex", "m2"), ("lighthouse", "alex", "m1")):
        await records.leases.give_back(org, "chk_1", token, mark)
        assert await records.leases.holder("harbor", "chk_1", NOW) is not None
    await records.leases.give_back("harbor", "chk_1", "alex", "m1")
    assert await records.leases.holder("harbor", "chk_1", NOW) is None


async def test_of_many_at_once_one_holds_it_and_all_are_told_the_same(records: Records) -> None:
    told = await asyncio.gather(*(records.leases.take(lease_of("harbor", "chk_1", f"t{n}", "m", NOW)) for n in range(20)))
    assert len({lease.token for lease in told}) == 1
