"""Repeats of a request by `Idempotency-Key`: the first answer again, byte for byte. In memory: a restart forgets them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class Stored:
    """What a key was first used for, and the answer then given. The body itself is not kept."""

    body_hash: bytes
    answer: bytes
    expires: datetime


class KeyReused(Exception):
    """The key was used before, with another body."""


class Repeats:
    """The latest answers by key; the oldest give way."""

    def __init__(self, entries: int, hours: float, clock: Callable[[], datetime]) -> None:
        self._entries = entries
        self._life = timedelta(hours=hours)
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], Stored] = OrderedDict()

    def find(self, space: str, key: str, body: bytes) -> bytes | None:
        """The answer given before to this key and body; raises KeyReused for another body."""
        stored = self._kept.get((space, key))
        if stored is None:
            return None
        if stored.expires <= self._clock():
            del self._kept[space, key]
            return None
        if stored.body_hash != hashlib.sha256(body).digest():
            raise KeyReused
        self._kept.move_to_end((space, key))
        return stored.answer

    def keep(self, space: str, key: str, body: bytes, answer: bytes) -> None:
        """Remember the answer."""
        if self._entries == 0:
            return
        self._kept[space, key] = Stored(hashlib.sha256(body).digest(), answer, self._clock() + self._life)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)


def is_sound_key(key: str) -> bool:
    """1 to 200 printable ASCII characters."""
    return 1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()
