"""What a call has to close: the uncertain parts, what is known around them, and what must stay unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from covercheck.checks.answer import AnswerLeadsTo, CallQuestion, CodeAnswer, DecidingFact, PartAnswer
from covercheck.checks.evidence.grade import at_least
from covercheck.checks.evidence.items import SILENT
from covercheck.checks.question import Question
from covercheck.rules.rulebook import Payer, Rulebook

BEHAVIORAL: Final = ("evaluation", "psychotherapy", "dosing_psychotherapy")
KETAMINE: Final = ("ketamine_iv", "ketamine_im", "ketamine_oral", "ketamine_nasal")
DRUGS: Final = ("esketamine", *KETAMINE)
WRITTEN_ONLY: Final = ("tricare", "va", "fep")
OPEN_RESULTS: Final = ("uncertain", "depends", "likely_covered")
SETTLED_BY_CALL: Final = ("active", "administrator", "network", "fact", "benefit", "authorization")
TEXT_CAUSES: Final = frozenset(
    {
        "no_rule", "policy_unread", "criteria_unread", "case_by_case", "sources_disagree",
        "evidence_old", "evidence_undated", "evidence_secondary", "rule_failed",
    }
)  # fmt: skip
PROMISES: Final = ("guarantee", "approved", "you will pay", "you qualify", "will pay", "cover")
NEUTRAL_LABELS: Final = {"psychotherapy": "Psychotherapy", "dosing_psychotherapy": "Psychotherapy", "monitoring": "Monitoring"}
MAX_CODES_SAID: Final = 14
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """The uncertain parts of one answer; `told` are all parts that may be spoken of, `hidden` those the plan must not hear of.

    `secret`: restricted drugs, of which neither codes nor a drug on the day may be named, since that would tell the plan.
    """

    book: Rulebook
    question: Question
    parts: tuple[PartAnswer, ...]
    told: tuple[PartAnswer, ...]
    hidden: tuple[PartAnswer, ...]
    secret: frozenset[str] = frozenset()

    @classmethod
    def of(cls, book: Rulebook, question: Question, parts: Sequence[PartAnswer]) -> Gap:
        """Part the answer into what to ask, what may be told and what to keep silent about."""
        hidden = tuple(part for part in parts if part.result == "not_asked" or part.part in question.restricted)
        told = tuple(part for part in parts if part not in hidden)
        secret = frozenset({*question.restricted, *(part.part for part in hidden)}.intersection(DRUGS))
        return cls(book, question, tuple(part for part in told if part.result == "uncertain"), told, hidden, secret)

    @property
    def line(self) -> str | None:
        """The line of business, where it was said."""
        return self.question.asked.line

    @property
    def is_medicare(self) -> bool:
        """Original Medicare: no member authorization, the contractor answers."""
        return self.line == "medicare_ffs"

    @property
    def payer(self) -> Payer:
        """The payer asked."""
        return self.book.payers[self.question.asked.payer]

    @property
    def administrator(self) -> str | None:
        """The company that runs mental health benefits, where one is known by name."""
        learned = self.question.learned
        if learned is not None and learned.administrator is not None:
            return learned.administrator.name
        told = next((part.administrator for part in self.told if part.administrator is not None), None)
        if told is not None:
            return told.name
        named = self.payer.text.behavioral_health.administrator
        return None if named.strip().lower() in ("none", "unknown") else named

    def is_answered(self, question: CallQuestion) -> bool:
        """An earlier call settled it for every part it speaks of. What a part itself hangs on is asked until the part is closed."""
        settled = {
            item.part
            for item in self.question.evidence
            if item.question == question.id and item.kind in SETTLED_BY_CALL and item.value not in SILENT and at_least(item.grade, "B")
        }
        return bool(question.parts) and settled.issuperset(question.parts)

    @property
    def day(self) -> str:
        """The date of service as billing writes it."""
        return self.question.asked.on.isoformat()

    @property
    def spoken_day(self) -> str:
        """The date of service in words."""
        return spoken(self.question.asked.on)

    @property
    def facts(self) -> Mapping[str, object]:
        """What the asker said."""
        return self.question.asked.facts

    @property
    def diagnosis(self) -> str:
        """The diagnosis codes to quote, or a blank to fill in."""
        return f"diagnosis {', '.join(self.question.asked.diagnoses) or '[code]'}"

    @property
    def clinic(self) -> str:
        """NPI and tax id, or blanks to fill in."""
        given = self.question.request.provider
        npi = given.npi if given is not None and given.npi else "[clinic NPI]"
        tax_id = given.tax_id if given is not None and given.tax_id else "[tax id]"
        return f"NPI {npi}, tax id {tax_id}"

    def among(self, names: Iterable[str]) -> tuple[PartAnswer, ...]:
        """The uncertain parts of these names."""
        return tuple(part for part in self.parts if part.part in names)

    def authorization_open(self, names: Iterable[str]) -> tuple[PartAnswer, ...]:
        """The parts that may be paid for and of which nobody knows whether to ask first."""
        return tuple(part for part in self.told if part.part in names and part.result in OPEN_RESULTS and authorization(part) == "unknown")

    def codes(self, parts: Iterable[PartAnswer]) -> tuple[CodeAnswer, ...]:
        """The codes to bill for these parts, each once; no code and no note that would give a restricted drug away."""
        found: dict[str, CodeAnswer] = {}
        for code in (code for part in parts for code in part.codes):
            if code.use == "bill" and not self._tells(code.code):
                found.setdefault(code.code, replace(code, note=None, when=None) if self.secret else code)
        return tuple(found.values())

    def _tells(self, code: str) -> bool:
        """The code would give a restricted drug away."""
        known = self.book.codes.codes.get(code) if self.secret else None
        return known is not None and (bool(self.secret.intersection(known.parts)) or known.kind == "psychedelic_monitoring")

    def said_codes(self, parts: Iterable[PartAnswer], family: Callable[[str], bool] | None = None) -> str:
        """The codes to quote in a sentence, all or those of one family; neighbours are drawn together."""
        codes = _runs([code.code for code in self.codes(parts) if family is None or family(code.code)])
        if not codes:
            return "[codes]"
        return ", ".join(codes[:MAX_CODES_SAID]) + (" and the others on this sheet" if len(codes) > MAX_CODES_SAID else "")

    def label(self, part: str) -> str:
        """The part's name for staff; the day of a dose is left out where the drug must not be named."""
        if self.secret and part in NEUTRAL_LABELS:
            return NEUTRAL_LABELS[part]
        known = self.book.therapies.parts.get(part)
        return known.label if known is not None else part.replace("_", " ")

    def deciding(self) -> Iterator[tuple[PartAnswer, DecidingFact]]:
        """Each deciding fact of each uncertain part."""
        return ((part, fact) for part in self.parts for fact in part.deciding_facts)


def _runs(codes: Sequence[str]) -> list[str]:
    """`99202 to 99205` for three or more codes that follow one another."""
    runs: list[list[str]] = []
    for code in codes:
        last = runs[-1][-1] if runs else ""
        if last.isdigit() and code.isdigit() and int(code) == int(last) + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return [said for run in runs for said in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else run)]


def authorization(part: PartAnswer) -> str:
    """The state of the authorization; not said means unknown."""
    return part.prior_authorization.state if part.prior_authorization is not None else "unknown"


def names_of(parts: Iterable[PartAnswer]) -> tuple[str, ...]:
    """The parts' names, each once, in order."""
    return tuple(dict.fromkeys(part.part for part in parts))


def spoken(day: date) -> str:
    """`December 1, 2026`."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def plain_or(text: str | None, otherwise: str) -> str:
    """A text of the rule files for patients, unless it is missing or promises something."""
    return text if text and not any(word in text.lower() for word in PROMISES) else otherwise


def asked(
    name: str,
    billing: str,
    plain: str | None,
    *,
    why: str,
    parts: Iterable[PartAnswer],
    decides: Iterable[str],
    then: Mapping[str, str],
    skip: str | None = None,
) -> CallQuestion:
    """A question; its block is the first letter of its id."""
    replies = tuple(AnswerLeadsTo(reply, leads_to) for reply, leads_to in then.items())
    return CallQuestion(name, name[0], billing, plain, why, names_of(parts), tuple(decides), replies, skip)
