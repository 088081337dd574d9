"""Recorded evidence in words: always with its day, its reference and the day it ends."""

from __future__ import annotations

from typing import Final

from covercheck.checks.answer import Cite, Reason, ReasonState
from covercheck.checks.evidence.grade import Grade
from covercheck.checks.evidence.items import Evidence

FORMS: Final = {"call": "a call", "letter": "a letter", "portal": "a portal message", "authorization": "an authorization"}
GRADES: Final[dict[Grade, str]] = {
    "A": "in writing",
    "B": "oral, complete and read back",
    "C": "oral, not complete",
    "D": "refused or unclear",
}
SAID: Final = {
    "active": "the coverage is active on this date",
    "inactive": "the coverage is not active on this date",
    "payer": "the payer itself runs this part",
    "other": "another company runs this part",
    "in": "the clinic is in network for this part",
    "out": "the clinic is out of network for this part",
    "covered": "the payer said that it pays for this part",
    "not_covered": "the payer said that it does not pay for this part",
    "in_force": "the text on file is still in force",
    "needed": "authorization is needed",
    "not_needed": "no authorization is needed",
    "on_file": "an authorization is on file",
    "told": "the payer told this",
    "medical": "it is under the medical benefit",
    "pharmacy": "it is under the pharmacy benefit",
    "both": "it may be under the medical or the pharmacy benefit",
    "depends": "it depends",
    "refused": "the payer would not say",
    "unknown": "the payer did not know",
    "noted": "noted",
}
GOOD: Final = frozenset({"active", "payer", "in", "covered", "in_force", "not_needed", "on_file", "told", "medical", "pharmacy"})
BAD: Final = frozenset({"inactive", "out", "not_covered"})


def origin(item: Evidence) -> str:
    """`from a call on 2026-11-24, reference 7781, valid until 2026-12-31`."""
    reference = f", reference {item.reference}" if item.reference else ", without a reference"
    return f"from {FORMS[item.form]} on {item.called_on}{reference}, valid until {item.valid_until}"


def told(item: Evidence) -> str:
    """What was said, and where it comes from."""
    said = SAID[item.value]
    if item.fact is not None and item.value == "told":
        said = f"the payer told {item.fact.replace('_', ' ')}: {_value(item)}"
    details = [item.company, item.approval, item.condition, f"document: {item.document}" if item.document else None]
    beside = "; ".join(filter(None, details))
    return f"{said}{f' ({beside})' if beside else ''}, {origin(item)}; {GRADES[item.grade]}"


def _value(item: Evidence) -> str:
    return (
        {True: "yes", False: "no"}.get(item.fact_value, str(item.fact_value)) if isinstance(item.fact_value, bool) else str(item.fact_value)
    )


def cite_of(item: Evidence) -> Cite:
    """The call or letter as a source."""
    title = f"{FORMS[item.form].split(' ', 1)[1].capitalize()} of {item.called_on}"
    titled = f"{title}, reference {item.reference}" if item.reference else title
    return Cite(titled, None, item.called_on, item.called_on, "primary" if item.grade == "A" else "secondary", "call", item.called_on)


def reason_of(item: Evidence) -> Reason:
    """The evidence as a line of the answer."""
    state: ReasonState = "met" if item.value in GOOD else "unmet" if item.value in BAD else "unknown"
    return Reason(f"call#{item.question}", state if item.grade in ("A", "B") else "unknown", told(item), cite_of(item), item.fact)
