"""The same answer again, by the rules, the evidence and the words of its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from covercheck import __version__
from covercheck.checks.check import Checker
from covercheck.checks.memory.books import limits_of, unpacked
from covercheck.checks.memory.memory import KeptCheck, Memory
from covercheck.engine import EvidenceLimits

Verdict: TypeAlias = Literal["same", "differs", "other_version", "no_rulebook"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """`answer` as it was sent. `same`: made anew it has the same bytes; `other_version`: it was made by another release of covercheck."""

    verdict: Verdict
    answer: bytes
    again: bytes | None


async def replay(memory: Memory, kept: KeptCheck, limits: EvidenceLimits) -> Replayed:
    """Answer the recorded question anew by the recorded rulebook, and compare; `limits` hold where none were recorded."""
    files = await memory.records.checks.book(kept.record.rulebook)
    if files is None:
        return Replayed("no_rulebook", kept.answer, None)
    checker = Checker.of(unpacked(files), limits_of(kept.record.limits) or limits)
    again = checker.check_json(
        kept.request, check_id=kept.record.id, now=kept.record.asked_at, learned=kept.heard.learned, evidence=kept.heard.evidence
    )
    if again == kept.answer:
        return Replayed("same", kept.answer, again)
    return Replayed("differs" if kept.record.version == __version__ else "other_version", kept.answer, again)
