"""How far a replay came, kept beside the records, so that one that was stopped goes on instead of beginning anew."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from covercheck.checks.impact.replay import Step
from covercheck.checks.impact.tally import Tally

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """The file of one comparison. It holds counts, ids of checks and reasons from rule files: nothing of a patient."""

    file: Path

    @classmethod
    def of(cls, folder: Path, *what: object) -> Progress:
        """`what` tells comparisons apart: both digests, the time window, the evidence limits."""
        name = hashlib.sha256(repr((FORMAT, *what)).encode()).hexdigest()[:20]
        return cls(folder / f"impact-{name}.json")

    def read(self) -> tuple[Step, int] | None:
        """Where it was stopped, and how many bytes of the list were written by then; None at a beginning, or of a file that is no such."""
        try:
            kept = orjson.loads(self.file.read_bytes())
            return Step(int(kept["seq"]), Tally.from_json(kept["tally"])), int(kept["listed"])
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return None

    def write(self, step: Step, listed: int) -> None:
        """Keep it, whole or not at all."""
        half = self.file.with_suffix(".half")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(orjson.dumps({"seq": step.seq, "listed": listed, "tally": step.tally.to_json()}))
        half.replace(self.file)

    def end(self) -> None:
        """It is done, or is to begin anew."""
        self.file.unlink(missing_ok=True)
