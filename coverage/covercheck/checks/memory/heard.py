"""What a check heard from others, as bytes: the payer's systems and earlier calls. It is what a replay needs beside the question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import orjson
from pydantic import TypeAdapter

from covercheck.checks.evidence.items import Evidence
from covercheck.checks.learned import Learned


@dataclass(frozen=True, slots=True)
class Heard:
    """Both, as they went into the answer."""

    learned: Learned | None = None
    evidence: tuple[Evidence, ...] = ()

    def __bool__(self) -> bool:
        return self.learned is not None or bool(self.evidence)


@cache
def _adapter() -> TypeAdapter[Heard]:
    """Made once, at first use: it takes longer than a check."""
    return TypeAdapter(Heard)


def heard_to_bytes(heard: Heard) -> bytes | None:
    """For keeping; None where nothing was heard."""
    return _adapter().dump_json(heard) if heard else None


def heard_from_bytes(kept: bytes | None) -> Heard:
    """What `heard_to_bytes` wrote."""
    return Heard() if kept is None else _adapter().validate_python(orjson.loads(kept))
