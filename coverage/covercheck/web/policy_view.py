"""One policy as the API shows it: sources, editions, criteria, and what was not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from covercheck.rules.policy import Coverage, Edition, Node, Policy, Source, Test, Unread, walk
from covercheck.rules.policy_file import Stance, day_text
from covercheck.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class SourceView:
    """A text that was read. `as_of` null: it shows no date. `read_again_by`: when it is due to be read again."""

    key: str
    title: str
    url: str | None
    quality: str
    as_of: str | None
    read_on: str
    read_again_by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion: a `test` on a fact, an `unread` one, or `all`, `any`, `not` of others. `cites`: keys of sources."""

    kind: str
    id: str | None
    says: str | None
    fact: str | None
    test: str | None
    value: bool | int | float | str | tuple[str, ...] | None
    of: tuple[CriterionView, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthorizationView:
    """Whether the payer wants to be asked first; `when` goes with `required_when`."""

    state: str
    when: CriterionView | None


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """How long an approval lasts."""

    initial_days: int | None
    renewal_days: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CodeUseView:
    """How the payer takes a billing code."""

    code: str
    use: str
    when: CriterionView | None
    starts: str | None
    ends: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CoverageView:
    """What an edition says of some parts; `indications` null: of every indication."""

    parts: tuple[str, ...]
    indications: tuple[str, ...] | None
    stance: str
    says: str
    benefit: str
    prior_authorization: AuthorizationView
    criteria: CriterionView | None
    continuation: CriterionView | None
    excluded_when: tuple[CriterionView, ...]
    approval: ApprovalView | None
    codes: tuple[CodeUseView, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionView:
    """A wording in force. `effective: unknown` where no text shows when it began; `superseded` ones never decide."""

    effective: str
    until: str | None
    superseded: bool
    changed: str | None
    other_indications: str
    coverage: tuple[CoverageView, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotRead:
    """Something known to stand in the text that we have not seen."""

    edition: str
    criterion: str | None
    parts: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A payer's published document. `states` null: all; `plans` empty: not for named plans only; `except_plans`: left out by the text."""

    id: str
    title: str
    lines: tuple[str, ...]
    states: tuple[str, ...] | None
    plans: tuple[str, ...]
    except_plans: tuple[str, ...]
    note: str | None
    sources: tuple[SourceView, ...]
    editions: tuple[EditionView, ...]
    not_read: tuple[NotRead, ...]


def policy_view(book: Rulebook, policy: Policy) -> PolicyView:
    """The policy with everything on file."""
    data: Any = book.documents[policy.file].data
    notes = {key: source.get("note") for key, source in data["sources"].items()}
    return PolicyView(
        id=policy.id,
        title=policy.title,
        lines=policy.lines,
        states=policy.states,
        plans=policy.plans,
        except_plans=policy.except_plans,
        note=policy.note,
        sources=tuple(_source(source, notes.get(source.key)) for source in policy.sources.values()),
        editions=tuple(map(_edition, policy.editions)),
        not_read=tuple(entry for edition in policy.editions for entry in _not_read(edition)),
    )


def _source(source: Source, note: str | None) -> SourceView:
    read_on, again = source.read_on.isoformat(), source.due.isoformat()
    return SourceView(source.key, source.title, source.url, source.quality.value, _day(source.as_of), read_on, again, note)


def _edition(edition: Edition) -> EditionView:
    return EditionView(
        effective=day_text(edition.effective),
        until=_day(edition.until),
        superseded=edition.superseded,
        changed=edition.changed,
        other_indications=edition.other_indications,
        coverage=tuple(map(_coverage, edition.coverage)),
        cites=_keys(edition.sources),
    )


def _coverage(entry: Coverage) -> CoverageView:
    terms = entry.approval
    return CoverageView(
        parts=entry.parts,
        indications=entry.indications,
        stance=entry.stance.value,
        says=entry.says,
        benefit=entry.benefit,
        prior_authorization=AuthorizationView(entry.authorization.state, _tree(entry.authorization.when)),
        criteria=_tree(entry.criteria),
        continuation=_tree(entry.continuation),
        excluded_when=tuple(criterion_view(node) for node in entry.excluded_when),
        approval=ApprovalView(terms.initial_days, terms.renewal_days, terms.note) if terms else None,
        codes=tuple(CodeUseView(c.code, c.use, _tree(c.when), _day(c.starts), _day(c.ends), c.note) for c in entry.codes),
        cites=_keys(entry.sources),
    )


def criterion_view(node: Node) -> CriterionView:
    """A criterion and everything below it."""
    cites = _keys(node.sources)
    if isinstance(node, Test):
        return CriterionView("test", node.id, node.says, node.fact, node.op, _value(node.value), (), cites)
    if isinstance(node, Unread):
        return CriterionView("unread", node.id, node.says, None, None, None, (), cites)
    return CriterionView(node.kind, node.id, node.says, None, None, None, tuple(map(criterion_view, node.children)), cites)


def _not_read(edition: Edition) -> Iterator[NotRead]:
    day = day_text(edition.effective)
    for entry in edition.coverage:
        if entry.stance is Stance.UNREAD:
            yield NotRead(day, None, entry.parts, entry.says)
        for root in entry.roots():
            for node in walk(root):
                if isinstance(node, Unread):
                    yield NotRead(day, node.id, entry.parts, node.says)


def _tree(node: Node | None) -> CriterionView | None:
    return criterion_view(node) if node is not None else None


def _value(value: Any) -> bool | int | float | str | tuple[str, ...]:
    if isinstance(value, date):
        return value.isoformat()
    return tuple(sorted(value)) if isinstance(value, frozenset | tuple) else value


def _keys(sources: Iterable[Source]) -> tuple[str, ...]:
    return tuple(source.key for source in sources)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
