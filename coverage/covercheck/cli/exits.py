"""Exit codes of the command line, and the one exception that ends a command with a clear message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

OK = 0
FAILED = 1
USAGE = 2
RULEBOOK = 3
BROKEN = 70
INTERRUPTED = 130

BY_RESULT: Mapping[str, int] = MappingProxyType(
    {"likely_covered": 0, "likely_not_covered": 10, "depends": 11, "uncertain": 12, "mixed": 13, "not_asked": 14}
)

CHECK_HELP = (
    "Exit codes of check: 0 likely covered; 10 likely not covered; 11 depends; 12 uncertain; 13 mixed; 14 not asked; "
    "2 wrong usage or a refused question; 3 the rule files are refused."
)


class Stop(Exception):
    """Ends the command: one message, its remedies, and the exit code."""

    def __init__(self, message: str, *remedies: str, code: int = USAGE) -> None:
        self.message = message
        self.remedies: Sequence[str] = remedies
        self.code = code
        super().__init__(message)
