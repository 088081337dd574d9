"""Policies as the engine uses them: typed, linked to sources and facts, immutable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from covercheck.rules.facts import Value
from covercheck.rules.policy_file import CaseText, Quality, Stance

LAW = "federal"


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read: quality, the newest date it shows itself (or None), and when it was read."""

    key: str
    title: str
    url: str | None
    quality: Quality
    as_of: date | None
    read_on: date
    review_days: int

    @property
    def due(self) -> date:
        """The last day on which the reading still counts as fresh; the day by which to read it again."""
        return self.read_on + timedelta(days=self.review_days)


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """A leaf: one test on one fact."""

    id: str
    fact: str
    op: str
    value: Value | tuple[str, ...]
    says: str
    sources: tuple[Source, ...]
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Unread:
    """A criterion known to exist whose text we do not have."""

    id: str
    says: str
    sources: tuple[Source, ...]
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """`all`, `any` or `not` of other criteria; `id` only where the text names the group."""

    kind: Literal["all", "any", "not"]
    children: tuple[Node, ...]
    sources: tuple[Source, ...]
    id: str | None = None
    says: str | None = None
    path: tuple[str | int, ...] = ()


Node: TypeAlias = Test | Unread | Group


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    yield node
    if isinstance(node, Group):
        for child in node.children:
            yield from walk(child)


@dataclass(frozen=True, slots=True)
class Authorization:
    """Whether to ask first; `when` goes with `required_when`."""

    state: Literal["required", "not_required", "unknown", "required_when"]
    when: Node | None = None


@dataclass(frozen=True, slots=True)
class CodeUse:
    """How a payer takes a billing code between two dates."""

    code: str
    use: Literal["bill", "do_not_bill"]
    when: Node | None
    starts: date | None
    ends: date | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Approval:
    """How long an approval lasts, in days."""

    initial_days: int | None
    renewal_days: int | None
    note: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """What one edition says of some parts and indications (None: of every indication)."""

    parts: tuple[str, ...]
    indications: tuple[str, ...] | None
    stance: Stance
    says: str
    authorization: Authorization
    benefit: str
    criteria: Node | None
    continuation: Node | None
    excluded_when: tuple[Node, ...]
    approval: Approval | None
    codes: tuple[CodeUse, ...]
    sources: tuple[Source, ...]
    path: tuple[str | int, ...] = ()

    def roots(self) -> Iterator[Node]:
        """Every criteria tree of the entry: criteria, continuation, exclusions, authorization, codes."""
        if self.criteria is not None:
            yield self.criteria
        if self.continuation is not None and self.continuation is not self.criteria:
            yield self.continuation
        yield from self.excluded_when
        if self.authorization.when is not None:
            yield self.authorization.when
        yield from (use.when for use in self.codes if use.when is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """A wording in force; `effective` None where no text shows when it began."""

    effective: date | None
    until: date | None
    superseded: bool
    changed: str | None
    sources: tuple[Source, ...]
    coverage: tuple[Coverage, ...]
    other_indications: Literal["silent", "not_covered"]
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A payer's published document; `states` None means all. An advisory one (a drug's label) is shown beside answers and never decides.

    `payers`: those that a law binds, where it does not bind all. `except_plans`: plans the text leaves out; it is silent on them.
    """

    id: str
    payer: str
    title: str
    lines: tuple[str, ...]
    states: tuple[str, ...] | None
    plans: tuple[str, ...]
    note: str | None
    sources: Mapping[str, Source]
    editions: tuple[Edition, ...]
    cases: tuple[CaseText, ...]
    file: str
    advisory: bool = False
    payers: tuple[str, ...] = ()
    except_plans: tuple[str, ...] = ()

    def binds(self, payer: str) -> bool:
        """Its own payer; as law, every payer, or those it names."""
        return not self.payers or payer in self.payers

    @property
    def is_law(self) -> bool:
        """It binds whole lines, not one payer."""
        return self.payer == LAW
