"""Find a payer by id, name, alias or EDI id: tolerant of spelling and case, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rapidfuzz import fuzz, process

from covercheck.engine.asking import choice_named
from covercheck.rules.facts import PLAN_NAME
from covercheck.rules.rulebook import Payer, Rulebook

NEAR = 5
MIN_SCORE = 60
_FILLER = frozenset({"the", "of", "and", "inc", "llc", "co", "company", "plan", "plans"})


def name_key(name: str) -> str:
    """A name without case, punctuation and filler words: `Blue Cross & Blue Shield of MA` and `blue cross blue shield ma` agree."""
    words = re.findall(r"[a-z0-9]+", name.casefold())
    kept = [word for word in words if word not in _FILLER] or words
    return "".join(kept)


@dataclass(frozen=True, slots=True)
class PayerDirectory:
    """Every name a payer answers to."""

    by_key: Mapping[str, str]
    names: Mapping[str, str]
    plans: Mapping[tuple[str, str], str]

    def find(self, written: str) -> str | None:
        """The payer's id when what is written is one of its names, however spelled; None otherwise."""
        return self.by_key.get(name_key(written[:300]))

    def plan_of(self, payer: str, written: str) -> str | None:
        """The plan of this payer whose name was written in the payer's place; None where it is no plan's."""
        return self.plans.get((payer, name_key(written[:300])))

    def near(self, written: str) -> tuple[str, ...]:
        """Ids of payers whose names look like what is written, best first."""
        key = written[:300].casefold()
        hits = process.extract(key, self.names.keys(), scorer=fuzz.WRatio, limit=NEAR * 4, score_cutoff=MIN_SCORE)
        return tuple(dict.fromkeys(self.names[name] for name, _, _ in hits))[:NEAR]


def build_directory(book: Rulebook) -> PayerDirectory:
    """All ids, names, aliases and EDI ids; a key that two payers share leads to neither."""
    owners: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for payer in book.payers.values():
        for name in _names(payer):
            owners.setdefault(name_key(name), set()).add(payer.id)
            names.setdefault(name.casefold(), payer.id)
    plans = {(payer.id, name_key(plan)): plan for payer in book.payers.values() for policy in payer.policies for plan in policy.plans}
    options = [fact for fact in book.facts.facts.values() if fact.from_question == PLAN_NAME]
    for payer in book.payers.values():
        named = [name for name in _names(payer) if any(choice_named(option, name) for option in options)]
        plans |= {(payer.id, name_key(name)): name for name in named if (payer.id, name_key(name)) not in plans}
    unique = {key: next(iter(ids)) for key, ids in owners.items() if len(ids) == 1}
    return PayerDirectory(MappingProxyType(unique), MappingProxyType(names), MappingProxyType(plans))


def _names(payer: Payer) -> tuple[str, ...]:
    return (payer.id, payer.text.name, *payer.text.aliases, *payer.text.edi_ids)
