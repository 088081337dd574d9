"""One thing proof found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from covercheck.engine import Engine
from covercheck.rules.policy import Policy
from covercheck.rules.problems import Place
from covercheck.rules.text_yaml import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """A stable id, a level, a place and a remedy."""

    id: str
    level: Literal["error", "warning"]
    place: Place
    message: str
    remedy: str


def error(id_: str, engine: Engine, policy: Policy, path: Path, message: str, remedy: str) -> Finding:
    """An error at a place of a policy."""
    return Finding(id_, "error", engine.book.place(policy, path), message, remedy)


def warning(id_: str, engine: Engine, policy: Policy, path: Path, message: str, remedy: str) -> Finding:
    """A warning at a place of a policy."""
    return Finding(id_, "warning", engine.book.place(policy, path), message, remedy)
