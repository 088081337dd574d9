"""Which compiled texts speak of a payer's part: by payer, part, line, state, plan and date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from covercheck.engine.compile import Entry, Program, compile_entry, compile_tree
from covercheck.engine.evidence import Ages, EvidenceLimits
from covercheck.rules.policy import Coverage, Edition, Policy
from covercheck.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """One coverage entry, compiled for both phases, with the conditions under which it asks for authorization."""

    coverage: Coverage
    initial: Entry
    continuation: Entry
    authorization: Program | None
    codes: tuple[Program | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EditionOfPart:
    """What one edition says of one part; `starts` None where its beginning is unknown; `ages` of the policy's sources."""

    edition: Edition
    ages: Ages
    starts: date | None
    ends: date | None
    by_indication: Mapping[str, Speaker]
    for_all: Speaker | None

    def speaks_on(self, on: date) -> bool:
        """In force on the day, or of unknown date."""
        return (self.starts is None or self.starts <= on) and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True, eq=False)
class PolicyOfPart:
    """One policy's editions that speak of one part, newest first, the undated last."""

    policy: Policy
    states: frozenset[str] | None
    lines: frozenset[str]
    plans: frozenset[str]
    except_plans: frozenset[str]
    editions: tuple[EditionOfPart, ...]

    def edition_on(self, on: date) -> EditionOfPart | None:
        """The newest edition in force; an undated one counts as older than any."""
        return next((edition for edition in self.editions if edition.speaks_on(on)), None)

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """A payer's text before the law; then the text of a named plan; then of a state."""
        return (not self.policy.is_law, bool(self.plans), self.states is not None)


@dataclass(frozen=True, slots=True, repr=False)
class Index:
    """Policies by payer and part; the law under its own name."""

    by_payer: Mapping[tuple[str, str], tuple[PolicyOfPart, ...]]

    def policies(self, payer: str, part: str) -> tuple[PolicyOfPart, ...]:
        """Every policy of the payer that ever speaks of the part."""
        return self.by_payer.get((payer, part), ())


def plan_key(name: str) -> str:
    """A plan's name without case, spaces and punctuation."""
    return "".join(character for character in name.casefold() if character.isalnum())


def build_index(book: Rulebook, limits: EvidenceLimits) -> Index:
    """Compile every edition of every policy."""
    found: dict[tuple[str, str], list[PolicyOfPart]] = {}
    for policy in book.policies():
        speakers = {id(entry): _speaker(entry, limits) for edition in policy.editions for entry in edition.coverage}
        ages = Ages.of(policy.sources.values(), limits)
        for part in dict.fromkeys(part for edition in policy.editions for entry in edition.coverage for part in entry.parts):
            editions = tuple(_editions(policy, part, speakers, ages))
            if editions:
                states = None if policy.states is None else frozenset(policy.states)
                plans, but = (frozenset(map(plan_key, names)) for names in (policy.plans, policy.except_plans))
                of_part = PolicyOfPart(policy, states, frozenset(policy.lines), plans, but, editions)
                found.setdefault((policy.payer, part), []).append(of_part)
    return Index({key: tuple(policies) for key, policies in found.items()})


def _speaker(entry: Coverage, limits: EvidenceLimits) -> Speaker:
    initial = compile_entry(entry, entry.criteria, limits)
    going_on = initial if entry.continuation is entry.criteria else compile_entry(entry, entry.continuation, limits)
    when = entry.authorization.when
    return Speaker(
        entry,
        initial,
        going_on,
        compile_tree(when, limits) if when is not None else None,
        tuple(compile_tree(use.when, limits) if use.when is not None else None for use in entry.codes),
    )


def _editions(policy: Policy, part: str, speakers: Mapping[int, Speaker], ages: Ages) -> Iterator[EditionOfPart]:
    """The policy's live editions that speak of the part; an older one ends where the next newer begins."""
    next_start: date | None = None
    undated = []
    for edition in policy.editions:
        ends = edition.until
        if edition.effective is not None:
            if next_start is not None:
                ends = min(filter(None, (ends, date.fromordinal(next_start.toordinal() - 1))))
            next_start = edition.effective
        if edition.superseded:
            continue
        mine = [entry for entry in edition.coverage if part in entry.parts]
        if not mine:
            continue
        by_indication = {name: speakers[id(entry)] for entry in mine for name in entry.indications or ()}
        for_all = next((speakers[id(entry)] for entry in mine if entry.indications is None), None)
        found = EditionOfPart(edition, ages, edition.effective, ends, by_indication, for_all)
        if edition.effective is None:
            undated.append(found)
        else:
            yield found
    yield from undated
