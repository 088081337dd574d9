"""Who sends to whom, and the envelope of ISA, GS and ST around what is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from covercheck.eligibility.x12.letters import kept_id
from covercheck.eligibility.x12.segments import Separators

VERSION: Final = "005010X279A1"
ID_LENGTH: Final = 15
MOST_CONTROL: Final = 999_999_999
GROUPS: Final = (("270", "HS"), ("271", "HB"))


@dataclass(frozen=True, slots=True)
class Sender:
    """Both ends of the line as the clearinghouse knows them. `usage` P is production, T is test; `control` is the interchange's number,
    1 to 999,999,999; `origin` names who traces, in exactly 10 characters, mostly 9 or 1 and nine digits."""

    sender_id: str
    receiver_id: str
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    usage: Literal["P", "T"] = "P"
    control: int = 1
    origin: str = "9COVERCHCK"

    def unfit(self) -> Iterator[str]:
        """The names of settings that can't be written."""
        for name, end in (("sender_id", self.sender_id), ("receiver_id", self.receiver_id)):
            if kept_id(end, ID_LENGTH) is None or len(end.strip()) < 2:
                yield name
        for name, qualifier in (("sender_qualifier", self.sender_qualifier), ("receiver_qualifier", self.receiver_qualifier)):
            if len(qualifier) != 2 or kept_id(qualifier, 2) != qualifier:
                yield name
        if not 1 <= self.control <= MOST_CONTROL:
            yield "control"
        if len(self.origin) != 10 or kept_id(self.origin, 10) != self.origin:
            yield "origin"


def day(on: date) -> str:
    """`YYYYMMDD`."""
    return on.isoformat()[:10].replace("-", "")


def hour(at: datetime) -> str:
    """`HHMM`."""
    return f"{at.hour:02}{at.minute:02}"


def interchange(
    kind: Literal["270", "271"], body: Iterable[Sequence[str]], sender: Sender, at: datetime, separators: Separators | None = None
) -> str:
    """One interchange of one group of one transaction; `body` is what stands between ST and SE, as elements."""
    marks = separators or Separators()
    control = str(sender.control)
    rows = [("ST", kind, "0001", VERSION), *body]
    group = ("GS", dict(GROUPS)[kind], sender.sender_id.strip(), sender.receiver_id.strip(), day(at), hour(at), control, "X", VERSION)
    isa = (
        "ISA", "00", " " * 10, "00", " " * 10,
        sender.sender_qualifier, sender.sender_id.strip().ljust(ID_LENGTH),
        sender.receiver_qualifier, sender.receiver_id.strip().ljust(ID_LENGTH),
        day(at)[2:], hour(at), marks.repetition or "U", "00501", control.zfill(9), "0", sender.usage, marks.component or ":",
    )  # fmt: skip
    closing = (("SE", str(len(rows) + 1), "0001"), ("GE", "1", control), ("IEA", "1", control.zfill(9)))
    written = [marks.element.join(isa)]
    written += (marks.element.join(row).rstrip(marks.element) for row in (group, *rows, *closing))
    return marks.terminator.join(written) + marks.terminator
