"""A diff as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from covercheck.checks.diff.report import Diff, FileDiff
from covercheck.checks.diff.search import Example


def diff_data(told: Diff) -> dict[str, Any]:
    """`verdict` of each file: meaning, or no_change_of_meaning; dates as ISO text, `until` inclusive, null: without end."""
    return {"before": told.before, "after": told.after, "same": told.same, "files": [_file(file) for file in told.files]}


def _file(file: FileDiff) -> dict[str, Any]:
    return {
        "file": file.file,
        "payer": file.payer,
        "verdict": file.verdict,
        "changes": [{**asdict(change), "text": str(change)} for change in file.changes],
        "examples": [_example(example) for example in file.examples],
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "question": dict(example.question),
        "part": example.part,
        "before": example.before.result if example.before is not None else "refused",
        "after": example.after.result if example.after is not None else "refused",
        "differs_in": [{"what": what, "before": before, "after": after} for what, before, after in example.differs_in],
        "since": example.since.isoformat() if example.since is not None else None,
        "until": example.until.isoformat() if example.until is not None else None,
    }
