"""The default adapter: made-up members from the rule files, and no network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from covercheck.eligibility import failures
from covercheck.eligibility.adapter import Heard
from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.members import find_member, report_of, with_fault
from covercheck.eligibility.outcome import Failure
from covercheck.rules.eligibility_text import Fault, MemberText

FOREVER: Final = 3_600.0
FAILING: Mapping[Fault, Failure] = {
    "down": failures.connection(),
    "reset": failures.connection("The payer's system broke off the line."),
    "throttled": failures.throttled(0.1),
    "unavailable": failures.unavailable(0.1),
    "garbled": failures.unreadable("it is noise"),
    "truncated": failures.unreadable("it ends too soon"),
    "wrong_content_type": failures.unreadable("it is a web page"),
}


@dataclass(frozen=True, slots=True)
class MockAdapter:
    """Answers for a payer's made-up members: the same question, the same answer."""

    members: tuple[MemberText, ...]
    name: str = "mock"

    async def ask(self, inquiry: Inquiry) -> Heard | Failure:
        """The member's report, slow or broken where the member is told to be."""
        member = find_member(self.members, inquiry.patient)
        if member is None:
            return failures.no_adapter()
        await asyncio.sleep(FOREVER if member.fault == "slow_drip" else member.wait_seconds)
        if member.fault is not None and member.fault in FAILING:
            return FAILING[member.fault]
        return Heard(with_fault(report_of(member, inquiry), member.fault))
