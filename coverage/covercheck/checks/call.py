"""The call prompt: exactly what to ask, of whom, with which codes, made from what the answer leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from covercheck.checks.answer import AnswerLeadsTo, CallPrompt, CallQuestion, DecidingFact, Note, PartAnswer
from covercheck.checks.call_contacts import whom_to_call
from covercheck.checks.call_criteria import OUTCOMES, document_questions, fact_questions, policy_only_notes
from covercheck.checks.call_drugs import ketamine_questions, spravato_questions
from covercheck.checks.call_gap import Gap, names_of
from covercheck.checks.call_questions import money_questions, network_questions, plan_questions, proof_questions
from covercheck.checks.call_therapy import therapy_questions
from covercheck.checks.question import Question
from covercheck.rules.rulebook import Rulebook

SHORT_CALL: Final = 20
LONG_CALL: Final = 45
BOTH_BENEFITS: Final = 60
SHORT_CALL_QUESTIONS: Final = 4
OPENING_PLAIN: Final = (
    "Hi, I am a member. I want to know what my plan pays for some visits. First, what is your name? Is there a number for this call?"
)
HALF_ANSWERS: Final = (
    AnswerLeadsTo("Those codes are valid.", "Thank you. Is each a covered benefit for this member, with this diagnosis?"),
    AnswerLeadsTo("No authorization is needed.", "For which code, benefit and clinician? And which medical policy applies all the same?"),
    AnswerLeadsTo("It is subject to medical necessity.", "Which document holds the criteria, and from which date?"),
    AnswerLeadsTo("It pays 80 percent.", "Of what amount, and after which deductible?"),
    AnswerLeadsTo("It depends on the claim.", "On what would it depend? May we ask for a predetermination in writing?"),
    AnswerLeadsTo("Look at the website.", "I did, and it lacks this. Please open the policy for the code I name."),
    AnswerLeadsTo("Ketamine is covered.", "For anesthesia, or for this diagnosis, this route and these codes?"),
    AnswerLeadsTo("I can take only a few members a call.", "Then this one. I will call again, and keep your reference number."),
    AnswerLeadsTo("I can't tell you that.", "May I speak with a supervisor? I note that this was refused, and why."),
)
WRITE_DOWN: Final = (
    "date, start and end of the call, with the time zone",
    "the number dialed, the menu path that worked, and every transfer with its company",
    "name or id of the person, and the reference number: for the whole call or for one question",
    "for each code: yes, no or depends, with the condition in a few words of theirs",
    "for each code: benefit, network, place of service, cost share",
    "authorization: needed or not, number, dates, units, codes, clinician, department",
    "each document named: title, number, effective date, address",
    "what they would not say, and whether it comes in writing",
)


def call_prompt(book: Rulebook, question: Question, parts: Sequence[PartAnswer], now: datetime) -> CallPrompt | None:
    """The prompt, or None where no part is uncertain. Only `open_now` depends on the time."""
    gap = Gap.of(book, question, parts)
    if not gap.parts:
        return None
    questions = _questions(gap)
    return CallPrompt(
        for_parts=names_of(gap.parts),
        whom=whom_to_call(gap, now),
        minutes=_minutes(gap, questions),
        opening=_opening(gap),
        opening_plain=OPENING_PLAIN,
        have_at_hand=tuple(_have_at_hand(gap)),
        gather_first=_gather_first(gap),
        codes=gap.codes(gap.parts),
        questions=questions,
        half_answers=HALF_ANSWERS,
        write_down=WRITE_DOWN,
        read_back=_read_back(gap),
        do_not_ask=tuple(_do_not_ask(gap)),
    )


def _questions(gap: Gap) -> tuple[CallQuestion, ...]:
    """In the order that ends the call soonest."""
    documents = tuple(document_questions(gap))
    documented = frozenset(part for question in documents for part in question.parts)
    found = [
        *plan_questions(gap),
        *network_questions(gap),
        *therapy_questions(gap),
        *spravato_questions(gap, documented),
        *ketamine_questions(gap),
    ]
    facts = fact_questions(gap, frozenset(question.id for question in found))
    open_ones = (question for question in (*found, *documents, *facts, *money_questions(gap)) if not gap.is_answered(question))
    return (*open_ones, *proof_questions(gap))


def _minutes(gap: Gap, questions: Sequence[CallQuestion]) -> int:
    if not gap.is_medicare and any(part.benefit in ("either", "unknown") for part in gap.among(("esketamine",))):
        return BOTH_BENEFITS
    substantive = sum(question.block != "G" for question in questions)
    return SHORT_CALL if substantive <= SHORT_CALL_QUESTIONS else LONG_CALL


def _opening(gap: Gap) -> str:
    match gap.line:
        case "medicare_ffs":
            purpose = "I have questions on codes and local coverage articles"
        case "employer_benefit":
            purpose = "I am checking the employer's benefit for one member, for office services"
        case _:
            purpose = "I am checking benefits for one member, for outpatient office services"
    return (
        f"Hello, this is [your name] at [clinic], {gap.clinic}. {purpose} on {gap.day}. "
        "May I have your name and the reference number of this call now, in case we are cut off?"
    )


def _have_at_hand(gap: Gap) -> Iterator[str]:
    yield "the member's card, both sides: [member id], [group], [policyholder]; [name as on the card] and [date of birth] only when asked"
    yield f"the clinic's legal name, the address of the visit, {gap.clinic}, [NPI of the clinician], a callback number"
    yield f"the date of the visit: {gap.day}, and the end of the plan year"
    codes = [code.code for code in gap.codes(gap.parts)]
    yield f"the codes: {', '.join(codes)}, with units, place of service and modifiers" if codes else "the codes you mean to bill"
    if gap.question.asked.diagnoses:
        yield f"{gap.diagnosis}, only where a question needs it"
    if not gap.is_medicare:
        yield "authorizations on file: number, dates, units, codes"
    yield "this sheet and a pen; no session notes, and no other patient's sheet"


def _gather_first(gap: Gap) -> tuple[DecidingFact, ...]:
    found: dict[str, DecidingFact] = {}
    for _, fact in gap.deciding():
        if fact.known_by != "payer":
            found.setdefault(fact.fact, fact)
    return tuple(found.values())


def _read_back(gap: Gap) -> str:
    blanks = "paid [yes / no / depends on ...], benefit [...], network [in / out]"
    if not gap.is_medicare:
        blanks += ", authorization [needed / not needed / number]"
    told = " ".join(f"{gap.label(part.part)}, codes {gap.said_codes((part,))}: {blanks}." for part in gap.parts)
    return (
        f"Let me read back. For member [member id], on {gap.day}, active [yes / no]. {told} "
        "Document [name, number, date]. Reference [number]. Is that right?"
    )


def _do_not_ask(gap: Gap) -> Iterator[Note]:
    yield Note("vague_question", "Never ask whether ketamine therapy is covered. Name code, route, diagnosis, clinician and place.")
    hidden = (*(part.part for part in gap.hidden),)
    if hidden:
        labels = ", ".join(dict.fromkeys(_own_label(gap, name) for name in hidden))
        yield Note(
            "restricted_part",
            f"Do not speak of this, by name or by code: {labels}. The patient pays for it and asked that the plan not be told. "
            "A general question on the policy, in a call that names no member, is allowed.",
        )
    yield from policy_only_notes(gap)
    for part in gap.told:
        if part.result not in ("uncertain", "not_asked"):
            yield Note("already_answered", f"Whether the plan covers {gap.label(part.part)}: {OUTCOMES[part.result]}, without a call.")
    yield Note("story", "Do not tell the patient's story or read from notes. Give the diagnosis only where a question needs it.")


def _own_label(gap: Gap, name: str) -> str:
    known = gap.book.therapies.parts.get(name)
    return known.label if known is not None else name.replace("_", " ")
