"""Flips counted by payer, part and results; some of each by name; nothing of a patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Group: TypeAlias = tuple[str, str, str, str]
KEPT_OF_EACH: Final = 20
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Flip:
    """One part of one check, case or planned visit (`name`) that other rules answer otherwise, and the first reason that is new."""

    name: str
    payer: str
    part: str
    before: str
    after: str
    reason: str

    @property
    def group(self) -> Group:
        """What it is counted under."""
        return (self.payer, self.part, self.before, self.after)


@dataclass(slots=True)
class Tally:
    """Bounded whatever the number of checks. `unreplayed`: why some could not be asked again, and how many: never counted as unchanged."""

    asked: int = 0
    flipped: int = 0
    unreplayed: dict[str, int] = field(default_factory=dict)
    counts: dict[Group, int] = field(default_factory=dict)
    some: dict[Group, list[Flip]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All that were looked at."""
        return self.asked + sum(self.unreplayed.values())

    def add(self, flips: Iterable[Flip]) -> None:
        """One check that was asked of both books."""
        found = tuple(flips)
        self.asked += 1
        self.flipped += bool(found)
        for flip in found:
            self.counts[flip.group] = self.counts.get(flip.group, 0) + 1
            kept = self.some.setdefault(flip.group, [])
            if len(kept) < KEPT_OF_EACH:
                kept.append(flip)

    def skip(self, why: str) -> None:
        """One that could not be asked again."""
        self.unreplayed[why] = self.unreplayed.get(why, 0) + 1

    def merge(self, other: Tally) -> None:
        """Take in what another counted, after what was counted before."""
        self.asked += other.asked
        self.flipped += other.flipped
        for why, count in other.unreplayed.items():
            self.unreplayed[why] = self.unreplayed.get(why, 0) + count
        for group, count in other.counts.items():
            self.counts[group] = self.counts.get(group, 0) + count
            self.some[group] = [*self.some.get(group, ()), *other.some[group]][:KEPT_OF_EACH]

    def to_json(self) -> dict[str, Any]:
        """As data; `from_json` reads it."""
        names = ("payer", "part", "before", "after")
        groups = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        return {
            "asked": self.asked,
            "flipped": self.flipped,
            "unreplayed": dict(sorted(self.unreplayed.items())),
            "flips": [
                {
                    **dict(zip(names, group, strict=True)),
                    "count": count,
                    "some": [{"name": flip.name, "reason": flip.reason} for flip in self.some[group]],
                }
                for group, count in groups
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Tally:
        """What `to_json` wrote."""
        told = cls(data["asked"], data["flipped"], dict(data["unreplayed"]))
        for one in data["flips"]:
            group = (one["payer"], one["part"], one["before"], one["after"])
            told.counts[group] = one["count"]
            told.some[group] = [Flip(flip["name"], *group, flip["reason"]) for flip in one["some"]]
        return told
