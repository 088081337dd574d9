"""What each question of the call prompt is about, and what yes and no mean there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from covercheck.rules.rulebook import Rulebook

Kind: TypeAlias = Literal[
    "active", "administrator", "network", "coverage", "still_in_force", "authorization", "fact", "benefit", "cost", "note"
]  # fmt: skip
Asked: TypeAlias = Literal["code", "clinic", "diagnosis", "benefit"]


@dataclass(frozen=True, slots=True)
class Topic:
    """`yes_means` and `no_means`: the value each stands for; None: it is noted and decides nothing. `fact`: the fact it supplies.

    `needs`: what must have been named in the call for the answer to count as complete.
    """

    kind: Kind
    yes_means: str | None = None
    no_means: str | None = None
    fact: str | None = None
    needs: tuple[Asked, ...] = ()


_COVERED: Final[tuple[Asked, ...]] = ("code", "clinic", "diagnosis", "benefit")
_BY_CODE: Final[tuple[Asked, ...]] = ("code", "clinic", "benefit")
_NOTE: Final = Topic("note")
_COVERAGE: Final = Topic("coverage", "covered", "not_covered", needs=_COVERED)
_AUTHORIZATION: Final = Topic("authorization", "needed", "not_needed", needs=_BY_CODE)
TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "A1": Topic("active", "active", "inactive"),
        "A2": Topic("fact", fact="plan_funding"),
        "A3": Topic("administrator", "payer", "other"),
        "A4": _NOTE,
        "B1": Topic("network", "in", "out", "provider_in_network", ("code", "clinic")),
        "B2": Topic("network", "in", "out", "provider_in_network", ("code", "clinic")),
        "B3": _NOTE,
        "B4": _NOTE,
        "C1": _COVERAGE,
        "C2": _AUTHORIZATION,
        "C3": _NOTE,
        "C4": Topic("coverage", "not_covered", None, needs=_COVERED),
        "C5": Topic("coverage", None, "not_covered", needs=("code", "clinic")),
        "D1": Topic("benefit"),
        "D2": _NOTE,
        "D3": _AUTHORIZATION,
        "D4": _NOTE,
        "D5": _NOTE,
        "D6": _NOTE,
        "D7": _NOTE,
        "E1": _COVERAGE,
        "E3": _COVERAGE,
        "E4": Topic("fact", fact="plan_has_kap_rider"),
        "E5": _COVERAGE,
        "E6": _AUTHORIZATION,
        "F1": Topic("cost"),
        "F2": Topic("cost"),
        "F3": Topic("cost"),
        "G1": _NOTE,
        "G2": _NOTE,
        "G3": _NOTE,
        "G4": _NOTE,
        "G5": Topic("authorization", "on_file", None, needs=("code", "clinic")),
    }
)
_DOCUMENT: Final = Topic("still_in_force", "in_force", None, needs=("code",))


def is_known(question: str, book: Rulebook) -> bool:
    """Whether a call prompt of this rulebook can hold a question of this id."""
    head, _, rest = question.partition(":")
    match head:
        case "R1":
            return any(policy.id == rest for policy in book.policies())
        case "R2":
            return rest in book.facts.facts
    return question in TOPICS


def topic_of(question: str) -> Topic:
    """The topic of a known question."""
    head, _, rest = question.partition(":")
    match head:
        case "R1":
            return _DOCUMENT
        case "R2":
            return Topic("fact", fact=rest)
    return TOPICS[question]
