"""Patient data at rest: sealed with AES-256-GCM, bound to the record it belongs to; members known by a keyed token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import stat
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from covercheck.records.errors import RecordsUnavailable

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
DRAWN: Final = 256
TOKEN_BYTES: Final = 20
FILE: Final = "covercheck.key"
PLAIN, PACKED, JOINED = b"\x00", b"\x01", b"\x02"
SMALLEST_PACKED: Final = 1_500  # below, starting the compressor takes longer than writing the bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """Bytes nobody can read without the key of this id."""

    key_id: str
    data: bytes = field(repr=False)


class Vault:
    """Keys, the newest first: it seals, the others only open. The member key is derived from the oldest, so that tokens last."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers: Mapping[str, AESGCM] = {_id(key): AESGCM(_derived(key, b"records")) for key in keys}
        self._newest = _id(keys[0])
        self._random: Iterator[bytes] = iter(())
        self._member_key = _derived(keys[-1], b"members")
        self._link_key = _derived(keys[-1], b"links")

    @property
    def key_id(self) -> str:
        """The key that seals."""
        return self._newest

    @property
    def key_ids(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._ciphers)

    @property
    def link_key(self) -> bytes:
        """For signing short-lived links."""
        return self._link_key

    def seal(self, data: bytes, org: str, record: str, *, packed: bytes | None = None) -> Sealed:
        """Sealed for one record of one organisation: elsewhere it can't be opened. `packed`: the data as `pack` has it already."""
        nonce = self._nonce()
        body = packed if packed is not None else pack(data)
        return Sealed(self._newest, nonce + self._ciphers[self._newest].encrypt(nonce, body, _bound(org, record)))

    def _nonce(self) -> bytes:
        """Random, drawn many at a time: each draw asks the kernel."""
        nonce = next(self._random, None)
        if nonce is None:
            drawn = os.urandom(NONCE_BYTES * DRAWN)
            self._random = iter([drawn[at : at + NONCE_BYTES] for at in range(0, len(drawn), NONCE_BYTES)])
            nonce = next(self._random)
        return nonce

    def open(self, sealed: Sealed, org: str, record: str) -> bytes:
        """What was sealed; raises RecordsUnavailable where the key is not here or the data is not this record's."""
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise RecordsUnavailable("key_wrong", f"The key {sealed.key_id} is not set.")
        try:
            return unpack(cipher.decrypt(sealed.data[:NONCE_BYTES], sealed.data[NONCE_BYTES:], _bound(org, record)))
        except InvalidTag:
            raise RecordsUnavailable("database_damaged", "A record was changed or moved.") from None

    def member_token(self, org: str, payer: str, member_id: str) -> bytes:
        """Tells members of one organisation and payer apart; from it the id can't be found."""
        plain = "".join(letter for letter in member_id.upper() if letter.isalnum())
        said = "\x1f".join((org, payer, plain or member_id)).encode()
        return hmac.new(self._member_key, said, hashlib.sha256).digest()[:TOKEN_BYTES]

    def content_token(self, org: str, day: str, data: bytes) -> bytes:
        """The name of what records of one organisation and day have in common; without the key nobody can try whether it is theirs."""
        return hmac.new(self._member_key, f"{org}\x1f{day}\x1f".encode() + data, hashlib.sha256).digest()[:TOKEN_BYTES]


def last4(member_id: str) -> str | None:
    """The end of an id, for people; never most of a short one."""
    plain = "".join(letter for letter in member_id if letter.isalnum())
    return plain[-4:] if len(plain) >= 8 else None


def pack(data: bytes) -> bytes:
    """Made smaller where that is worth it."""
    return PACKED + zlib.compress(data, 1) if len(data) >= SMALLEST_PACKED else PLAIN + data


def unpack(data: bytes) -> bytes:
    """What `pack` was given, or what 0.2.0 joined: a beginning, and what was packed before."""
    match data[:1]:
        case b"\x01":
            return zlib.decompress(data[1:])
        case b"\x02":
            end = 5 + int.from_bytes(data[1:5])
            return data[5:end] + unpack(data[end:])
    return data[1:]


def load_keys(folder: Path, written: str | None, *, is_used: bool) -> tuple[bytes, ...]:
    """Keys from the setting, else from the key file, which is made where nothing was ever sealed (`is_used`). Raises RecordsUnavailable."""
    if written is not None:
        return parse_keys(written)
    path = folder / FILE
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except FileNotFoundError:
        if is_used:
            raise RecordsUnavailable("key_lost", f"The key file {FILE} is gone, and there are sealed records.") from None
        return (_make(path),)
    except (OSError, UnicodeDecodeError):
        raise RecordsUnavailable("key_malformed", f"The key file {FILE} can't be read.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RecordsUnavailable("key_exposed", f"Others may read the key file {FILE}.")
    return parse_keys(text)


def add_key(folder: Path) -> str:
    """A new key before those of the key file; its id. Records sealed with the older ones can still be opened."""
    path = folder / FILE
    older = load_keys(folder, None, is_used=True)
    key = os.urandom(KEY_BYTES)
    beside = path.with_suffix(".new")
    _write(beside, ",".join(map(_text, (key, *older))))
    beside.replace(path)
    return _id(key)


def parse_keys(written: str) -> tuple[bytes, ...]:
    """Keys as `COVERCHECK_DATA_KEY` holds them."""
    try:
        keys = tuple(base64.b64decode(piece.strip(), validate=True) for piece in written.split(",") if piece.strip())
    except binascii.Error:
        keys = ()
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise RecordsUnavailable("key_malformed", "The data key is not written as it must be.")
    return keys


def _make(path: Path) -> bytes:
    key = os.urandom(KEY_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, _text(key))
    except FileExistsError:
        return load_keys(path.parent, None, is_used=True)[0]
    except OSError as error:
        raise RecordsUnavailable("database_read_only", f"The key file can't be written ({error.strerror}).") from None
    return key


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _id(key: bytes) -> str:
    return hashlib.sha256(b"covercheck key id" + key).hexdigest()[:12]


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, None, b"covercheck " + purpose).derive(key)


def _bound(org: str, record: str) -> bytes:
    return f"{org}\x1f{record}".encode()
