"""What went over a line, for showing: structure kept, everything personal masked."""

from __future__ import annotations

from covercheck.eligibility.json_redact import redact_json
from covercheck.eligibility.x12.redact import redact_x12


def redacted(text: str) -> str:
    """Masked by the format it is in; what is neither X12 nor JSON is not shown at all."""
    begin = text.lstrip("\ufeff \r\n\t")
    if begin.startswith(("{", "[")):
        return redact_json(text.encode())
    if begin.startswith("ISA"):
        return redact_x12(text)
    return f"({len(text)} characters that are neither X12 nor JSON)"
