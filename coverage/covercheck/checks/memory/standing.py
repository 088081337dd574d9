"""How many recent answers stand on each text: from recorded answers, opened up to a bound and weighed payer by payer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from covercheck.proof.due import text_key
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import Records
from covercheck.records.recent import SealedAnswer, Tally, newest_answers, tallies
from covercheck.records.vault import Sealed

DAYS: Final = 90
MOST_OPENED: Final = 2_000
LEAST_OF_PAYER: Final = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Answers by the text they stand on. `opened` of `checks` were read; `unreadable`: sealed with a key that is not here.

    Where not all were opened, each payer's newest stand for all of that payer's, and the counts are estimates.
    """

    since: datetime
    days: int
    checks: int
    opened: int
    unreadable: int
    answers: Mapping[str, int]

    @property
    def exact(self) -> bool:
        """Every check was read."""
        return self.opened == self.checks


def standing_of(
    records: Records, texts: Collection[str], now: datetime, org: str | None = None, days: int = DAYS, most: int = MOST_OPENED
) -> Standing:
    """Count the answers of the last days, of one organisation or of all, on each of the `texts`; for a thread, not for the event loop."""
    since = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    found = tallies(records.database, since, org)
    total = sum(tally.checks for tally in found)
    answers: Counter[str] = Counter()
    opened = unreadable = 0
    for tally in found:
        read, failed, counts = _count(records, tally, _share(tally, total, most), texts)
        opened, unreadable = opened + read, unreadable + failed
        for text, count in counts.items():
            answers[text] += round(count * tally.checks / read)
    return Standing(since, days, total, opened, unreadable, answers)


def _share(tally: Tally, total: int, most: int) -> int:
    """How many of a payer's checks to open: all while they fit, else its share, and of every payer a few."""
    return tally.checks if total <= most else min(tally.checks, max(LEAST_OF_PAYER, tally.checks * most // total))


def _count(records: Records, tally: Tally, most: int, texts: Collection[str]) -> tuple[int, int, Counter[str]]:
    counts: Counter[str] = Counter()
    read = failed = 0
    for sealed in newest_answers(records.database, tally, most):
        answer = _opened(records, sealed)
        if answer is None:
            failed += 1
            continue
        read += 1
        counts.update({text for text in texts_of(answer) if text in texts})
    return read, failed, counts


def _opened(records: Records, kept: SealedAnswer) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = orjson.loads(records.vault.open(Sealed(kept.key_id, kept.answer), kept.org, f"{kept.id}/answer"))
    except RecordsUnavailable:
        return None
    return answer


def texts_of(answer: Mapping[str, Any]) -> Iterator[str]:
    """Every text that spoke in an answer: of reasons, authorization and label; what was set aside did not."""
    for part in answer["parts"]:
        label, authorization = part["label_says"], part["prior_authorization"]
        reasons = (*part["reasons"], *(label["reasons"] if label is not None else ()))
        cites = [cite for reason in reasons for cite in (reason["cite"], *reason["more_cites"])]
        cites += [authorization["cite"]] if authorization is not None else []
        yield from (text_key(cite["url"], cite["title"]) for cite in cites if cite is not None)
