"""The reasons of an answer as its texts nest them: which criteria belong together, and what each group comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from covercheck.logic import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, negate
from covercheck.rules.policy import Coverage, Group, Node, Policy, walk
from covercheck.rules.policy_file import Stance, day_text
from covercheck.rules.rulebook import Rulebook

Kind: TypeAlias = Literal["leaf", "all", "any", "none", "not_all", "not"]
Sense: TypeAlias = Literal["wanted", "excluding", "plain"]
Data: TypeAlias = Mapping[str, Any]
_TRUTHS: Final[Mapping[str, Truth]] = {"met": TRUE, "excluded": TRUE, "unmet": FALSE, "not_excluded": FALSE}
_WORDS: Final[Mapping[Sense, tuple[str, str]]] = {
    "wanted": ("met", "unmet"),
    "excluding": ("excluded", "not_excluded"),
    "plain": ("holds", "holds_not"),
}


@dataclass(frozen=True, slots=True)
class Branch:
    """A criterion with its reason, or a group, which has a reason only where the text names it.

    `state`: of what is wanted `met` or `unmet`; of what excludes by itself `excluded` or `not_excluded`; of what is only a piece of an
    exclusion, or negated, `holds` or `holds_not`; else `unknown` or `unread`.
    """

    kind: Kind
    state: str
    truth: Truth
    reason: Data | None
    children: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class TextTree:
    """What one edition of a policy said. `title` None: it is no text of this rulebook, such as a call.

    `stance`: what the text says by itself. `cite`: the source that most of it stands on. `loose`: reasons that fit no wording known here.
    """

    policy: str
    title: str | None
    edition: str | None
    cite: Data | None
    stance: Data | None
    wanted: Branch | None
    excludes: tuple[Branch, ...]
    loose: tuple[Branch, ...]

    @property
    def leaves(self) -> tuple[Branch, ...]:
        """Every criterion, in the order of the text."""
        roots = (*self.loose, *((self.wanted,) if self.wanted is not None else ()), *self.excludes)
        return tuple(leaf for root in roots for leaf in _leaves(root))

    @property
    def tally(self) -> tuple[tuple[str, int], ...]:
        """How many criteria are in each state, in the order in which the states come up."""
        return tuple(Counter(leaf.state for leaf in self.leaves).items())


def trees_of(book: Rulebook, part: str, reasons: Sequence[Data]) -> tuple[TextTree, ...]:
    """The reasons of one part, in JSON as kept, text by text in their order; every reason stands in exactly one place.

    `book`: the rules that answered. A wording that does not name just these criteria in this order is not taken for theirs.
    """
    policies = {policy.id: policy for policy in book.policies()}
    found: list[TextTree] = []
    at = 0
    while at < len(reasons):
        policy = policies.get(_policy(reasons[at]))
        wording = _wording(policy, part, reasons[at:]) if policy is not None else None
        if policy is not None and wording is not None:
            mine = reasons[at : at + wording.count]
            found.append(wording.tree(policy, mine))
            at += wording.count
            continue
        found = _with_loose(found, reasons[at], policy)
        at += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Wording:
    """An entry of an edition, for one phase: the nodes that give reasons, in their order."""

    edition: str
    stance: str | None
    criteria: Node | None
    excludes: tuple[Node, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its reasons."""
        roots = (*((self.criteria,) if self.criteria is not None else ()), *self.excludes)
        told = [node.id or "" for root in roots for node in walk(root) if not (isinstance(node, Group) and node.id is None)]
        return (*((self.stance,) if self.stance is not None else ()), *told)

    @property
    def count(self) -> int:
        """How many reasons it gives."""
        return len(self.ids)

    def tree(self, policy: Policy, reasons: Sequence[Data]) -> TextTree:
        """Its reasons, nested."""
        left = iter(reasons)
        stance = next(left) if self.stance is not None else None
        wanted = _branch(self.criteria, left, "wanted") if self.criteria is not None else None
        excludes = tuple(_branch(node, left, "excluding") for node in self.excludes)
        return TextTree(policy.id, policy.title, self.edition, _common(reasons), stance, wanted, excludes, ())


def _wording(policy: Policy, part: str, reasons: Sequence[Data]) -> _Wording | None:
    """The wording whose reasons stand at the beginning: of several, the one with the most."""
    cite = reasons[0]["cite"]
    ids = tuple(_id(reason) for reason in reasons if _policy(reason) == policy.id)
    fitting = [
        wording
        for edition in policy.editions
        if cite is None or day_text(edition.effective) == cite["edition"]
        for entry in edition.coverage
        if part in entry.parts
        for wording in _wordings(entry, day_text(edition.effective))
        if wording.ids and ids[: wording.count] == wording.ids and all(_policy(one) == policy.id for one in reasons[: wording.count])
    ]
    return max(fitting, key=lambda wording: wording.count, default=None)


def _wordings(entry: Coverage, edition: str) -> Iterator[_Wording]:
    """For the beginning and for going on."""
    stance = entry.stance.value if entry.stance is not Stance.COVERED_WHEN else None
    for criteria in dict.fromkeys((entry.criteria, entry.continuation)):
        yield _Wording(edition, stance, criteria, entry.excluded_when)


def _branch(node: Node, left: Iterator[Data], sense: Sense) -> Branch:
    """A node with the reasons that are its and its children's, taken in their order."""
    reason = next(left) if not isinstance(node, Group) or node.id is not None else None
    if not isinstance(node, Group):
        assert reason is not None
        truth = _TRUTHS.get(reason["state"], UNKNOWN)
        return Branch("leaf", _state(truth, sense, reason), truth, reason)
    below: Sense = "wanted" if sense == "wanted" and node.kind != "not" else "plain"
    children = tuple(_branch(child, left, below) for child in node.children)
    kind: Kind = node.kind
    truth = _together(node.kind, [child.truth for child in children])
    only = children[0]
    if node.kind == "not" and only.kind in ("any", "all") and only.reason is None:
        kind, children = ("none" if only.kind == "any" else "not_all"), only.children
    return Branch(kind, _state(truth, sense, None), truth, reason, children)


def _together(kind: str, truths: Sequence[Truth]) -> Truth:
    if kind == "not":
        return negate(truths[0])
    return all_of(truths) if kind == "all" else any_of(truths)


def _state(truth: Truth, sense: Sense, reason: Data | None) -> str:
    if truth is UNKNOWN:
        return "unread" if reason is not None and reason["state"] == "unread" else "unknown"
    return _WORDS[sense][0 if truth is TRUE else 1]


def _with_loose(found: list[TextTree], reason: Data, policy: Policy | None) -> list[TextTree]:
    """A reason beside the others of its text that fit no wording."""
    truth = _TRUTHS.get(reason["state"], UNKNOWN)
    leaf = Branch("leaf", str(reason["state"]), truth, reason)
    name = _policy(reason)
    last = found[-1] if found else None
    before = last.loose if last is not None and last.policy == name and last.loose else ()
    mine = (*before, leaf)
    title = policy.title if policy is not None else None
    tree = TextTree(name, title, None, _common([one.reason for one in mine if one.reason is not None]), None, None, (), mine)
    return [*(found[:-1] if before else found), tree]


def _common(reasons: Sequence[Data]) -> Data | None:
    """The source that most reasons name first."""
    cites = {(cite["title"], cite["as_of"]): cite for reason in reasons if (cite := reason["cite"]) is not None}
    times = Counter((reason["cite"]["title"], reason["cite"]["as_of"]) for reason in reasons if reason["cite"] is not None)
    return cites[times.most_common(1)[0][0]] if times else None


def _leaves(branch: Branch) -> Iterator[Branch]:
    if branch.kind == "leaf":
        yield branch
    for child in branch.children:
        yield from _leaves(child)


def _policy(reason: Data) -> str:
    return str(reason["criterion"]).partition("#")[0]


def _id(reason: Data) -> str:
    return str(reason["criterion"]).partition("#")[2]
