"""The questions on criteria: what only the payer knows, and what its documents say beyond our copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from covercheck.checks.answer import CallQuestion, Cite, Consequence, DecidingFact, Note, PartAnswer, Reason
from covercheck.checks.call_gap import DRUGS, WRITTEN_ONLY, Gap, asked, plain_or
from covercheck.engine.evidence import months_after
from covercheck.rules.policy import LAW

ASKED_ELSEWHERE: Final = {"provider_in_network": ("B1", "B2"), "plan_has_kap_rider": ("E4",), "plan_funding": ("A2",)}
FRESH_MONTHS: Final = 18
PROGRAMS: Final = ("medicare_ffs", "tricare", "va", "fep")
MAX_SAID: Final = 5
WEAK: Final = ("evidence_old", "evidence_undated", "evidence_secondary")
OUTCOMES: Final = {
    "likely_covered": "likely covered",
    "likely_not_covered": "likely not covered",
    "depends": "depends on what clinic or patient know",
    "uncertain": "still open",
    "not_asked": "not asked",
}


@dataclass(slots=True)
class _Document:
    """One document of the payer, and why it is asked about."""

    cite: Cite
    causes: dict[str, None] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    criteria: dict[str, str] = field(default_factory=dict)
    parts: dict[str, PartAnswer] = field(default_factory=dict)


def document_questions(gap: Gap) -> Iterator[CallQuestion]:
    """Block R, first half: one question for each document of the payer that leaves a part open."""
    for document in _documents(gap).values():
        if not _gives_away(gap, document):
            yield _document_question(gap, document)


def policy_only_notes(gap: Gap) -> Iterator[Note]:
    """Documents that speak of a restricted drug: to be asked about without naming a member."""
    for document in _documents(gap).values():
        if _gives_away(gap, document):
            title = document.cite.title
            says = f'Ask about "{title}" only in a call that names no member: it speaks of a part the plan must not hear of.'
            yield Note("policy_only", says)


def _documents(gap: Gap) -> dict[str, _Document]:
    found: dict[str, _Document] = {}
    for part in gap.parts:
        dates = [cite.as_of for reason in part.reasons for cite in _cites(reason) if cite.as_of is not None]
        some_aged = any(_aged(as_of, gap.question.asked.on) for as_of in dates)
        for reason in part.reasons:
            policy, _, name = reason.criterion.partition("#")
            causes = _causes(part, reason, name, gap.question.asked.on if some_aged else None)
            if policy.startswith(f"{LAW}/") and gap.line not in PROGRAMS:
                causes = [cause for cause in causes if cause not in WEAK]
            if reason.cite is not None and causes:
                document = found.setdefault(policy, _Document(reason.cite))
                document.causes.update(dict.fromkeys(causes))
                document.parts[part.part] = part
                if reason.state == "unread":
                    document.unread[reason.criterion] = reason.says
                elif name not in ("case_by_case", "other_indications"):
                    document.criteria[reason.criterion] = reason.says
    return found


def _causes(part: PartAnswer, reason: Reason, name: str, on: date | None) -> list[str]:
    """The part's causes that this reason's document stands behind; `on` None where no text of the part stands out as old."""
    cites = _cites(reason)
    fits = {
        "criteria_unread": reason.state == "unread" and name != "unread",
        "policy_unread": reason.state == "unread" and name == "unread",
        "case_by_case": name == "case_by_case",
        "sources_disagree": True,
        "evidence_undated": any(cite.as_of is None for cite in cites),
        "evidence_secondary": any(cite.quality == "secondary" for cite in cites),
        "evidence_old": any(cite.as_of is not None and (on is None or _aged(cite.as_of, on)) for cite in cites),
    }
    return [cause for cause in part.causes if fits.get(cause, False)]


def _cites(reason: Reason) -> tuple[Cite, ...]:
    return () if reason.cite is None else (reason.cite, *reason.more_cites)


def _aged(as_of: str, on: date) -> bool:
    return on > months_after(date.fromisoformat(as_of), FRESH_MONTHS)


def _gives_away(gap: Gap, document: _Document) -> bool:
    """The document speaks of a restricted drug, and no drug that may be named is asked about in it."""
    policy = next((policy for policy in gap.book.policies() if policy.id == document.cite.policy), None)
    if policy is None or not gap.secret or any(part in DRUGS for part in document.parts):
        return False
    spoken_of = {part for edition in policy.editions for entry in edition.coverage for part in entry.parts}
    return bool(gap.secret & spoken_of)


def _document_question(gap: Gap, document: _Document) -> CallQuestion:
    parts = tuple(document.parts.values())
    about = f"{', '.join(gap.label(name) for name in document.parts)} ({gap.said_codes(parts)})"
    told = [_what_we_have(document.cite), *_asks(gap, document, about)]
    return asked(
        f"R1:{document.cite.policy}",
        " ".join(told) + (" An oral yes is not enough here." if gap.line in WRITTEN_ONLY else ""),
        _plain(gap, document),
        why=_why(document),
        parts=parts,
        decides=("coverage", *document.unread),
        then={
            "the text, or a newer document": "Get it in writing. The part is decided by its criteria; tell whoever keeps the rules.",
            "ours is still in force": "Note who said so. The part follows what is on file, and stays at likely.",
            "no such document": "Ask what decides instead, and who decides it.",
        },
    )


def _what_we_have(cite: Cite) -> str:
    dated = f"its text shows {cite.as_of}" if cite.as_of else "it shows no date"
    edition = "" if cite.edition in ("", "unknown") else f", in force from {cite.edition}"
    if cite.policy.startswith(f"{LAW}/"):
        return f'We go by "{cite.title}" ({dated}{edition}).'
    if cite.quality == "secondary":
        return f'We have someone\'s account of your rule, "{cite.title}" ({dated}{edition}).'
    return f'We have your "{cite.title}" ({dated}{edition}).'


def _asks(gap: Gap, document: _Document, about: str) -> Iterator[str]:
    causes = document.causes
    if any(cause in causes for cause in WEAK):
        yield f"On {gap.day}, is it still what decides on {about}? If not: name, number, effective date and criteria of what replaced it?"
        if document.criteria:
            yield f"Ours says: {_listed(list(document.criteria.values()))}. Does that still hold?"
    if "policy_unread" in causes:
        yield f"What does it decide on {about}, under which criteria? Number and effective date?"
    if "criteria_unread" in causes:
        yield f"Please read us the criteria we lack on {about}: {_listed(list(document.unread.values()))}. Number and effective date?"
    if "case_by_case" in causes:
        yield f"It leaves {about} to single cases. Who decides, on which papers, and may we ask for a predetermination in writing?"
    if "sources_disagree" in causes:
        yield f"Another text on file says otherwise on {about}. Which of them holds for this plan?"


def _listed(says: list[str]) -> str:
    shown = [text.rstrip(".") for text in says[:MAX_SAID]]
    return "; ".join(shown) + (f"; and {len(says) - MAX_SAID} more" if len(says) > MAX_SAID else "")


def _why(document: _Document) -> str:
    words = {
        "criteria_unread": "some of its criteria were not read",
        "policy_unread": "its decision was not read",
        "case_by_case": "it leaves the decision to single cases",
        "sources_disagree": "the texts on file disagree",
        "evidence_old": "our copy is too old for this date",
        "evidence_undated": "our copy shows no date",
        "evidence_secondary": "we have someone's account of it only",
    }
    told = "; ".join(words[cause] for cause in document.causes)
    return f"{told[0].upper()}{told[1:]}."


def _plain(gap: Gap, document: _Document) -> str:
    names = list(document.parts)
    known = gap.book.therapies.parts.get(names[0]) if len(names) == 1 and not gap.secret else None
    label = plain_or(known.patient_label if known is not None else None, "")
    shown = label if label.startswith("Spravato") else label[:1].lower() + label[1:]
    rule = f"Is there a written rule on this: {shown}?" if shown else "Is there a written rule on this?"
    return f"{rule} What is its name and date? Can you send it to me?"


def fact_questions(gap: Gap, names: frozenset[str]) -> Iterator[CallQuestion]:
    """Block R, second half: one question for each payer-known fact that the questions `names` do not ask already."""
    deciding: dict[str, tuple[DecidingFact | None, list[PartAnswer], list[str]]] = {}
    for part, fact in gap.deciding():
        if fact.known_by == "payer":
            entry = deciding.setdefault(fact.fact, (fact, [], []))
            entry[1].append(part)
            entry[2].append("coverage")
    for part in gap.told:
        depends_on = part.prior_authorization.depends_on if part.prior_authorization is not None else ()
        for name in depends_on:
            if name in gap.book.facts and gap.book.facts[name].known_by.value == "payer":
                entry = deciding.setdefault(name, (None, [], []))
                entry[1].append(part)
                entry[2].append("authorization")
    for name, (found, parts, decides) in deciding.items():
        if not names.intersection(ASKED_ELSEWHERE.get(name, ())) and not (name == "plan_has_kap_rider" and gap.secret):
            yield _fact_question(gap, name, found, parts, decides)


def _fact_question(gap: Gap, name: str, fact: DecidingFact | None, parts: list[PartAnswer], decides: list[str]) -> CallQuestion:
    known = gap.book.facts.facts.get(name)
    billing = fact.ask if fact is not None else known.ask.payer if known is not None else None
    label = fact.label if fact is not None else known.label if known is not None else name
    then = {c.when: _outcome(c) for c in fact.then} if fact is not None else {}
    return asked(
        f"R2:{name}",
        billing or f"What do you have on file of this: {label}?",
        plain_or(known.ask.patient, "Is there a plan rule that decides on this? What does it say?") if known is not None else None,
        why=f"Only the payer knows this: {label}.",
        parts=parts,
        decides=(f"fact:{name}", *dict.fromkeys(decides)),
        then=then or {"told": "Give it as a fact, and ask again."},
    )


def _outcome(consequence: Consequence) -> str:
    leaning = {"covered": ", leaning towards covered", "not_covered": ", leaning towards not covered"}.get(consequence.leaning or "", "")
    words = OUTCOMES[consequence.result]
    return f"{words[0].upper()}{words[1:]}{leaning}."
