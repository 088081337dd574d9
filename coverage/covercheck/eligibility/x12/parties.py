"""NM1 with its PER segments: who is named, and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass, field

from covercheck.eligibility.report import Channel, Party
from covercheck.eligibility.tables import CHANNELS
from covercheck.eligibility.x12.segments import Segment

CONTACT = "IC"
NAME_PARTS = (4, 5, 3, 7)


@dataclass(slots=True)
class PartyDraft:
    """An organization or person while its segments are read."""

    name: Segment
    channels: list[Channel] = field(default_factory=list)

    def take_channels(self, segment: Segment) -> None:
        """A PER: the contact's name under its own code (`IC`), then up to three numbers."""
        contact = segment.get(2)
        if contact is not None:
            self.channels.append(Channel(segment.get(1) or CONTACT, contact))
        for index in (3, 5, 7):
            code, value = segment.get(index), segment.get(index + 1)
            if value is not None:
                self.channels.append(Channel(CHANNELS.get(code or "", code or ""), value))

    def party(self) -> Party:
        """What was read; an id is none more than optional."""
        return Party(self.name.get(1) or "", full_name(self.name), self.name.get(9), self.name.get(8), tuple(self.channels))


def full_name(segment: Segment) -> str | None:
    """An organization's name, or a person's names in the order they are said."""
    parts = (segment.get(index) for index in NAME_PARTS)
    return " ".join(part for part in parts if part is not None) or None
