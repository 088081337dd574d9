"""An answer as JSON bytes: one place, so that the web, the command line and replay agree byte for byte."""

from __future__ import annotations

import orjson

from covercheck.checks.answer import Answer


def answer_bytes(answer: Answer) -> bytes:
    """The answer as compact UTF-8 JSON."""
    return orjson.dumps(answer)
