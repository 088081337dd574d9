"""The smallest question whose answer two rulebooks give differently, found by asking both."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from covercheck.checks.check import Checker
from covercheck.checks.diff.questions import Body, Scope, questions
from covercheck.checks.gist import Gist, differences, gists_of
from covercheck.checks.request import QuestionRefused, parse_request

SEED: Final = 20_261_123
MOST_ASKED: Final = 60_000
PATIENCE: Final = 3_000  # questions asked on for one whose result differs, when an answer that differs otherwise is at hand


@dataclass(frozen=True, slots=True)
class Example:
    """A question, and what each book says to it; None: that book refuses it. It differs so `since` and `until` these dates of service."""

    question: Mapping[str, Any]
    part: str
    before: Gist | None
    after: Gist | None
    since: date | None = None
    until: date | None = None

    @property
    def differs_in(self) -> tuple[tuple[str, str, str], ...]:
        """What differs, before and after, in words."""
        if self.before is None or self.after is None:
            old, new = ("refused" if one is None else "answered" for one in (self.before, self.after))
            return (("the question", old, new),)
        return tuple(differences(self.before, self.after))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rulebooks, asked the same on one day."""

    before: Checker
    after: Checker
    today: date

    def asked(self, body: Body) -> tuple[Gist | None, Gist | None]:
        """What each says of the question's one part."""
        return self._one(self.before, body), self._one(self.after, body)

    def differs(self, body: Body) -> bool:
        """Whether the answers mean something else."""
        old, new = self.asked(body)
        return old != new

    def flips(self, body: Body) -> bool:
        """Whether the results differ, or one book refuses the question."""
        old, new = self.asked(body)
        return (old.result if old is not None else None) != (new.result if new is not None else None)

    def _one(self, checker: Checker, body: Body) -> Gist | None:
        try:
            return gists_of(checker.parts_of(parse_request(body), datetime.combine(self.today, time(12), UTC)))[0]
        except QuestionRefused:
            return None


def examples(pair: Pair, scope: Scope) -> Iterator[Example]:
    """For each part at most one example, without what it does not need: where one is near, a question whose result differs."""
    missing = set(scope.parts)
    first: dict[str, tuple[int, Body]] = {}
    for count, body in enumerate(questions(scope, random.Random(SEED))):  # noqa: S311 - the same questions each time
        for part in [part for part, (at, _) in first.items() if count - at > PATIENCE]:
            missing.discard(part)
            yield _told(pair, _shortened(pair, first.pop(part)[1], pair.differs), scope)
        if not missing or count >= MOST_ASKED:
            break
        part = body["parts"][0]
        if part not in missing or not pair.differs(body):
            continue
        if pair.flips(body):
            missing.discard(part)
            first.pop(part, None)
            yield _told(pair, _shortened(pair, body, pair.flips), scope)
        else:
            first.setdefault(part, (count, body))
    for _, body in first.values():
        yield _told(pair, _shortened(pair, body, pair.differs), scope)


def _shortened(pair: Pair, body: Body, holds: Callable[[Body], bool]) -> Body:
    """Without facts, diagnoses and plan details that it holds without."""
    for name in list(body["facts"]):
        shorter = {**body, "facts": {key: value for key, value in body["facts"].items() if key != name}}
        body = shorter if holds(shorter) else body
    for name in ("name", "state", "market", "funding"):
        if name in body["plan"]:
            shorter = {**body, "plan": {key: value for key, value in body["plan"].items() if key != name}}
            body = shorter if holds(shorter) else body
    for name in ("indication", "diagnoses"):
        if body.get(name):
            shorter = {key: value for key, value in body.items() if key != name}
            body = shorter if holds(shorter) else body
    return body


def _told(pair: Pair, body: Body, scope: Scope) -> Example:
    old, new = pair.asked(body)
    since, until = _range(pair, body, scope)
    return Example(body, body["parts"][0], old, new, since, until)


def _range(pair: Pair, body: Body, scope: Scope) -> tuple[date | None, date | None]:
    """The dates around the question's on which the answers differ, as far as the wordings have edges; None: without end."""
    days = sorted({*scope.dates, date.fromisoformat(body["date_of_service"])})
    differing = [pair.differs({**body, "date_of_service": day.isoformat()}) for day in days]
    at = days.index(date.fromisoformat(body["date_of_service"]))
    first = at
    while first > 0 and differing[first - 1]:
        first -= 1
    last = at
    while last + 1 < len(days) and differing[last + 1]:
        last += 1
    since = days[first] if first > 0 else None
    until = days[last + 1] - timedelta(days=1) if last + 1 < len(days) else None
    return since, until
