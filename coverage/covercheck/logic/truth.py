"""Kleene's strong three-valued logic as an ordered enumeration: `all` is the least value, `any` the greatest."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """The order FALSE < UNKNOWN < TRUE makes conjunction a minimum and disjunction a maximum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __bool__(self) -> bool:
        """Refuse to be squeezed into two values: `if truth:` would turn unknown into one of them."""
        raise TypeError("a Truth has three values: compare it with `is TRUE`, `is FALSE` or `is UNKNOWN`")


FALSE = Truth.FALSE
UNKNOWN = Truth.UNKNOWN
TRUE = Truth.TRUE


def all_of(values: Iterable[Truth]) -> Truth:
    """True when every value is true, false when one is false, else unknown; true for none at all."""
    return min(values, default=TRUE)


def any_of(values: Iterable[Truth]) -> Truth:
    """True when one value is true, false when every one is false, else unknown; false for none at all."""
    return max(values, default=FALSE)


def negate(value: Truth) -> Truth:
    """Swap true and false; unknown stays unknown."""
    return Truth(2 - value)


def truth_of(value: bool | None) -> Truth:
    """A known yes or no as a truth; None is unknown."""
    if value is None:
        return UNKNOWN
    return TRUE if value else FALSE
