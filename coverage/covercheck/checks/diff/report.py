"""The differences of two rulebooks, file by file: in words, and by questions whose answers differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from covercheck.checks.check import Checker
from covercheck.checks.diff.questions import scope_of
from covercheck.checks.diff.search import Example, Pair, examples
from covercheck.checks.diff.wording import Change, changes
from covercheck.rules.load import SHARED
from covercheck.rules.policy import LAW, Policy
from covercheck.rules.rulebook import Rulebook

Verdict: TypeAlias = Literal["meaning", "no_change_of_meaning", "same"]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One rule file. `meaning`: the examples' answers differ. `no_change_of_meaning`: no question asked got another answer."""

    file: str
    payer: str
    verdict: Verdict
    changes: tuple[Change, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Two rulebooks. Files that say the same to the letter of their data are only counted."""

    before: str
    after: str
    files: tuple[FileDiff, ...]
    same: int

    @property
    def has_meaning(self) -> bool:
        """Whether any answer differs."""
        return any(file.verdict == "meaning" for file in self.files)


def diff(
    before: Checker,
    after: Checker,
    today: date,
    only: Callable[[str], bool] = lambda _: True,
    progress: Callable[[str], None] | None = None,
) -> Diff:
    """Compare; `only` chooses payers' folders; `progress` hears of each file that is looked at."""
    pair = Pair(before, after, today)
    names = sorted({*before.book.documents, *after.book.documents})
    found, same = [], 0
    for name in names:
        folder = name.partition("/")[0]
        if not only(folder):
            continue
        old, new = (book.documents[name].data if name in book.documents else None for book in (before.book, after.book))
        if old == new:
            same += 1
            continue
        if progress is not None:
            progress(name)
        told = changes(old, new)
        shown = () if all(change.is_prose for change in told) else tuple(_examples(pair, name, folder))
        found.append(FileDiff(name, folder, "meaning" if shown else "no_change_of_meaning", told, shown))
    return Diff(before.book.digest, after.book.digest, tuple(found), same)


def _examples(pair: Pair, name: str, folder: str) -> Iterator[Example]:
    """For a policy, questions about it; for a payer's own file or a shared table, about every policy it may touch."""
    books = (pair.before.book, pair.after.book)
    mine = [policy for book in books for policy in book.policies() if policy.file == name]
    if mine:
        yield from _of_policy(pair, mine, _payers(books, folder, mine))
        return
    for policies in _touched(books, folder):
        found = list(_of_policy(pair, policies, _payers(books, policies[0].payer, policies)))
        if found:
            yield from found
            return


def _of_policy(pair: Pair, policies: list[Policy], payers: list[str]) -> Iterator[Example]:
    seen: set[str] = set()
    for payer in payers:
        for example in examples(pair, scope_of(pair.after.book, payer, policies, pair.today)):
            if example.part not in seen:
                seen.add(example.part)
                yield example
        if seen:
            return


def _payers(books: tuple[Rulebook, Rulebook], folder: str, policies: list[Policy]) -> list[str]:
    """Whom to ask about it: the payer itself; of the law, every payer of its lines, and of the others the one that says least."""
    if folder != LAW:
        return [folder]
    lines = {line for policy in policies for line in policy.lines}
    own = Counter(policy.payer for policy in books[1].policies() if lines & set(policy.lines))
    bound = [payer for payer in books[1].payers if any(policy.binds(payer) for policy in policies)]
    listed = [payer for payer in bound if lines & set(books[1].payers[payer].text.lines)]
    others = (payer for payer in bound if payer not in listed)
    plainest = min(others, key=lambda payer: own[payer], default=None)
    return sorted(listed, key=lambda payer: own[payer]) + ([plainest] if plainest is not None else [])


def _touched(books: tuple[Rulebook, Rulebook], folder: str) -> Iterator[list[Policy]]:
    by_file: dict[str, list[Policy]] = {}
    for policy in (policy for book in books for policy in book.policies() if folder in (*SHARED, policy.payer)):
        by_file.setdefault(policy.file, []).append(policy)
    yield from by_file.values()
