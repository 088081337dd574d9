"""What many calls teach the keepers of the rules: a suggestion, never a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

AGREEING: Final = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """One grade A or B coverage answer: `member` is a token that tells members apart and nothing else."""

    payer: str
    plan: str
    part: str
    value: str
    member: bytes
    called_on: date


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Several members of one plan family were told the same of a part."""

    payer: str
    plan: str
    part: str
    value: str
    members: int
    latest: date


def suggestions(heard: Iterable[Heard]) -> tuple[Suggestion, ...]:
    """Plans and parts where at least three members were told the same and nobody was told the opposite."""
    told: dict[tuple[str, str, str], dict[str, dict[bytes, date]]] = defaultdict(lambda: defaultdict(dict))
    for one in heard:
        members = told[one.payer, one.plan, one.part][one.value]
        members[one.member] = max(one.called_on, members.get(one.member, one.called_on))
    found = []
    for (payer, plan, part), by_value in sorted(told.items()):
        if len(by_value) == 1:
            ((value, members),) = by_value.items()
            if len(members) >= AGREEING:
                found.append(Suggestion(payer, plan, part, value, len(members), max(members.values())))
    return tuple(found)
