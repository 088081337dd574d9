"""A bounded store of things that follow from their key alone, so that a repeated question is not worked out twice."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True, repr=False)
class Memo(Generic[K, V]):
    """Emptied whole when full. A value must keep alive every object whose `id` stands in its key."""

    limit: int
    kept: dict[K, V] = field(default_factory=dict)

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of the key, made once."""
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) >= self.limit:
                self.kept.clear()
            found = self.kept[key] = make()
        return found
