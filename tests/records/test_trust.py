"""Keys, sealed records and tokens: who may open what, and what happens when a key is lost."""

from __future__ import annotations

import base64
import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import Records, open_records
from covercheck.records.roles import ALLOWED, ROLES, may, sees_own_only
from covercheck.records.tokens import Token, TokenRefused, TokenStore
from covercheck.records.vault import FILE, Sealed, Vault, add_key, last4, load_keys, pack, parse_keys, unpack
from tests.records.made_up import NOW
from tests.records.server import Server, empty_database

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


def text_of(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


@given(st.binary(max_size=2_000))
def test_what_was_sealed_is_opened_again(data: bytes) -> None:
    vault = Vault([KEY])
    assert vault.open(vault.seal(data, "harbor", "chk_1"), "harbor", "chk_1") == data
    assert unpack(pack(data)) == data


def test_the_same_data_is_never_sealed_alike() -> None:
    vault = Vault([KEY])
    assert vault.seal(b"data", "harbor", "chk_1") != vault.seal(b"data", "harbor", "chk_1")


@pytest.mark.parametrize(("org", "record"), [("lighthouse", "chk_1"), ("harbor", "chk_2")])
def test_a_record_moved_elsewhere_can_not_be_opened(org: str, record: str) -> None:
    vault = Vault([KEY])
    with pytest.raises(RecordsUnavailable) as refused:
        vault.open(vault.seal(b"data", "harbor", "chk_1"), org, record)
    assert refused.value.key == "database_damaged"


@pytest.mark.parametrize("at", [0, 12, -1])
def test_a_changed_record_can_not_be_opened(at: int) -> None:
    vault = Vault([KEY])
    sealed = vault.seal(b"data", "harbor", "chk_1")
    data = bytearray(sealed.data)
    data[at] ^= 1
    with pytest.raises(RecordsUnavailable):
        vault.open(Sealed(sealed.key_id, bytes(data)), "harbor", "chk_1")


def test_after_a_rotation_the_new_key_seals_and_the_old_one_still_opens() -> None:
    before, after = Vault([KEY]), Vault([OTHER, KEY])
    sealed = before.seal(b"data", "harbor", "chk_1")
    assert after.open(sealed, "harbor", "chk_1") == b"data"
    assert after.seal(b"data", "harbor", "chk_1").key_id == Vault([OTHER]).key_id
    with pytest.raises(RecordsUnavailable) as refused:
        before.open(after.seal(b"data", "harbor", "chk_1"), "harbor", "chk_1")
    assert refused.value.key == "key_wrong"


def test_members_stay_the_same_after_a_rotation() -> None:
    assert Vault([KEY]).member_token("harbor", "acme", "X1") == Vault([OTHER, KEY]).member_token("harbor", "acme", "X1")


def test_a_member_is_the_same_however_the_id_is_spelled_and_another_elsewhere() -> None:
    vault = Vault([KEY])
    token = vault.member_token("harbor", "acme", "XYZ 900-1")
    assert token == vault.member_token("harbor", "acme", "xyz9001")
    assert token != vault.member_token("lighthouse", "acme", "XYZ9001")
    assert token != vault.member_token("harbor", "other", "XYZ9001")
    assert b"9001" not in token


@pytest.mark.parametrize(("member", "shown"), [("XYZ90017", "0017"), ("XYZ9001", None), ("1", None), ("XY-Z9 0017", "0017")])
def test_of_a_short_id_nothing_is_shown(member: str, shown: str | None) -> None:
    assert last4(member) == shown


def test_no_key_stands_in_a_repr() -> None:
    assert base64.b64encode(KEY).decode() not in repr(Vault([KEY]))
    assert "data" not in repr(Sealed("k1", b"data"))


def test_a_key_file_is_made_at_first_start_for_the_owner_alone(tmp_path: Path) -> None:
    (key,) = load_keys(tmp_path, None, is_used=False)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert load_keys(tmp_path, None, is_used=True) == (key,)


def test_a_lost_key_file_is_told_and_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(RecordsUnavailable) as refused:
        load_keys(tmp_path, None, is_used=True)
    assert refused.value.key == "key_lost"
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_keys(tmp_path, None, is_used=False)
    (tmp_path / FILE).chmod(mode)
    with pytest.raises(RecordsUnavailable) as refused:
        load_keys(tmp_path, None, is_used=True)
    assert refused.value.key == "key_exposed"


@pytest.mark.parametrize("written", ["", "!", "c2hvcnQ=", text_of(KEY) + "x", text_of(KEY[:31])])
def test_a_key_that_is_none_is_refused_without_being_shown(written: str) -> None:
    with pytest.raises(RecordsUnavailable) as refused:
        parse_keys(written)
    assert refused.value.key == "key_malformed"
    assert not written or written not in str(refused.value)


def test_a_key_added_to_the_file_stands_before_the_older_ones(tmp_path: Path) -> None:
    (first,) = load_keys(tmp_path, None, is_used=False)
    name = add_key(tmp_path)
    newest, older = load_keys(tmp_path, None, is_used=True)
    assert older == first
    assert Vault([newest]).key_id == name
    assert sorted(os.listdir(tmp_path)) == [FILE]


async def test_a_database_sealed_with_another_key_is_refused_at_the_start(url: str | None, tmp_path: Path) -> None:
    await open_records(url, tmp_path, text_of(KEY), NOW).close()
    with pytest.raises(RecordsUnavailable) as refused:
        open_records(url, tmp_path, text_of(OTHER), NOW)
    assert refused.value.key == "key_wrong"
    await open_records(url, tmp_path, text_of(OTHER, KEY), NOW).close()


async def test_a_read_only_folder_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(RecordsUnavailable) as refused:
        open_records(None, tmp_path / "file" / "data", None, NOW)
    assert refused.value.key == "database_read_only"


@pytest.mark.parametrize("address", ["", "mysql://x/y", "nonsense", "oracle+fast://x"])
async def test_a_database_nobody_knows_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(RecordsUnavailable) as refused:
        open_records(address, tmp_path, None, NOW)
    assert refused.value.key == "url_unknown"


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "covercheck.sqlite3").write_bytes(b"x" * 5_000)
    with pytest.raises(RecordsUnavailable) as refused:
        open_records(None, tmp_path, None, NOW)
    assert refused.value.key == "database_damaged"
    assert (tmp_path / "covercheck.sqlite3").read_bytes() == b"x" * 5_000


async def test_a_token_lets_in_and_its_text_is_kept_nowhere(records: Records) -> None:
    token, text = records.tokens.create("harbor", "billing", "front desk", NOW)
    found = await records.tokens.verify(text, NOW)
    assert found == token
    assert text.startswith(f"cck_{token.id}_")
    secret = text[-43:]
    (row,) = records.tokens.list("harbor")
    assert secret not in repr(row)
    assert records.tokens.any()


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: "", lambda t: "Bearer " + t, lambda t: t.upper()])
async def test_a_text_that_is_no_token_is_refused(records: Records, change: object) -> None:
    _, text = records.tokens.create("harbor", "billing", "front desk", NOW)
    refused = await records.tokens.verify(change(text), NOW)  # type: ignore[operator]
    assert isinstance(refused, TokenRefused)


async def test_another_secret_with_a_known_beginning_is_refused(records: Records) -> None:
    _, text = records.tokens.create("harbor", "billing", "front desk", NOW)
    wrong = text[:-43] + "A" * 43
    assert await records.tokens.verify(wrong, NOW) == TokenRefused("unknown")


@pytest.mark.parametrize(("seconds", "lets_in"), [(-1, True), (0, False), (1, False)])
async def test_a_token_ends_at_its_moment(records: Records, seconds: int, lets_in: bool) -> None:
    _, text = records.tokens.create("harbor", "billing", "front desk", NOW, NOW + timedelta(hours=1))
    found = await records.tokens.verify(text, NOW + timedelta(hours=1, seconds=seconds))
    assert isinstance(found, Token) is lets_in
    assert lets_in or found == TokenRefused("expired")


async def test_a_revoked_token_ends_at_once_and_on_another_instance_once_it_looks_again(records: Records) -> None:
    token, text = records.tokens.create("harbor", "billing", "front desk", NOW)
    other = TokenStore(records.database)
    assert records.tokens.revoke(token.id, NOW)
    assert not records.tokens.revoke(token.id, NOW)
    assert await records.tokens.verify(text, NOW) == TokenRefused("revoked")
    assert await other.verify(text, NOW) == TokenRefused("revoked")


@pytest.mark.parametrize(("seconds", "noted"), [(59, False), (60, True)])
async def test_its_last_use_is_noted_once_a_minute(records: Records, seconds: int, noted: bool) -> None:
    _, text = records.tokens.create("harbor", "billing", "front desk", NOW)
    token = await records.tokens.verify(text, NOW)
    assert isinstance(token, Token)
    assert records.tokens.used(token, NOW)
    again = await records.tokens.verify(text, NOW)
    assert isinstance(again, Token)
    assert records.tokens.used(again, NOW + timedelta(seconds=seconds)) is noted


def test_everything_is_denied_that_is_not_granted() -> None:
    assert not may("portal", "call.record")
    assert not may("ops", "check.read")
    assert not may("auditor", "check.create")
    assert not may("billing", "token.manage")
    assert all(may("admin", action) for role in ROLES for action in ALLOWED[role])
    assert [role for role in ROLES if sees_own_only(role)] == ["portal"]


async def test_with_a_database_elsewhere_the_key_file_makes_its_folder(server: Server, tmp_path: Path) -> None:
    await open_records(empty_database(server), tmp_path / "new" / "folder", None, NOW).close()
    assert (tmp_path / "new" / "folder" / FILE).exists()
