"""A circuit breaker for one payer: after too many failures in a row it is left alone for a while, then tried with one question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal


class Breaker:
    """Closed, open, or half open with a single probe. `clock` gives seconds that never go back."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = failures, seconds, clock
        self._failed = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def state(self) -> Literal["closed", "open", "half_open"]:
        """What a question would meet now."""
        if self._opened is None:
            return "closed"
        return "half_open" if self._clock() - self._opened >= self._seconds else "open"

    def admits(self) -> bool:
        """Whether to ask. A yes while half open takes the probe: tell the breaker how it went."""
        match self.state:
            case "closed":
                return True
            case "open":
                return False
        if self._probing:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The payer's system is alive."""
        self._failed, self._opened, self._probing = 0, None, False

    def failed(self) -> None:
        """It is not."""
        self._failed += 1
        if self._failed >= self._most or self._probing:
            self._opened = self._clock()
        self._probing = False

    def left(self) -> None:
        """The question was given up before it told anything."""
        self._probing = False
