"""A rulebook's files as one piece of bytes, so that an answer can be given again by the rules of its day."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping

import orjson

from covercheck.engine import EvidenceLimits
from covercheck.rules.load import load_files
from covercheck.rules.rulebook import Rulebook


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files by path, the same bytes for the same files."""
    told = {name: base64.b64encode(files[name]).decode() for name in sorted(files)}
    return zlib.compress(orjson.dumps(told), 6)


def files_of(kept: bytes) -> dict[str, bytes]:
    """What `packed` took."""
    told = orjson.loads(zlib.decompress(kept))
    return {name: base64.b64decode(data) for name, data in told.items()}


def unpacked(kept: bytes, like: Rulebook | None = None) -> Rulebook:
    """The rulebook, loaded anew, sooner where most of it is `like` another; its digest is the one it had."""
    return load_files(files_of(kept), like)


def limits_text(limits: EvidenceLimits) -> str:
    """The ages, in months, by which sources were graded."""
    return f"{limits.fresh_months}/{limits.aged_months}"


def limits_of(text: str | None) -> EvidenceLimits | None:
    """What `limits_text` wrote; None for a record of before it was kept."""
    if text is None:
        return None
    fresh, aged = text.split("/")
    return EvidenceLimits(int(fresh), int(aged))
