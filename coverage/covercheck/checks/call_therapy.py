"""The questions on evaluation and psychotherapy, on days with and without a dose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from covercheck.checks.answer import CallQuestion, PartAnswer
from covercheck.checks.call_gap import BEHAVIORAL, KETAMINE, TEXT_CAUSES, Gap, asked, authorization

TALK: Final = ("psychotherapy", "dosing_psychotherapy")
DOSE_DAY: Final = ("dosing_psychotherapy",)
LICENSES_USUALLY_PAID: Final = ("psychiatrist_or_physician", "clinical_psychologist", "clinical_social_worker")


def therapy_questions(gap: Gap) -> Iterator[CallQuestion]:
    """Block C. Therapy on the day of a dose has a question of its own, unless the drug must not be named."""
    same_day = gap.among(DOSE_DAY) if not gap.secret else ()
    therapy_settled = any(part.part == "psychotherapy" and part.result == "likely_covered" for part in gap.told)
    in_doubt = [part for part in gap.among(BEHAVIORAL) if TEXT_CAUSES.intersection(part.causes)]
    ordinary = tuple(part for part in in_doubt if not (part in same_day and therapy_settled))
    if ordinary:
        yield _benefit(gap, ordinary)
    limits = _authorization_in_doubt(gap)
    if limits and not gap.is_medicare:
        yield _limits(gap, limits)
    beside = any(part.part in ("evaluation", "psychotherapy") for part in gap.told)
    if gap.among(DOSE_DAY) and beside:
        yield _two_services(gap)
    if same_day:
        yield _therapy_beside_drug(gap, same_day)
    license_held = gap.facts.get("provider_credential")
    if gap.among(TALK) and license_held is not None and license_held not in LICENSES_USUALLY_PAID:
        yield _license(gap, str(license_held))


def _authorization_in_doubt(gap: Gap) -> tuple[PartAnswer, ...]:
    """Not known, or needed by a text too weak to rely on."""
    unknown = gap.authorization_open(BEHAVIORAL)
    weak = [part for part in gap.among(BEHAVIORAL) if authorization(part) == "needed" and part.evidence in (None, "weak")]
    return tuple(part for part in gap.told if part in unknown or part in weak)


def _two_services(gap: Gap) -> CallQuestion:
    parts = gap.among(DOSE_DAY)
    return asked(
        "C3",
        f"Are two services on one day payable, such as psychotherapy ({gap.said_codes(parts)}) with a medical visit, or two sessions?",
        None,
        why="Many plans pay for one such service a day.",
        parts=parts,
        decides=("coverage",),
        then={"yes": "Note the modifier or add-on code they want.", "no": "Plan the services on different days."},
    )


def _license(gap: Gap, held: str) -> CallQuestion:
    return asked(
        "C5",
        f"Do you pay for psychotherapy by this type of clinician: {held.replace('_', ' ')}?",
        "Does my plan pay for this kind of therapist?",
        why="Some plans leave out clinicians by license.",
        parts=gap.among(TALK),
        decides=("fact:provider_credential",),
        then={"yes": "Go on.", "no": "Ask which licenses they pay for, and under whose supervision."},
    )


def _benefit(gap: Gap, parts: tuple[PartAnswer, ...]) -> CallQuestion:
    codes = gap.said_codes(parts)
    billing = f"Is each of {codes} a covered benefit for this member in the office (place of service 11) with {gap.diagnosis}?"
    if gap.is_medicare:
        billing = f"Is each of {codes} payable under Part B in the office with {gap.diagnosis}? Which local article says so?"
    return asked(
        "C1",
        billing,
        "Does my plan pay for talk therapy and check-up visits at the clinic?",
        why="Nothing current on file says so for this plan.",
        parts=parts,
        decides=("coverage",),
        then={"yes, for this member": "Likely covered, once read back.", "no": "Ask for the exclusion in writing, with its document."},
        skip="a current rule on file names it as an ordinary benefit",
    )


def _limits(gap: Gap, parts: tuple[PartAnswer, ...]) -> CallQuestion:
    referral = " Is a referral needed?" if gap.line in ("tricare", "va") else ""
    return asked(
        "C2",
        f"For {gap.said_codes(parts)}: is any authorization or referral needed, is there a visit limit, and is there a review after some "
        f"visits or for sessions of 60 minutes?{referral}",
        "Must the plan say yes first? Is there a cap on visits?",
        why="Not known does not mean not needed.",
        parts=parts,
        decides=("authorization",),
        then={
            "none": "Note code, benefit and clinician it holds for. Confirm at claim.",
            "needed": "Ask which department, which form, how long it takes, from which visit on.",
        },
    )


def _therapy_beside_drug(gap: Gap, parts: tuple[PartAnswer, ...]) -> CallQuestion:
    names = {part.part for part in gap.told}
    spravato = "esketamine" in names and not names.intersection(KETAMINE)
    drug = "a Spravato treatment" if spravato else "treatment with an off-label drug"
    said = "Spravato" if spravato else "ketamine"
    return asked(
        "C4",
        f"If psychotherapy ({gap.said_codes(parts)}) is given on the day of {drug}, does any policy deny the therapy too? "
        "Document name, number and date?",
        f"If I take {said} that day, does the plan still pay for the talk therapy?",
        why="A plan that does not pay for the drug may refuse what is done with it.",
        parts=parts,
        decides=("coverage",),
        then={"no such policy": "It is paid as other psychotherapy is.", "yes": "Likely not covered that day. Note the document."},
        skip="the session on the day of the dose is not billed to the plan",
    )
