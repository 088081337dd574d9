"""Links for patients: sealed, so that they say nothing, and good for a day."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

GOOD_SECONDS: Final = 86_400
NONCE: Final = 12
BOUND: Final = b"covercheck patient link"


@dataclass(frozen=True, slots=True)
class Target:
    """The check a link leads to."""

    org: str
    check: str


def make_link(key: bytes, target: Target, now: datetime) -> str:
    """The path of a link that is good for a day."""
    nonce = os.urandom(NONCE)
    told = f"{int(now.timestamp()) + GOOD_SECONDS}\x1f{target.check}\x1f{target.org}".encode()
    return "/p/" + base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, told, BOUND)).decode().rstrip("=")


def read_link(key: bytes, name: str, now: datetime) -> Target | None:
    """Where a link leads; None where it was never made, or has ended."""
    try:
        sealed = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
        ends, check, org = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], BOUND).decode().split("\x1f")
    except (binascii.Error, ValueError, InvalidTag):
        return None
    return Target(org, check) if now.timestamp() < int(ends) else None
