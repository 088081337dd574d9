"""The port every adapter fills: one attempt to ask one payer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from covercheck.eligibility.inquiry import Inquiry
from covercheck.eligibility.outcome import Failure, Wire
from covercheck.eligibility.report import Report


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back and could be read, not yet compared with what was asked."""

    report: Report
    wire: Wire | None = None


class Adapter(Protocol):
    """Asks once. Everything the payer or the line does wrong is a Failure; whoever calls sets the time limit."""

    @property
    def name(self) -> str:
        """`mock`, `x12`, `json` or `fhir`."""
        ...

    async def ask(self, inquiry: Inquiry) -> Heard | Failure:
        """One attempt; raises nothing but a cancellation."""
        ...
