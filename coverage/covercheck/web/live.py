"""The rulebook in force: one for each request from its beginning to its end, whatever comes into force meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from aiohttp import web

from covercheck.checks.ask_payer import AskPayer
from covercheck.checks.check import Checker
from covercheck.web.replies import Headers, Shelf

Describe: TypeAlias = Callable[[], dict[str, Any]]
Line: TypeAlias = Callable[[Checker], AskPayer]


@dataclass(frozen=True, slots=True)
class Serving:
    """Everything that is of one rulebook: its checker, headers, documents, and the way to payers' systems once that is open."""

    checker: Checker
    headers: Headers
    shelf: Shelf
    describe: Describe
    line: AskPayer | None = None

    @property
    def ask_payer(self) -> AskPayer:
        """The way to payers' systems; there while the service runs."""
        if self.line is None:
            raise RuntimeError("payers' systems are asked before the service runs")
        return self.line


class Live:
    """Holds what serves; `swap` is one assignment, so that no request sees half of two books."""

    def __init__(self, make: Callable[[Checker], Serving], checker: Checker) -> None:
        self._make = make
        self._line: Line | None = None
        self.now: Serving = make(checker)

    def open_line(self, line: Line) -> None:
        """From now on payers' systems can be asked."""
        self._line = line
        self.now = replace(self.now, line=line(self.now.checker))

    def swap(self, checker: Checker) -> None:
        """Another book is in force for every request that begins from now on."""
        fresh = self._make(checker)
        self.now = fresh if self._line is None else replace(fresh, line=self._line(checker))


LIVE: Final = web.AppKey("live", Live)
SERVING: Final = web.RequestKey("serving", Serving)


def serving(request: web.Request) -> Serving:
    """What serves this request."""
    return request[SERVING]
