"""Two answers side by side: what differs, and whether the question, the rules, what was learned or the program stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from covercheck.checks.evidence.words import told
from covercheck.checks.gist import WORDS, differences, gist_of_data
from covercheck.checks.memory.heard import Heard
from covercheck.checks.memory.memory import KeptCheck

Data: TypeAlias = Mapping[str, Any]
Ground: TypeAlias = Literal["question", "rules", "learned", "program"]
LEARNED: Final = frozenset({"call", "eligibility"})
FACT: Final = "facts/"
USUAL: Final = {"phase": "initial"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `what` of a question: where it stands, such as `plan/line`; None: not said."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One part of two answers as kept; None where one has no such part. `differs`: what, before, after. The rest: reasons of one alone."""

    part: str
    label: str
    one: Data | None
    other: Data | None
    differs: tuple[tuple[str, str, str], ...]
    only_one: tuple[Data, ...]
    only_other: tuple[Data, ...]
    behind: tuple[Ground, ...]

    @property
    def is_same(self) -> bool:
        """Both say the same, on the same grounds."""
        return self.one is not None and self.other is not None and not (self.differs or self.only_one or self.only_other)

    @property
    def is_flipped(self) -> bool:
        """Another result."""
        return self.one is not None and self.other is not None and self.one["result"] != self.other["result"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`grounds`: what differs behind the answers at all; where that is one alone, it is behind every difference."""

    asked: tuple[Change, ...]
    learned: tuple[Change, ...]
    same_person: bool
    same_limits: bool
    grounds: tuple[Ground, ...]
    rows: tuple[Row, ...]

    @property
    def flipped(self) -> int:
        """How many parts have another result."""
        return sum(row.is_flipped for row in self.rows)

    @property
    def both(self) -> int:
        """How many parts both were asked for."""
        return sum(row.one is not None and row.other is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Side:
    """A recorded check with its question and answer in JSON."""

    kept: KeptCheck
    question: Data
    answer: Data


@dataclass(frozen=True, slots=True)
class _Clues:
    """What differs, to tell what shows in the reasons of a part. `is_scope_other`: more was asked otherwise than facts."""

    grounds: tuple[Ground, ...]
    asked: frozenset[str]
    learned: frozenset[str]
    is_scope_other: bool


def compared(one: Side, other: Side) -> Comparison:
    """The difference of two recorded answers, the first being the older."""
    first, second = one.kept.record, other.kept.record
    asked = asked_otherwise(one, other)
    learned = tuple(_learned(one.kept.heard, other.kept.heard))
    same_person, same_limits = first.member == second.member, first.limits == second.limits
    differs: Mapping[Ground, bool] = {
        "question": bool(asked) or not same_person,
        "rules": first.rulebook != second.rulebook or not same_limits,
        "learned": bool(learned),
        "program": first.version != second.version,
    }
    grounds = tuple(ground for ground, is_other in differs.items() if is_other)
    clues = _Clues(
        grounds,
        frozenset(change.what.removeprefix(FACT) for change in asked if change.what.startswith(FACT)),
        frozenset(change.what for change in learned),
        any(not change.what.startswith(FACT) for change in asked),
    )
    return Comparison(asked, learned, same_person, same_limits, grounds, tuple(_rows(one.answer, other.answer, clues)))


def asked_otherwise(one: Side, other: Side) -> tuple[Change, ...]:
    """What was asked otherwise, but for who it was about: nobody's name is told."""
    before, after = (said(side.question, side.kept.record.payer) for side in (one, other))
    return tuple(
        Change(name, before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)
    )


def said(question: Data, payer: str) -> dict[str, str]:
    """Everything a question says, by where it stands, its member left out; equal for questions that mean the same, however spelled."""
    told = {**USUAL, **dict(_flat(question)), "payer": payer}
    return {name: text for name, text in told.items() if not name.startswith("member/")}


def _flat(asked: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Everything a question says, by where it stands; lists in order of their items, since their order means nothing."""
    if isinstance(asked, Mapping):
        for name, value in asked.items():
            yield from _flat(value, f"{place}/{name}" if place else name)
    elif isinstance(asked, list):
        if asked:
            yield place, ", ".join(sorted(map(str, asked)))
    elif asked is not None:
        yield place, {True: "yes", False: "no"}[asked] if isinstance(asked, bool) else str(asked)


def _learned(one: Heard, other: Heard) -> Iterator[Change]:
    """What the payer's systems and calls said to one of them, or otherwise."""
    shown = [heard.learned.shown.says if heard.learned is not None else None for heard in (one, other)]
    if shown[0] != shown[1]:
        yield Change("the payer's system", *shown)
    stated = [dict(heard.learned.facts) if heard.learned is not None else {} for heard in (one, other)]
    for fact in dict.fromkeys((*stated[0], *stated[1])):
        texts = [dict(_flat({fact: facts.get(fact)})).get(fact) for facts in stated]
        if texts[0] != texts[1]:
            yield Change(fact, *texts)
    items = [{(item.part, item.question, item.call): told(item) for item in heard.evidence} for heard in (one, other)]
    for key in dict.fromkeys((*items[0], *items[1])):
        before, after = items[0].get(key), items[1].get(key)
        if before != after:
            yield Change(f"{key[1]}, {key[0].replace('_', ' ')}", before, after)


def _rows(one: Data, other: Data, clues: _Clues) -> Iterator[Row]:
    mine, theirs = ({part["part"]: part for part in answer["parts"]} for answer in (one, other))
    for name in dict.fromkeys((*mine, *theirs)):
        before, after = mine.get(name), theirs.get(name)
        if before is None or after is None:
            yield Row(name, (before or after or {}).get("label", name), before, after, (), (), (), ("question",))
            continue
        told_otherwise = tuple(_differences(before, after))
        gone, new = _not_in(before, after), _not_in(after, before)
        behind = _behind(gone, new, clues) if told_otherwise or gone or new else ()
        yield Row(name, after["label"], before, after, told_otherwise, gone, new, behind)


def _differences(before: Data, after: Data) -> Iterator[tuple[str, str, str]]:
    """What differs, in words; the facts that still decide by their labels."""
    for what, old, new in differences(gist_of_data(before), gist_of_data(after)):
        if what != WORDS["deciding"]:
            yield what, old, new
            continue
        mine, theirs = ({fact["fact"]: fact["label"] for fact in part["deciding_facts"]} for part in (before, after))
        if mine.keys() == theirs.keys():
            yield "what follows from the facts that still decide", "one thing", "another"
        else:
            yield what, _alone(mine, theirs), _alone(theirs, mine)


def _alone(labels: Mapping[str, str], others: Mapping[str, str]) -> str:
    """The labels of the facts that the other side lacks."""
    own = [label for fact, label in labels.items() if fact not in others]
    return ", ".join(own) or ("no other fact" if labels else "nothing")


def _not_in(part: Data, other: Data) -> tuple[Data, ...]:
    """The reasons of one that the other does not give in this state, or not by this text."""
    known = {_told(reason) for reason in other["reasons"]}
    return tuple(reason for reason in part["reasons"] if _told(reason) not in known)


def _told(reason: Data) -> tuple[object, ...]:
    return (reason["state"], *_worded(reason))


def _worded(reason: Data) -> tuple[object, ...]:
    """A criterion with its words and its source: what a change of the rules changes."""
    cite = reason["cite"] or {}
    return (reason["criterion"], reason["says"], cite.get("title"), cite.get("as_of"), cite.get("edition"))


def _behind(gone: tuple[Data, ...], new: tuple[Data, ...], clues: _Clues) -> tuple[Ground, ...]:
    """Which of the grounds that differ show in the reasons of a part; where one alone differs, it is that one."""
    if len(clues.grounds) < 2:
        return clues.grounds
    words = {_worded(reason) for reason in gone} & {_worded(reason) for reason in new}
    seen = {ground for reason in (*gone, *new) for ground in _shown_by(reason, clues, is_new_text=_worded(reason) not in words)}
    return tuple(ground for ground in clues.grounds if ground in seen)


def _shown_by(reason: Data, clues: _Clues, *, is_new_text: bool) -> Iterator[Ground]:
    """What may stand behind a reason that one answer has alone; `is_new_text`: the other has no such criterion in these words."""
    if str(reason["criterion"]).partition("#")[0] in LEARNED:
        yield "learned"
        return
    if clues.is_scope_other or (not is_new_text and reason["fact"] in clues.asked):
        yield "question"
    if not is_new_text and reason["fact"] in clues.learned:
        yield "learned"
    if is_new_text or (reason["fact"] not in clues.asked and reason["fact"] not in clues.learned):
        yield "rules"
