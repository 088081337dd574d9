"""The answer for the patient: the same results in plain words, never a promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from covercheck.checks.answer import CallPrompt, PartAnswer, PatientPart, PatientView, Result
from covercheck.checks.call_gap import MONTHS, plain_or
from covercheck.checks.question import Question
from covercheck.rules.rulebook import Rulebook

CRISIS: Final = "If you think of hurting yourself, call or text 988 now. It is open day and night."
HEADLINES: Final[dict[Result, tuple[str, str]]] = {
    "likely_covered": ("is likely covered", "are likely covered"),
    "likely_not_covered": ("is likely not covered", "are likely not covered"),
    "depends": ("hangs on more facts", "hang on more facts"),
    "uncertain": ("needs a call to your plan", "need a call to your plan"),
    "not_asked": ("was not asked, as you chose", "were not asked, as you chose"),
}
SAYS: Final[dict[Result, str]] = {
    "likely_covered": "Likely covered. Your plan may pay for part of this.",
    "likely_not_covered": "Likely not covered. Your plan may not pay for this.",
    "depends": "We need to know more.",
    "uncertain": "We could not find out. Your plan can tell you.",
    "not_asked": "We did not ask your plan about this, as you chose.",
}
LEANINGS: Final = {
    "covered": "What we read so far makes it look like your plan may pay.",
    "not_covered": "What we read so far makes it look like your plan may not pay.",
}
NEXT: Final[dict[Result, str]] = {
    "likely_covered": "Talk with your clinic about the first visit.",
    "likely_not_covered": "Ask your clinic what it costs, and if there is a way to ask your plan to look again.",
    "depends": "Tell your clinic. Then the check can be run again.",
    "uncertain": "Call your plan, or ask your clinic to call. The list of what to ask is on this page.",
    "not_asked": "You pay the clinic for this part, as you chose. Ask for the price first.",
}
SELECTORS: Final = {
    "plan.line": "What kind of plan do you have? It may be from a job, or be Medicare or Medicaid.",
    "plan.state": "In which state did you get your plan?",
    "plan.name": "What is the name of the plan on your card?",
    "indication": "What did your doctor say you have? Your clinic can tell us.",
}
ANY_FACT: Final = "Your clinic will ask you some more about your health and your plan."
MAX_FACTS: Final = 3
NOTES: Final = (
    "This is our best guess from rules we could read. It is not a promise. Your plan decides when it gets the bill.",
    "A computer wrote this page. Ask your clinic if you want to talk with a person.",
)
CALL_NOTES: Final = (
    "When you call, write down the name of the person, the day and the time. Ask for the number of the call.",
    "What they say is not a promise.",
    "You may ask for an interpreter. It is free.",
    "You do not have to tell them your story. You may stop at any time.",
)


def patient_view(book: Rulebook, question: Question, parts: Sequence[PartAnswer], call: CallPrompt | None) -> PatientView:
    """The view a portal may show as it is: reading grade 6 or lower, "covered" only after "likely"."""
    return PatientView(
        headline=_headline(parts),
        parts=tuple(_part(book, part) for part in parts),
        ask_your_plan=tuple(_ask_your_plan(call)) if call is not None else (),
        notes=tuple(_notes(question, parts, call)),
        crisis=CRISIS,
    )


def _headline(parts: Sequence[PartAnswer]) -> str:
    counts = Counter(part.result for part in parts)
    told: list[str] = []
    for result, (one, many) in HEADLINES.items():
        count = counts.get(result, 0)
        if count:
            of_all = f"{count} of {len(parts)} parts" if not told and len(parts) > 1 else "This part" if len(parts) == 1 else str(count)
            told.append(f"{of_all} {one if count == 1 else many}.")
    return " ".join(told)


def _part(book: Rulebook, part: PartAnswer) -> PatientPart:
    known = book.therapies.parts.get(part.part)
    label = plain_or(known.patient_label if known is not None else None, part.part.replace("_", " "))
    says = " ".join((SAYS[part.result], *_leaning(part), *_open_facts(book, part), *_read_in(part)))
    return PatientPart(part.part, label, part.result, says, " ".join(_next(part)))


def _leaning(part: PartAnswer) -> Iterator[str]:
    if part.result in ("depends", "uncertain") and part.leaning is not None:
        yield LEANINGS[part.leaning]


def _open_facts(book: Rulebook, part: PartAnswer) -> Iterator[str]:
    """What clinic or patient must say first, in the patient's words."""
    if part.result not in ("depends", "uncertain"):
        return
    names = [fact.fact for fact in part.deciding_facts if fact.known_by != "payer"]
    asks = list(dict.fromkeys(_ask(book, name) for name in names))
    if asks and part.result == "uncertain":
        yield "It also helps to know this first."
    yield from asks[:MAX_FACTS]
    if len(asks) > MAX_FACTS:
        yield "There are a few more things to know. Your clinic has the list."


def _ask(book: Rulebook, name: str) -> str:
    asks = book.facts[name].ask.patient if name in book.facts else SELECTORS.get(name)
    return plain_or(asks, ANY_FACT)


def _read_in(part: PartAnswer) -> Iterator[str]:
    """When the rule behind a decided part was written, in month and year."""
    if part.result not in ("likely_covered", "likely_not_covered"):
        return
    dates = [reason.cite.as_of for reason in part.reasons if reason.cite is not None and reason.cite.as_of is not None]
    if dates:
        year, month, _ = max(dates).split("-")
        yield f"We read it in a text from {MONTHS[int(month) - 1]} {year}."


def _next(part: PartAnswer) -> Iterator[str]:
    if part.next_step == "find_new_plan":
        yield "Your plan may not be active that day. Tell your clinic which plan you have now."
        return
    state = part.prior_authorization.state if part.prior_authorization is not None else None
    if part.result in ("likely_covered", "depends", "uncertain"):
        if state == "needed":
            yield "Your plan must say yes before you start. Your clinic can ask for that."
        elif state == "unknown":
            yield "Your plan may want to say yes before you start. Ask your clinic to check."
        elif state == "on_file":
            yield "Your clinic has a note that the plan said yes. Ask which dates it is for."
    yield NEXT[part.result]


def _ask_your_plan(call: CallPrompt) -> Iterator[str]:
    """The call's plain questions, with the codes to read out."""
    plain = [question.plain for question in call.questions if question.plain is not None]
    yield f"Call the number on your card. Say: {call.opening_plain}"
    if call.codes:
        codes = ", ".join(code.code for code in call.codes)
        yield f"Here are the codes: {codes}. Does my plan pay for each one?"
    yield from dict.fromkeys(plain)


def _notes(question: Question, parts: Sequence[PartAnswer], call: CallPrompt | None) -> Iterator[str]:
    yield from NOTES
    if any(part.result == "likely_covered" for part in parts):
        yield "It can change. Your plan must be active that day. It helps if the clinic is in your plan's network."
    if call is not None:
        yield from CALL_NOTES
    if question.restricted or any(part.result == "not_asked" for part in parts):
        yield "Some parts are between you and your clinic. Do not tell your plan about them when you call."
