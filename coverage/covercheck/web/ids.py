"""Ids of checks and requests: random, safe in URLs and file names."""

from __future__ import annotations

import os
import re
import time

CHECK_ID_PATTERN = r"^chk_[0-9a-f]{26}$"
_SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


def new_check_id() -> str:
    """`chk_` and 26 lower-case characters: the time in milliseconds, so that new ids lie together in an index, then 60 random bits."""
    return f"chk_{time.time_ns() // 1_000_000:011x}{os.urandom(8).hex()[1:]}"


def request_id_of(sent: str | None) -> str:
    """The client's own request id where it is harmless, else a new one."""
    if sent is not None and _SANE_REQUEST_ID.fullmatch(sent):
        return sent
    return "req_" + os.urandom(12).hex()
