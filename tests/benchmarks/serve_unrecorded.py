"""The service with its memory taken out: what answering costs alone. For benchmarks.

Run: python -m tests.benchmarks.serve_unrecorded PORT
"""

from __future__ import annotations

import sys
from typing import Any

from covercheck.checks.memory.memory import Memory
from covercheck.settings import Settings
from covercheck.web.serve import run


async def nothing(*_: Any, **__: Any) -> None:
    """Keep nothing."""


if __name__ == "__main__":
    Memory.keep = nothing  # type: ignore[method-assign]
    run(Settings(port=int(sys.argv[1])))
