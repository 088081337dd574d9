"""How many recent answers stand on each text: counted from recorded answers, what many have in common opened once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final

import orjson

from covercheck.proof.due import text_key
from covercheck.records.errors import RecordsUnavailable
from covercheck.records.opening import Records
from covercheck.records.recent import SealedAnswer, count_from, first_since, own_answers, shared_answers
from covercheck.records.vault import Sealed

DAYS: Final = 90
MOST_OPENED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Answers by the text they stand on. `counted` of `checks` were looked at, those that most others equal first."""

    since: datetime
    days: int
    checks: int
    counted: int
    answers: Mapping[str, int]

    @property
    def is_exact(self) -> bool:
        """Every check was looked at; else the counts are at least those told."""
        return self.counted == self.checks


def standing_of(
    records: Records, texts: Collection[str], now: datetime, org: str | None = None, days: int = DAYS, most: int = MOST_OPENED
) -> Standing:
    """Count the answers of the last days, of one organisation or of all, on each of the `texts`; for a thread, not for the event loop."""
    since = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    first = records.database.read(lambda connection: first_since(connection, since))
    if first is None:
        return Standing(since, days, 0, 0, {})
    answers: Counter[str] = Counter()
    counted = 0
    common, alone = shared_answers(records.database, first, org, most), own_answers(records.database, first, org, most)
    for sealed in chain(common, alone):
        answer = _opened(records, sealed)
        if answer is not None:
            counted += sealed.checks
            for text in {text for text in texts_of(answer) if text in texts}:
                answers[text] += sealed.checks
    return Standing(since, days, count_from(records.database, first, org), counted, answers)


def _opened(records: Records, kept: SealedAnswer) -> dict[str, Any] | None:
    """An answer, or what follows its beginning; None where its key is not here."""
    place = f"{kept.id}/answer" if kept.shared is None else f"{kept.shared.hex()}/rest"
    try:
        raw = records.vault.open(Sealed(kept.key_id, kept.data), kept.org, place)
    except RecordsUnavailable:
        return None
    answer: dict[str, Any] = orjson.loads(raw if kept.shared is None else b"{" + raw)
    return answer


def texts_of(answer: Mapping[str, Any]) -> Iterator[str]:
    """Every text that spoke in an answer: of reasons, authorization and label; what was set aside did not."""
    for part in answer["parts"]:
        label, authorization = part["label_says"], part["prior_authorization"]
        reasons = (*part["reasons"], *(label["reasons"] if label is not None else ()))
        cites = [cite for reason in reasons for cite in (reason["cite"], *reason["more_cites"])]
        cites += [authorization["cite"]] if authorization is not None else []
        yield from (text_key(cite["url"], cite["title"]) for cite in cites if cite is not None)
