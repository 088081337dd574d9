"""What the rules say about one part: the engine's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from covercheck.engine.compile import Entry, Trace
from covercheck.engine.evidence import Grade
from covercheck.engine.index import EditionOfPart, PolicyOfPart, Speaker
from covercheck.logic import Truth
from covercheck.rules.policy import Source

Leaning = Literal["covered", "not_covered"]
PartResult = Literal["likely_covered", "likely_not_covered", "depends", "uncertain", "not_asked"]
AuthorizationState = Literal["needed", "not_needed", "on_file", "unknown"]


@dataclass(frozen=True, slots=True)
class PartQuestion:
    """One part asked of one payer. `line`, `state` and `indications` are None where the asker didn't say."""

    payer: str
    part: str
    on: date
    line: str | None
    state: str | None
    plan_name: str | None
    indications: tuple[str, ...] | None
    phase: Literal["initial", "continuation"]
    facts: Mapping[str, Any]
    policy: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One policy's say on one candidate indication. `entry` None: the edition's rule for indications it doesn't name.

    `grade` is that of what carries the truth; `standing` that of the text as such, whatever the facts.
    """

    policy: PolicyOfPart
    edition: EditionOfPart
    speaker: Speaker | None
    entry: Entry | None
    indication: str
    truth: Truth
    grade: Grade
    trace: Trace
    leaning: Leaning | None
    sources: tuple[Source, ...]
    standing: Grade


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows when a fact lies in a range, other things left open."""

    when: str
    value: Any
    result: PartResult
    leaning: Leaning | None = None


@dataclass(frozen=True, slots=True)
class DecidingFact:
    """An unknown fact on which an open decision still depends; `alone` when one of its ranges settles it by itself."""

    fact: str
    then: tuple[Consequence, ...]
    alone: bool
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Authorization:
    """Whether to ask first; `open_facts` are those on which it still depends."""

    state: AuthorizationState
    open_facts: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer for one part, with everything it stands on. `settled`: line, state, plan and indication were all said.

    `advice`: what a drug's label says beside it, which decides nothing.
    """

    part: str
    result: PartResult
    leaning: Leaning | None
    evidence: Grade | None
    causes: tuple[str, ...]
    authorization: Authorization | None
    benefit: str
    statements: tuple[Statement, ...]
    set_aside: tuple[Statement, ...]
    deciding: tuple[DecidingFact, ...]
    exact: bool = True
    failure: str | None = None
    settled: bool = True
    advice: tuple[Statement, ...] = ()
