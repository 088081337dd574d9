"""Errors of rule files as values: a stable key, a place and a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in the rule files: path relative to their root, line and column counted from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a rule file, and what to do about it."""

    place: Place
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.key}]\n    {self.remedy}"


class RulebookRefused(Exception):
    """The rule files can't be used; carries every problem of every file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        count = len(self.problems)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} in the rule files\n" + "\n".join(map(str, self.problems)))
